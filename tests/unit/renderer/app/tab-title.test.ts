import { describe, expect, it } from 'vitest';
import { tabTitle } from '../../../../src/renderer/features/results/tab-title';

const titleOf = (sql: string) => tabTitle({ name: '_1', sql });

describe('the title of a result', () => {
  it('is the comment above the statement', () => {
    expect(titleOf('-- orders by month\nselect 1')).toBe('_1 orders by month');
  });

  it('is the file or table that it reads', () => {
    expect(titleOf("select * from 'data/orders.parquet' where x")).toBe('_1 orders.parquet');
    expect(titleOf("from read_csv('data/a.csv', delim = ';')")).toBe('_1 a.csv');
    expect(titleOf('select a from main.orders o')).toBe('_1 main.orders');
  });

  it('is the statement itself where it reads nothing', () => {
    expect(titleOf('select 1 as one,\n  2 as two')).toBe('_1 select 1 as one, 2 as two');
  });

  it('ends with a sign where it is cut', () => {
    expect(titleOf(`select ${'x'.repeat(200)}`)).toMatch(/…$/);
  });

  it('takes no table from a comment inside', () => {
    expect(titleOf('select 1 /* not from here */')).toBe('_1 select 1');
  });
});
