import { type Browser, chromium, type Page } from '@playwright/test';
import type { Backend } from './backend';

const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** The workbench in Chromium, signed in at a backend. */
export async function openWorkbench(backend: Backend): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.launch({
    executablePath: process.env.MILLRACE_TEST_CHROMIUM ?? '',
    args: [...SANDBOX, '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { origin, hostname } = new URL(backend.url);
  const [name = '', value = ''] = (backend.headers.cookie ?? '').split('=');
  await context.addCookies([{ name, value, domain: hostname, path: '/' }]);
  const page = await context.newPage();
  await page.goto(origin);
  await usable(page);
  return { browser, page };
}

/** Waits until the tree stands and the backend answers, and that is painted. */
export async function usable(page: Page): Promise<void> {
  await page.getByRole('tree', { name: 'Files and tables' }).waitFor({ timeout: 120_000 });
  await page.getByRole('contentinfo').getByText('DuckDB').first().waitFor();
  await painted(page);
}

/** Waits for the frame after the next one. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

/** Opens a new worksheet with this SQL in it. */
export async function newWorksheet(page: Page, sql: string): Promise<void> {
  await page
    .getByRole('button', { name: /^New worksheet(?!,)/ })
    .first()
    .click();
  await runButton(page).waitFor();
  await page
    .getByRole('textbox', { name: /^SQL of/ })
    .last()
    .focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(sql);
}

export async function pressRun(page: Page): Promise<void> {
  await runButton(page).click();
}

function runButton(page: Page) {
  return page.getByRole('toolbar', { name: 'Worksheet' }).getByRole('button', { name: /^Run(?! all)/ });
}
