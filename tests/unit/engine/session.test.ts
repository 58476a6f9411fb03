import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await openEngine();
});
afterAll(() => fixture.close());

describe('a worksheet session', () => {
  it('gives one result for each statement and names those with rows', async () => {
    const { run, results } = await fixture.run(
      'create table t as select range as i from range(5); insert into t values (7), (8); select * from t order by i desc; select count(*) as n from t',
    );
    expect(run).toMatchObject({ state: 'done', statements: 4, finished: 4 });
    expect(results.map((result) => [result.kind, result.name, result.rowCount, result.changedRows])).toEqual([
      ['none', '', 0, undefined],
      ['changed', '', 0, 2],
      ['rows', '_1', 7, undefined],
      ['rows', '_2', 1, undefined],
    ]);
    const [, , rows] = results;
    expect(rows && (await fixture.cells(rows))).toEqual([['8'], ['7'], ['4'], ['3'], ['2'], ['1'], ['0']]);
  });
});
