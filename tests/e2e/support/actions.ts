import { expect, type Locator, type Page } from '@playwright/test';

/** The workbench is usable: the tree is there and the backend answers. */
export async function ready(page: Page): Promise<void> {
  await expect(page.getByRole('tree', { name: 'Files and tables' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('contentinfo')).toContainText('DuckDB');
}

export function editor(page: Page): Locator {
  return page.getByRole('textbox', { name: /^SQL of/ }).and(page.locator(':visible, .native-edit-context'));
}

/** Opens a new worksheet and puts SQL into it. */
export async function newWorksheet(page: Page, sql: string): Promise<void> {
  await page.getByRole('button', { name: 'New worksheet', exact: true }).first().click();
  await expect(page.getByRole('button', { name: /^Run(?! all)/ })).toBeVisible();
  await writeSql(page, sql);
}

/** Replaces the text of the open worksheet. */
export async function writeSql(page: Page, sql: string): Promise<void> {
  await editor(page).last().focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(sql);
}

/** Presses Run. */
export async function run(page: Page): Promise<void> {
  await page
    .getByRole('toolbar', { name: 'Worksheet' })
    .getByRole('button', { name: /^Run(?! all)/ })
    .click();
}

export async function runSql(page: Page, sql: string): Promise<void> {
  await newWorksheet(page, sql);
  await run(page);
}

export function resultGrid(page: Page): Locator {
  return page.getByRole('grid').last();
}

/** The cell at a row from 1 and a column from 1, where it is on the screen. */
export function cell(page: Page, row: number, column: number): Locator {
  return resultGrid(page).locator(
    `[role=row][aria-rowindex="${row + 1}"] [role=gridcell][aria-colindex="${column + 1}"]`,
  );
}

/** Chooses a view of the result: Grid, Chart, Profile, Pivot, Plan… */
export async function showView(page: Page, name: string): Promise<void> {
  await page
    .getByRole('tablist', { name: 'View of the result' })
    .last()
    .getByRole('tab', { name, exact: true })
    .click();
}

/** Runs a command by its title through the palette. */
export async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const palette = page.getByRole('dialog', { name: 'Run a command' });
  const field = palette.getByRole('combobox');
  await field.fill(title);
  await expect(palette.getByRole('option', { name: title }).first()).toBeVisible();
  await field.press('Enter');
  await expect(palette).toBeHidden();
}

export function selectionSummary(page: Page): Locator {
  return page.getByTestId('selection-summary');
}
