import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility';
import { cell, ready, resultGrid, runSql } from './support/actions';
import { expect, test } from './support/workbench';

const RETURNS = 'id,returned,amount\n1,03/04/2024,2.50\n2,05/06/2024,3.75\n';

function tree(page: Page) {
  return page.getByRole('tree', { name: 'Files and tables' });
}

function row(page: Page, name: RegExp) {
  return tree(page).getByRole('treeitem', { name }).first();
}

async function openFile(page: Page, name: RegExp): Promise<void> {
  await row(page, /^data/).click();
  await row(page, name).dblclick();
}

test('the tree unfolds folders and files into columns, and the keys move through it', async ({ page }) => {
  await ready(page);
  await row(page, /^data/).click();
  await expect(row(page, /^customers\.csv/)).toBeVisible();
  await row(page, /^customers\.csv/).click();
  await expect(row(page, /^customers\.csv/)).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(row(page, /customer_id.*BIGINT/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, /customer_id.*BIGINT/)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row(page, /customer_id.*BIGINT/)).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: /customers\.csv/ }).first()).toBeVisible();
});

test('the filter finds a file in a folder that was never unfolded', async ({ page }) => {
  await ready(page);
  await page.getByRole('textbox', { name: 'Filter tables, columns, files' }).fill('CUSTOM');
  await row(page, /data\/customers\.csv/).dblclick();
  await expect(cell(page, 1, 2)).toHaveText('Customer 0');
});

test('a date order is asked for, kept in millrace.yaml with its comments, and holds for worksheets', async ({
  page,
  folder,
}) => {
  await writeFile(path.join(folder, 'data', 'returns.csv'), RETURNS);
  await writeFile(path.join(folder, 'millrace.yaml'), '# our returns\nname: small\n');
  await ready(page);
  await openFile(page, /^returns\.csv/);
  await expect(cell(page, 1, 2)).toHaveText('03/04/2024');
  await page.getByRole('button', { name: /4 March 2024/ }).click();
  await expect(cell(page, 1, 2)).toHaveText('2024-03-04');
  const yaml = await readFile(path.join(folder, 'millrace.yaml'), 'utf8');
  expect(yaml).toContain('# our returns');
  expect(yaml).toContain('dateOrder: mdy');
  await runSql(page, "select returned + 1 as next from 'data/returns.csv' order by id");
  await expect(cell(page, 1, 1)).toHaveText('2024-03-05');
});

test('an option is tried on the rows before it is kept, and can be undone', async ({ page, folder }) => {
  await ready(page);
  await openFile(page, /^customers\.csv/);
  await expect(cell(page, 1, 1)).toHaveText('0');
  const options = page.getByRole('complementary', { name: 'File options' });
  await options.getByLabel('Header row').selectOption('no');
  await expect(cell(page, 1, 1)).toHaveText('customer_id');
  expect(await readFile(path.join(folder, 'millrace.yaml'), 'utf8')).not.toContain('customers.csv');
  await options.getByRole('button', { name: 'Undo' }).click();
  await expect(cell(page, 1, 1)).toHaveText('0');
  await options.getByLabel('Every column as text').check();
  await options.getByRole('button', { name: 'Keep in millrace.yaml' }).click();
  await expect.poll(() => readFile(path.join(folder, 'millrace.yaml'), 'utf8')).toContain('allText: true');
  await expectAccessible(page, 'a file with its options');
});

test('a file in another encoding says where, and is read once that is set', async ({ page, folder }) => {
  await writeFile(path.join(folder, 'data', 'cities.csv'), Buffer.from('id,city\n1,K\u00f6ln\n', 'latin1'));
  await ready(page);
  await openFile(page, /^cities\.csv/);
  const alert = page.getByRole('alert').filter({ hasText: 'not UTF-8' });
  await expect(alert).toContainText('line 2');
  await alert.getByRole('button', { name: 'Try it as Windows-1252' }).click();
  await expect(cell(page, 1, 2)).toHaveText('K\u00f6ln');
  await page.getByRole('button', { name: 'Keep in millrace.yaml' }).click();
  await expect.poll(() => readFile(path.join(folder, 'millrace.yaml'), 'utf8')).toContain('encoding: CP1252');
});

test('a file that changes outside is read again', async ({ page, folder }) => {
  const file = path.join(folder, 'data', 'stock.csv');
  await writeFile(file, 'item,pieces\nlamp,1\n');
  await ready(page);
  await openFile(page, /^stock\.csv/);
  await expect(cell(page, 1, 2)).toHaveText('1');
  await writeFile(file, 'item,pieces\nlamp,1\nchair,4\n');
  await expect(cell(page, 2, 2)).toHaveText('4');
});

test('a damaged file says so with a next step, and the next file opens', async ({ page, folder }) => {
  const whole = await readFile(path.join(folder, 'data', 'orders.parquet'));
  await writeFile(path.join(folder, 'data', 'cut.parquet'), whole.subarray(0, whole.length / 2));
  await ready(page);
  await openFile(page, /^cut\.parquet/);
  await expect(page.getByRole('alert').filter({ hasText: 'cut.parquet' })).toContainText('Fetch or write it again');
  await row(page, /^orders\.parquet/).dblclick();
  await expect(resultGrid(page)).toHaveAttribute('aria-rowcount', /\d{6}/);
});

test('a file with short rows says where, and can be read with NULLs', async ({ page, folder }) => {
  await writeFile(path.join(folder, 'data', 'short.csv'), 'a,b,c\n1,2,3\n4,5\n');
  await ready(page);
  await openFile(page, /^short\.csv/);
  await expect(page.getByRole('alert').filter({ hasText: 'line 3, column 4' })).toBeVisible();
  await page.getByRole('button', { name: 'Read short rows with NULLs' }).click();
  await expect(cell(page, 2, 2)).toHaveText('5');
});

test('the menu queries a file, and its rows are counted on demand', async ({ page }) => {
  await ready(page);
  await row(page, /^data/).click();
  await row(page, /^customers\.csv/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Count its rows' }).click();
  await expect(row(page, /^customers\.csv/)).toContainText('5,000 rows');
  await row(page, /^customers\.csv/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Query it' }).click();
  await expect(cell(page, 1, 2)).toHaveText('Customer 0');
});

test('a file that is dropped on the window opens', async ({ page }) => {
  await ready(page);
  const dropped = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['name,zip\nann,00420\n'], 'dropped.csv', { type: 'text/csv' }));
    return transfer;
  });
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await expect(page.getByRole('tab', { name: /dropped\.csv/ }).first()).toBeVisible();
  await expect(cell(page, 1, 2)).toHaveText('00420');
});
