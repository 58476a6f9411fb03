import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPivot, type PivotData, pivotText } from '../../../../src/renderer/features/results/pivot/pivot-data';
import { pivotFilter, spanOf } from '../../../../src/renderer/features/results/pivot/pivot-filter';
import {
  defaultPivot,
  type PivotSpec,
  withAdded,
  withRemoved,
} from '../../../../src/renderer/features/results/pivot/pivot-spec';
import { engineQueries } from '../../../../src/renderer/lens/result-queries';
import type { ResultInfo } from '../../../../src/shared/results';
import { openSides, type Sides, TIME_ZONE } from '../../lens/support/sides';

const ROWS = `SELECT * FROM (VALUES
  ('de', DATE '2025-01-15', 0.10::DECIMAL(10,2)), ('de', DATE '2025-01-20', 0.20), ('de', DATE '2025-03-01', 5.00),
  ('fr', DATE '2025-01-31', 2.50), (NULL, DATE '2025-03-31', 1.00), ('', NULL, 7.00)) t(country, day, amount)`;
let sides: Sides;
let result: ResultInfo;
beforeAll(async () => {
  sides = await openSides();
  result = await sides.run(ROWS);
});
afterAll(() => sides.close());

const load = (spec: PivotSpec): Promise<PivotData> =>
  loadPivot({
    result,
    spec,
    queries: engineQueries(sides.fetch),
    timeZone: TIME_ZONE,
    signal: new AbortController().signal,
  });

describe('a pivot table', () => {
  it('begins with the first category by the first time, and adds the first number up exactly', async () => {
    const spec = defaultPivot(result.columns);
    expect(spec).toMatchObject({ rows: [{ column: 0 }], columns: [{ column: 1, bin: 'month' }] });
    expect(pivotText(await load(spec), spec, result.columns).split('\n')).toEqual([
      'country\t2025-01\t2025-03\tNULL\tTotal',
      '\t\t\t7.00\t7.00',
      'de\t0.30\t5.00\t\t5.30',
      'fr\t2.50\t\t\t2.50',
      'NULL\t\t1.00\t\t1.00',
      'Total\t2.80\t6.00\t7.00\t15.80',
    ]);
  });

  it('sorts rows by the total of a value', async () => {
    const spec: PivotSpec = { ...defaultPivot(result.columns), sort: { by: 'value', value: 0, descending: true } };
    expect((await load(spec)).rows.map((row) => row.labels[0])).toEqual(['', 'de', 'fr', null]);
  });

  it('without rows or columns is one cell', async () => {
    const data = await load({
      rows: [],
      columns: [],
      values: [{ aggregate: 'count' }],
      sort: { by: 'label', descending: false },
    });
    expect(data).toMatchObject({ cells: [['6']], total: ['6'] });
  });

  it('never has the same value twice, nor a column among rows and columns', () => {
    const spec = defaultPivot(result.columns);
    expect(withAdded(spec, 'values', 2, result.columns).values.map((value) => value.aggregate)).toEqual(['sum', 'avg']);
    expect(withAdded(spec, 'columns', 0, result.columns)).toMatchObject({
      rows: [],
      columns: [{ column: 1 }, { column: 0 }],
    });
    expect(withRemoved(spec, 'values', 0).values).toEqual([{ aggregate: 'count' }]);
  });
});

describe('a click on a cell', () => {
  it('shows exactly the rows behind it', async () => {
    const spec = defaultPivot(result.columns);
    const filter = pivotFilter([...spec.rows, ...spec.columns], ['de', '2025-01'], result.columns);
    expect((await sides.engine.results.view({ result: result.id, ...filter })).rowCount).toBe(2);
    const missing = pivotFilter([...spec.rows, ...spec.columns], [null, '2025-03'], result.columns);
    expect((await sides.engine.results.view({ result: result.id, ...missing })).rowCount).toBe(1);
  });

  it.each([
    ['2025', 'year', '2025-01-01', '2026-01-01'],
    ['2025-Q4', 'quarter', '2025-10-01', '2026-01-01'],
    ['2024-02', 'month', '2024-02-01', '2024-03-01'],
    ['2024-12-30', 'week', '2024-12-30', '2025-01-06'],
    ['2024-02-28', 'day', '2024-02-28', '2024-02-29'],
    ['2024-12-31 23:00:00', 'hour', '2024-12-31 23:00:00', '2025-01-01 00:00:00'],
  ] as const)('on %s (a %s) spans it to its end', (label, bin, from, to) => {
    expect(spanOf(label, bin)).toEqual([from, to]);
  });
});
