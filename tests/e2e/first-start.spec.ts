import { cell, command, newWorksheet, ready, run } from './support/actions';
import { expect, test } from './support/workbench';

test.use({ project: 'sample' });

test('first start opens the sample shop, a query shows its rows, and no request leaves the machine', async ({
  page,
  endAndListRequests,
}) => {
  test.setTimeout(240_000);
  await ready(page);
  await expect(page.getByRole('treeitem', { name: /^data/ }).first()).toBeVisible();
  const tree = page.getByRole('tree', { name: 'Files and tables' });
  await expect(tree).toContainText('data');
  await expect(page.getByRole('button', { name: /^Run(?! all)/ })).toBeVisible();
  await newWorksheet(page, "select count(*) as lines from 'data/order_lines/**/*.parquet'");
  await run(page);
  await expect(cell(page, 1, 1)).toHaveText(/^\d{7}$/);
  await command(page, 'Theme: dark');
  // Long enough for what a browser or a runtime does on its own after a start.
  await page.waitForTimeout(5_000);
  expect(await endAndListRequests()).toEqual([]);
});
