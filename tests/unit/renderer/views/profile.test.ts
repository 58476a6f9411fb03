import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareText, shortNumber } from '../../../../src/renderer/features/results/parts/number-text';
import { headerPictures } from '../../../../src/renderer/features/results/profile/header-pictures';
import { loadProfile } from '../../../../src/renderer/features/results/profile/profile-data';
import { engineQueries } from '../../../../src/renderer/lens/result-queries';
import type { ResultInfo } from '../../../../src/shared/results';
import { openSides, type Sides, TIME_ZONE } from '../../lens/support/sides';

let sides: Sides;
beforeAll(async () => {
  sides = await openSides();
});
afterAll(() => sides.close());

const profile = (result: ResultInfo, column: number) =>
  loadProfile(
    {
      result,
      column,
      queries: engineQueries(sides.fetch),
      timeZone: TIME_ZONE,
      signal: new AbortController().signal,
      bins: 4,
      top: 3,
    },
    () => undefined,
  );

describe('a column profile', () => {
  it('counts NULL, NaN and infinity apart from the numbers', async () => {
    const result = await sides.run("SELECT * FROM (VALUES (1.0::DOUBLE), (3), (NULL), ('nan'), ('-inf')) t(v)");
    expect(await profile(result, 0)).toMatchObject({
      rows: 5,
      nulls: 1,
      nonFinite: 2,
      min: '1.0',
      max: '3.0',
      mean: '2.0',
    });
  });

  it('does not interpolate numbers that a DOUBLE cannot hold', async () => {
    const result = await sides.run('SELECT 9007199254740993 + i AS v FROM range(3) t(i)');
    const { quantiles } = await profile(result, 0);
    expect(quantiles?.[2]).toBe('9007199254740994');
  });

  it('says when the number of different values is an estimate, and counts what it has grouped', async () => {
    const result = await sides.run('SELECT i AS id, i % 12 AS few FROM range(150000) t(i)');
    const id = await profile(result, 0);
    expect(id.distinctExact).toBe(false);
    expect(id.top).toEqual([]);
    expect(await profile(result, 1)).toMatchObject({ distinct: 12, distinctExact: true, groups: 12 });
  });

  it('is complete for a column of NULL alone', async () => {
    const result = await sides.run('SELECT NULL::TIMESTAMP AS v FROM range(3)');
    expect(await profile(result, 0)).toMatchObject({
      nulls: 3,
      distinct: 0,
      histogram: [],
      top: [{ value: null, count: 3 }],
    });
  });
});

describe('pictures in grid headers', () => {
  it('come for the columns that are asked for', async () => {
    const result = await sides.run(
      "SELECT i AS n, CASE WHEN i < 7 THEN 'a' ELSE 'b' END AS s, [i] AS l FROM range(10) t(i)",
    );
    const pictures = headerPictures(result, engineQueries(sides.fetch), TIME_ZONE);
    expect([0, 1, 2].map((column) => pictures.get(column))).toEqual([undefined, undefined, undefined]);
    await new Promise<void>((resolve) => {
      pictures.subscribe(() => [0, 1, 2].every((column) => pictures.get(column) !== undefined) && resolve());
    });
    expect(pictures.get(0)).toMatchObject({ kind: 'bars', label: 'from 0 to 9' });
    expect(pictures.get(1)).toMatchObject({ kind: 'shares', parts: [7, 3] });
    expect(pictures.get(2)).toBeNull();
    pictures.close();
  });
});

describe('figures in a narrow place', () => {
  it.each([
    ['1234567.891', '1,234,568'],
    ['999.753592', '999.754'],
    ['0.000123456789', '0.000123457'],
    ['-20.0', '-20.0'],
    ['170141183460469231731687303715884105727', '170,141,183,460,469,231,731,687,303,715,884,105,727'],
    ['2024-01-01 00:00:00', '2024-01-01 00:00:00'],
    ['1.7976931348623157e+308', '1.79769e+308'],
    ['nan', 'nan'],
  ])('%s as %s', (text, expected) => expect(shortNumber(text)).toBe(expected));

  it('never rounds a share to nothing or to all', () => {
    expect([shareText(1, 1_000_000), shareText(999_999, 1_000_000), shareText(1, 3), shareText(0, 0)]).toEqual([
      '< 0.1 %',
      '> 99.9 %',
      '33 %',
      '0 %',
    ]);
  });
});
