import { cell, editor, newWorksheet, ready, run, runSql } from './support/actions';
import { expect, test } from './support/workbench';

test('the backend is killed in the middle of a query: what was typed stays, and work goes on', async ({
  workbench,
  page,
}) => {
  await ready(page);
  await runSql(
    page,
    'select count(*) as kept_text from range(100000000) a(i), range(100000) b(j) where (i * j) % 7 = 3',
  );
  await expect(page.getByRole('contentinfo')).toContainText('running');
  await workbench.killBackend();
  const after = await workbench.recover();
  await ready(after);
  await expect(editor(after).last()).toBeAttached();
  await expect(after.locator('.view-lines').last()).toContainText('kept_text');
  await newWorksheet(after, 'select 6 * 7 as answer');
  await run(after);
  await expect(cell(after, 1, 1)).toHaveText('42');
});
