import { cell, ready, resultGrid, runSql, selectionSummary } from './support/actions';
import { ORDER_ROWS } from './support/small-project';
import { expect, test } from './support/workbench';

const ORDERS = "select order_id, customer_id, status, amount, coupon from 'data/orders.parquet' order by order_id";

test('a query shows its rows, and scrolling reaches the last of them', async ({ page }) => {
  await ready(page);
  await runSql(page, ORDERS);
  await expect(cell(page, 1, 1)).toHaveText('0');
  await expect(cell(page, 1, 5)).toHaveText('WINTER25');
  await expect(cell(page, 2, 5)).toHaveText('NULL');
  await expect(resultGrid(page)).toHaveAttribute('aria-rowcount', String(ORDER_ROWS + 1));
  await cell(page, 1, 1).click();
  await page.keyboard.press('Control+End');
  await expect(cell(page, ORDER_ROWS, 1)).toHaveText(String(ORDER_ROWS - 1));
  await resultGrid(page).hover();
  await page.mouse.wheel(0, -2_400);
  await expect(cell(page, ORDER_ROWS - 105, 1)).toHaveText(String(ORDER_ROWS - 106));
});

test('a selected range is summed in the status bar and copied as it is shown', async ({ workbench, page }) => {
  await ready(page);
  await runSql(page, ORDERS);
  await cell(page, 1, 1).click();
  await cell(page, 3, 2).click({ modifiers: ['Shift'] });
  await expect(selectionSummary(page)).toContainText('6 cells');
  await expect(selectionSummary(page)).toContainText('sum');
  await page.keyboard.press('ControlOrMeta+C');
  await expect.poll(() => workbench.clipboard()).toBe('0\t0\n1\t2919\n2\t838');
});

test('an error stands where the SQL is, and the next query works', async ({ page }) => {
  await ready(page);
  await runSql(page, "select nothing_like_this from 'data/orders.parquet'");
  await expect(page.getByText(/nothing_like_this/).last()).toBeVisible();
  await runSql(page, 'select 6 * 7 as answer');
  await expect(cell(page, 1, 1)).toHaveText('42');
});

test('a query that runs long is cancelled at once', async ({ page }) => {
  await ready(page);
  await runSql(page, 'select count(*) from range(100000000) a(i), range(100000) b(j) where (i * j) % 7 = 3');
  const cancel = page.getByRole('toolbar', { name: 'Worksheet' }).getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeEnabled();
  await cancel.click();
  await expect(cancel).toBeDisabled();
  await runSql(page, 'select 1 as after');
  await expect(cell(page, 1, 1)).toHaveText('1');
});
