import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cell, ready, runSql } from './support/actions';
import { expect, test } from './support/workbench';

test('a result is exported to a file of the project, without running again', async ({ workbench, page, folder }) => {
  await ready(page);
  await runSql(page, "select order_id, status, amount from 'data/orders.parquet' where order_id < 3 order by order_id");
  await expect(cell(page, 3, 1)).toHaveText('2');
  const file = path.join(folder, 'exported.csv');
  await workbench.answerSaveDialog(file);
  await page.getByRole('region', { name: 'Results' }).getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: /^Export/ });
  await dialog.getByText('CSV', { exact: true }).click();
  const field = dialog.getByRole('textbox', { name: 'File' });
  if (await field.isVisible()) await field.fill('exported.csv');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await expect
    .poll(() => readFile(file, 'utf8').catch(() => ''))
    .toBe('order_id,status,amount\n0,new,0.00\n1,paid,1047.29\n2,shipped,2094.58\n');
});
