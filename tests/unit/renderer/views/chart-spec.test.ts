import { describe, expect, it } from 'vitest';
import {
  type ChartSpec,
  defaultSpec,
  isComplete,
  withField,
  withMark,
} from '../../../../src/renderer/features/results/chart/chart-spec';
import { type ColumnInfo, columnKind } from '../../../../src/shared/columns';

const columns = (...list: [string, string][]): ColumnInfo[] =>
  list.map(([name, type]) => ({ name, type, kind: columnKind(type) }));

describe('the first chart of a result', () => {
  it('is a line for a time and a number', () => {
    expect(defaultSpec(columns(['id', 'BIGINT'], ['day', 'DATE'], ['revenue', 'DECIMAL(12,2)']))).toMatchObject({
      mark: 'line',
      x: 1,
      y: 2,
      aggregate: 'sum',
    });
  });
  it('has a line for each value of a lone category', () => {
    expect(defaultSpec(columns(['month', 'TIMESTAMP'], ['country', 'VARCHAR'], ['price', 'DOUBLE']))).toMatchObject({
      mark: 'line',
      color: 1,
      aggregate: 'avg',
    });
  });
  it('is bars for a category and a number, and counts rows where there is no number', () => {
    expect(defaultSpec(columns(['n', 'BIGINT'], ['name', 'VARCHAR']))).toMatchObject({ mark: 'bar', x: 1, y: 0 });
    const counted = defaultSpec(columns(['name', 'VARCHAR']));
    expect(counted).toMatchObject({ mark: 'bar', x: 0, aggregate: 'count' });
    expect(counted).not.toHaveProperty('y');
  });
  it('is a heat map for two categories and a number', () => {
    expect(defaultSpec(columns(['a', 'VARCHAR'], ['b', 'VARCHAR'], ['n', 'INTEGER']))).toMatchObject({
      mark: 'heatmap',
      x: 1,
      y: 0,
      color: 2,
    });
  });
  it('is a scatter for two numbers and a histogram for one', () => {
    expect(defaultSpec(columns(['a', 'DOUBLE'], ['b', 'DOUBLE']))).toMatchObject({ mark: 'scatter', x: 0, y: 1 });
    expect(defaultSpec(columns(['a', 'DOUBLE']))).toMatchObject({ mark: 'histogram', x: 0 });
  });
  it('is none for nested values alone', () => {
    expect(defaultSpec(columns(['a', 'STRUCT(x INTEGER)'], ['b', 'BLOB']))).toBeUndefined();
  });
});

describe('another choice', () => {
  const list = columns(['country', 'VARCHAR'], ['amount', 'DOUBLE'], ['status', 'VARCHAR']);
  const bar: ChartSpec = { mark: 'bar', x: 0, y: 1, color: 2, aggregate: 'sum', bin: 'auto' };

  it('of a heat map measures what was the height', () => {
    const heat = withMark(bar, 'heatmap', list);
    expect(heat).toMatchObject({ x: 0, y: 2, color: 1 });
    expect(withMark(heat, 'bar', list)).toEqual(bar);
  });
  it('of a mark that takes no category leaves it out and says what is missing', () => {
    const scatter = withMark(bar, 'scatter', list);
    expect(scatter.x).toBe(1);
    expect(isComplete(scatter, list)).toBe(false);
  });
  it('of a text to measure counts it', () => {
    expect(withField(bar, 'y', 2, list).aggregate).toBe('count');
    expect(withField(bar, 'y', undefined, list)).not.toHaveProperty('y');
  });
});
