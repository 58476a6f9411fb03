import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResultInfo } from '../../../src/shared/results';
import { groupedChartSql } from '../../../src/shared/sql/chart-sql';
import { histogramSql } from '../../../src/shared/sql/histogram-sql';
import { openSides, type Sides } from './support/sides';

let sides: Sides;
beforeAll(async () => {
  sides = await openSides();
});
afterAll(() => sides.close());

const column = (result: ResultInfo, index: number) => {
  const found = result.columns[index];
  if (!found) throw new RangeError(`No column ${index}`);
  return found;
};

it('series beyond the limit are one more, averaged over their rows and not over their averages', async () => {
  const result = await sides.run(
    "SELECT * FROM (VALUES ('x', 'a', 100), ('x', 'b', 50), ('x', 'c', 1), ('x', 'c', 1), ('x', NULL, 4)) t(x, s, y)",
  );
  const sql = groupedChartSql({
    x: { index: 0, column: column(result, 0) },
    series: { index: 1, column: column(result, 1) },
    measure: { aggregate: 'avg', index: 2, column: column(result, 2) },
    xLimit: 10,
    seriesLimit: 2,
    gatherRest: true,
  });
  const rows = await sides.askEngine(result, `SELECT series_at, series_text, y_text, n, series_total FROM (${sql})`);
  expect(rows).toEqual([
    ['-1', null, '2.0', '3', '4'],
    ['0', 'a', '100.0', '1', '4'],
    ['1', 'b', '50.0', '1', '4'],
  ]);
});

it('a decimal sum keeps every digit', async () => {
  const result = await sides.run("SELECT 'k' AS k, 9007199254740993.01::DECIMAL(18,2) AS d FROM range(3)");
  const sql = groupedChartSql({
    x: { index: 0, column: column(result, 0) },
    measure: { aggregate: 'sum', index: 1, column: column(result, 1) },
    xLimit: 10,
    seriesLimit: 1,
    gatherRest: true,
  });
  expect(await sides.askEngine(result, `SELECT y_text FROM (${sql})`)).toEqual([['27021597764222979.03']]);
});

const bins = async (values: string, count: number) => {
  const result = await sides.run(`SELECT * FROM (VALUES ${values}) t(v)`);
  const sql = histogramSql(column(result, 0), 0, count) ?? '';
  return (await sides.askEngine(result, `SELECT from_text, to_text, n FROM (${sql})`)).map((row) => row.join(' '));
};

it('a histogram of whole numbers has bins of a whole width', async () => {
  expect(await bins('(1), (2), (3), (4), (5), (6), (7), (NULL)', 3)).toEqual(['1 3 3', '4 6 3', '7 7 1']);
});

it('a histogram of equal values is one bin', async () => {
  expect(await bins('(2.5), (2.5)', 20)).toEqual(['2.5 2.5 2']);
});

it('a histogram leaves NaN and infinity out, and reaches to both ends of DOUBLE', async () => {
  expect(await bins("('nan'::DOUBLE), ('inf'), (-1.7976931348623157e308), (0), (1.7976931348623157e308)", 2)).toEqual([
    '-1.7976931348623157e+308 0.0 1',
    '0.0 1.7976931348623157e+308 2',
  ]);
});

it('a histogram of NULL alone has no bins', async () => {
  expect(await bins('(NULL::TIMESTAMP), (NULL)', 5)).toEqual([]);
});
