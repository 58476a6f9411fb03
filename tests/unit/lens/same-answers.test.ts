import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lensForm } from '../../../src/renderer/lens/lens-policy';
import { type ColumnInfo, columnKind } from '../../../src/shared/columns';
import type { ResultInfo } from '../../../src/shared/results';
import { aggregatesOf } from '../../../src/shared/sql/aggregate-sql';
import { groupedChartSql, pointChartSql } from '../../../src/shared/sql/chart-sql';
import { TIME_BINS } from '../../../src/shared/sql/dimension-sql';
import { histogramSql } from '../../../src/shared/sql/histogram-sql';
import { pivotSql } from '../../../src/shared/sql/pivot-sql';
import { quantilesSql, summarySql, topValuesSql } from '../../../src/shared/sql/profile-sql';
import { axisFamily, displayText } from '../../../src/shared/sql/result-columns';
import { orderSql, valuesSql } from '../../../src/shared/sql/view-sql';
import { CORPUS, corpusSql } from './support/corpus';
import { openSides, type Sides, TIME_ZONE } from './support/sides';

/** Where DuckDB spells a type otherwise than the corpus does. */
const SPELLING: Record<string, string> = {
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
  TIMETZ: 'TIME WITH TIME ZONE',
  'STRUCT(a INTEGER, b VARCHAR)': 'STRUCT("a" INTEGER, "b" VARCHAR)',
  'UNION(num INTEGER, str VARCHAR)': 'UNION("num" INTEGER, "str" VARCHAR)',
};

const columns: ColumnInfo[] = CORPUS.map((column) => ({
  name: column.type,
  type: SPELLING[column.type] ?? column.type,
  kind: columnKind(SPELLING[column.type] ?? column.type),
}));
const native = columns.map((_, index) => index).filter((index) => lensForm(columns[index] as ColumnInfo) === 'native');
const at = (index: number) => columns[index] as ColumnInfo;
const indexOf = (type: string) => columns.findIndex((column) => column.type === type);
const NUMBERED = '(SELECT *, row_number() OVER () AS row_at FROM result)';
let sides: Sides;
let result: ResultInfo;

beforeAll(async () => {
  sides = await openSides();
  result = await sides.run(corpusSql(1_000));
  await sides.lens.load(result, TIME_ZONE);
});
afterAll(() => sides.close());

/** Both sides answer alike; sums of floats may differ in the last digits, as the engine adds them up in parallel. */
async function expectSame(sql: string): Promise<(string | null)[][]> {
  const engine = await sides.askEngine(result, sql);
  const lens = await sides.askLens(result, sql);
  expect(
    lens.map((row) => row.map(rounded)),
    sql,
  ).toEqual(engine.map((row) => row.map(rounded)));
  return engine;
}

function rounded(text: string | null): string | null {
  if (text === null || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) || !/[.e]/.test(text)) return text;
  return text.replace(/[-+.e]/g, '').length > 14 ? Number(text).toPrecision(12) : text;
}

describe('the lens answers as the engine does', () => {
  it('holds every column of the corpus', () => {
    expect(result.columns.map((column) => column.type)).toEqual(columns.map((column) => column.type));
    expect(result.rowCount).toBe(1_000);
    expect(native.length).toBeGreaterThan(15);
    expect(sides.lens.canQuery(result, native)).toBe(true);
    expect(sides.lens.canQuery(result, [indexOf('HUGEINT')])).toBe(false);
  });

  for (const index of native) {
    const type = at(index).type;
    it(`${type}: text, profile, histogram, top values`, async () => {
      const shown = await expectSame(`SELECT ${displayText(`c${index}`)} FROM ${NUMBERED} ORDER BY row_at`);
      expect(new Set(shown.map((row) => row[0])).size).toBeGreaterThan(2);
      await expectSame(summarySql(at(index), index, 1_000));
      await expectSame(topValuesSql(index, 8));
      const quantiles = quantilesSql(at(index), index);
      if (quantiles) await expectSame(quantiles);
      for (const bins of [1, 7, 20]) {
        const histogram = histogramSql(at(index), index, bins);
        if (histogram) await expectSame(histogram);
      }
    });

    it(`${type}: order and filters`, async () => {
      for (const descending of [false, true]) {
        await expectSame(
          `SELECT row_at FROM ${NUMBERED} ORDER BY ${orderSql([{ column: index, descending }], 'row_at')} LIMIT 1000`,
        );
      }
      const values = (await sides.askEngine(result, topValuesSql(index, 3))).map((row) => row[0] ?? null);
      for (const exclude of [false, true]) {
        const condition = valuesSql([{ column: index, values, exclude }]);
        const [count] = await expectSame(`SELECT count(*) FROM result WHERE ${condition}`);
        expect(Number(count?.[0])).toBeGreaterThanOrEqual(exclude ? 0 : 1);
      }
    });

    it(`${type}: chart and pivot`, async () => {
      const measure = {
        aggregate: 'sum',
        index: indexOf('DECIMAL(9,2)'),
        column: at(indexOf('DECIMAL(9,2)')),
      } as const;
      const bins = axisFamily(at(index)) === 'time' ? TIME_BINS : ([undefined] as const);
      for (const bin of bins) {
        const x = bin ? { index, column: at(index), bin } : { index, column: at(index) };
        const series = { index: indexOf('BOOLEAN'), column: at(indexOf('BOOLEAN')) };
        const sql = { x, series, measure, xLimit: 5, seriesLimit: 2, gatherRest: true };
        const marks = await expectSame(groupedChartSql(sql));
        expect(marks.length).toBeGreaterThan(0);
        await expectSame(groupedChartSql({ ...sql, gatherRest: false }));
        for (const query of Object.values(
          pivotSql({
            rows: [x],
            columns: [series],
            values: [measure, { aggregate: 'count' }],
            sort: { by: 'value', value: 0, descending: true },
            rowLimit: 4,
            columnLimit: 2,
          }),
        )) {
          await expectSame(query);
        }
      }
    });

    it(`${type}: every aggregate`, async () => {
      for (const aggregate of aggregatesOf(at(index))) {
        if (at(index).type === 'DECIMAL(38,10)' && aggregate === 'sum') continue; // overflows on both sides
        const x = { index: indexOf('BOOLEAN'), column: at(indexOf('BOOLEAN')) };
        const sql = {
          x,
          measure: { aggregate, index, column: at(index) },
          xLimit: 9,
          seriesLimit: 9,
          gatherRest: false,
        };
        await expectSame(groupedChartSql(sql));
      }
    });
  }

  it('points of a scatter chart, whole and sampled', async () => {
    const axes = native.filter((index) => axisFamily(at(index)) !== 'category');
    for (const [place, x] of axes.entries()) {
      const y = axes[(place + 1) % axes.length] as number;
      const chart = {
        x: { index: x, column: at(x) },
        y: { index: y, column: at(y) },
        color: { index: indexOf('VARCHAR'), column: at(indexOf('VARCHAR')) },
        rowCount: 1_000,
        seriesLimit: 3,
      };
      await expectSame(pointChartSql({ ...chart, limit: 5_000 }));
      const sample = await expectSame(pointChartSql({ ...chart, limit: 100 }));
      expect(sample.length).toBeLessThanOrEqual(105);
    }
  });
});

describe('the engine answers for what the lens leaves to it', () => {
  const others = columns.map((_, index) => index).filter((index) => !native.includes(index));
  for (const index of others) {
    it(`${at(index).type}`, async () => {
      const [summary] = await sides.askEngine(result, summarySql(at(index), index, 1_000));
      expect(summary?.[0]).toBe('1000');
      expect(Number(summary?.[2])).toBeGreaterThan(0);
      expect((await sides.askEngine(result, topValuesSql(index, 3))).length).toBeGreaterThan(0);
      for (const sql of [quantilesSql(at(index), index), histogramSql(at(index), index, 20)]) {
        if (sql) expect((await sides.askEngine(result, sql)).length).toBeGreaterThan(0);
      }
      const x = { index, column: at(index) };
      for (const aggregate of aggregatesOf(at(index))) {
        if (at(index).type.includes('HUGEINT') && aggregate === 'sum') continue; // overflows: an honest error
        const measure = { aggregate, index, column: at(index) };
        const query = pivotSql({
          rows: [x],
          columns: [],
          values: [measure],
          sort: { by: 'label', descending: false },
          rowLimit: 9,
          columnLimit: 9,
        });
        for (const sql of Object.values(query)) expect((await sides.askEngine(result, sql)).length).toBeGreaterThan(0);
      }
      const shown = await sides.askEngine(
        result,
        `SELECT ${displayText(`c${index}`)} FROM ${NUMBERED} ORDER BY row_at`,
      );
      expect(await sides.askLens(result, `SELECT c${index} FROM ${NUMBERED} ORDER BY row_at`)).toEqual(shown);
    });
  }
});
