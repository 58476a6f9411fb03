import type { Locator } from '@playwright/test';
import { newWorksheet, ready, runSql, showView } from './support/actions';
import { expect, test } from './support/workbench';

/** 60,000 rows in another order on each side; row 41,000 differs. More than are sorted at once. */
const TWO = `select hash(i) as place, i as id, 'note ' || i as note from range(60000) t(i) order by place;
select hash(i + 1) as place, i as id, case when i = 41000 then 'other' else 'note ' || i end as note from range(60000) t(i) order by place;`;

test('two results are compared after sorting both by a column', async ({ page }) => {
  await ready(page);
  await newWorksheet(page, TWO);
  await page.getByRole('button', { name: /^Run all/ }).click();
  const tabs = page.getByRole('tablist', { name: 'Results' }).last();
  await expect(tabs.getByRole('tab')).toHaveCount(2);
  await expect(tabs.getByTitle('Rows still come')).toHaveCount(0);
  await page.getByRole('button', { name: 'Compare with another result' }).last().click();
  await page.getByRole('menuitem').first().click();
  const sides = [page.getByRole('region', { name: '_1' }), page.getByRole('region', { name: '_2' })];
  await page.getByLabel('Sort both by').selectOption({ label: 'id' });
  for (const side of sides) {
    await expect(cellOf(side, 1, 2)).toHaveText('0');
    await expect(cellOf(side, 2, 2)).toHaveText('1');
    await expect(side.getByRole('grid')).toHaveAttribute('aria-rowcount', '60001');
  }
  await page.getByLabel('Sort both by').selectOption({ label: 'note' });
  for (const side of sides) await expect(cellOf(side, 2, 3)).toHaveText('note 1');
});

test('the chart says that it is of all rows while the grid is filtered', async ({ page }) => {
  await ready(page);
  await runSql(page, 'select i as id, i % 7 as kind from range(1000) t(i)');
  const filter = page.getByRole('textbox', { name: 'where' });
  await filter.fill('kind = 3');
  await filter.press('Enter');
  await expect(page.getByText(/of 1,000 rows/)).toBeVisible();
  const note = page.getByText('Of all 1,000 rows: the filter of the grid is not applied here.');
  for (const view of ['Chart', 'Profile', 'Pivot']) {
    await showView(page, view);
    await expect(note).toBeVisible();
  }
});

function cellOf(side: Locator, row: number, column: number): Locator {
  return side.locator(`[role=row][aria-rowindex="${row + 1}"] [role=gridcell][aria-colindex="${column + 1}"]`);
}
