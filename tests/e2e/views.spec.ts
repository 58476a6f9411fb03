import { readFile } from 'node:fs/promises';
import { cell, ready, resultGrid, runSql, showView } from './support/actions';
import { expect, test } from './support/workbench';

const ORDERS = "select order_id, customer_id, ordered_at, status, amount from 'data/orders.parquet' order by order_id";

test.beforeEach(async ({ page }) => {
  await ready(page);
  await runSql(page, ORDERS);
  await expect(cell(page, 1, 4)).toHaveText('new');
});

test('a filter shows the matching rows, answered by the result lens', async ({ page }) => {
  const filter = page.getByRole('textbox', { name: 'where' });
  await filter.fill("status = 'returned' and amount > 4990");
  await filter.press('Enter');
  await expect(cell(page, 1, 4)).toHaveText('returned');
  const rows = resultGrid(page);
  await expect.poll(async () => Number(await rows.getAttribute('aria-rowcount'))).toBeLessThan(1_000);
  await expect(page.getByText('The result lens stopped')).toHaveCount(0);
  await filter.fill('');
  await filter.press('Enter');
  await expect(cell(page, 1, 4)).toHaveText('new');
});

test('a click on a title sorts, and another turns the order', async ({ page }) => {
  const title = resultGrid(page).getByRole('columnheader', { name: /^amount/ });
  await title.click();
  await expect(title).toHaveAttribute('aria-sort', 'ascending');
  await expect(cell(page, 1, 5)).toHaveText('0.00');
  await title.click();
  await expect(title).toHaveAttribute('aria-sort', 'descending');
  await expect(cell(page, 1, 5)).toHaveText('4999.99');
});

test('the chart draws the result and gives it as SVG', async ({ page, door }) => {
  await showView(page, 'Chart');
  const plot = page.getByRole('img', { name: /amount|customer_id/ }).or(page.locator('svg[class*="plot"]'));
  await expect(plot.first()).toBeVisible();
  await page
    .getByRole('radio', { name: 'Bar' })
    .or(page.getByRole('tab', { name: 'Bar' }))
    .first()
    .click();
  await expect(plot.first()).toBeVisible();
  if (door === 'electron') return; // a download asks for a place there, by a native dialog
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'SVG' }).click();
  const svg = await readFile(await (await download).path(), 'utf8');
  expect(svg).toContain('<svg');
});

test('the profile tells nulls, distinct values and quantiles of each column', async ({ page }) => {
  await showView(page, 'Profile');
  const table = page.getByRole('table', { name: 'Profile of all columns' });
  await expect(table.getByRole('row', { name: /status/ })).toContainText('VARCHAR');
  await expect(table.getByRole('row', { name: /status/ })).toContainText('4');
});

test('the plan is drawn with the rows of each operator', async ({ page }) => {
  await showView(page, 'Plan');
  await page.getByRole('button', { name: 'Explain analyze' }).click();
  await expect(page.getByText(/PARQUET|READ_PARQUET|TABLE_SCAN/i).first()).toBeVisible();
});
