import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility';
import { cell, command, ready, runSql, showView } from './support/actions';
import { ROOT } from './support/doors';
import { expect, test } from './support/workbench';

const FOLDER = path.join(ROOT, 'tests', 'e2e', 'screenshots');
const QUERY = `select order_id, customer_id, ordered_at, status, amount, coupon
from 'data/orders.parquet'
order by amount desc, order_id`;

/** Each main screen: how to come to it, and what shows that it is there. */
const SCREENS: Record<string, (page: Page) => Promise<void>> = {
  grid: async (page) => {
    await showView(page, 'Grid');
    await expect(cell(page, 1, 1)).toBeVisible();
  },
  chart: async (page) => {
    await showView(page, 'Chart');
    await expect(page.locator('svg[class*="plot"]').first()).toBeVisible();
  },
  profile: async (page) => {
    await showView(page, 'Profile');
    await expect(page.getByRole('table', { name: 'Profile of all columns' })).toBeVisible();
  },
  pivot: async (page) => {
    await showView(page, 'Pivot');
    await page.waitForTimeout(1_000);
  },
  plan: async (page) => {
    await showView(page, 'Plan');
    const explain = page.getByRole('button', { name: 'Explain analyze' });
    if (await explain.isVisible()) await explain.click();
    await page.waitForTimeout(1_500);
  },
  file: async (page) => {
    const tree = page.getByRole('tree', { name: 'Files and tables' });
    const data = tree.getByRole('treeitem', { name: /^data/ });
    if ((await data.getAttribute('aria-expanded')) !== 'true') await data.click();
    await tree.getByRole('treeitem', { name: /^customers\.csv/ }).dblclick();
    await expect(page.getByRole('toolbar', { name: 'File' })).toBeVisible();
    await page.waitForTimeout(1_500);
  },
  history: (page) => command(page, 'Show the query history'),
  settings: async (page) => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.waitForTimeout(500);
  },
  help: async (page) => {
    await page.getByRole('button', { name: 'Help' }).click();
    await page.waitForTimeout(500);
  },
  palette: async (page) => {
    await page.keyboard.press('F1');
    await expect(page.getByRole('dialog', { name: 'Run a command' })).toBeVisible();
  },
};

for (const theme of ['light', 'dark'] as const) {
  test(`every screen in the ${theme} theme is drawn, and axe finds no serious violation on it`, async ({
    page,
    door,
  }) => {
    test.setTimeout(300_000);
    await mkdir(FOLDER, { recursive: true });
    await ready(page);
    await command(page, `Theme: ${theme}`);
    await runSql(page, QUERY);
    await expect(cell(page, 1, 5)).toHaveText('4999.99');
    const seen: string[] = [];
    for (const [name, open] of Object.entries(SCREENS)) {
      await open(page);
      await page.screenshot({ path: path.join(FOLDER, `${name}-${theme}-${door}.png`) });
      await expectAccessible(page, `${name}, ${theme}`);
      seen.push(name);
    }
    expect(seen).toEqual(Object.keys(SCREENS));
  });
}
