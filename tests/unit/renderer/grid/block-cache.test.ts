import { describe, expect, test, vi } from 'vitest';
import { BLOCK_ROWS, BlockCache } from '../../../../src/renderer/ui/grid/block-cache';
import type { GridSource } from '../../../../src/renderer/ui/grid/grid-source';

interface Asked {
  first: number;
  count: number;
  columns: number[];
  signal: AbortSignal;
  answer(rows?: number): void;
  fail(error: Error): void;
}

function slowSource(rowCount: number, columnCount = 4, bytes = 1_000): { source: GridSource; asked: Asked[] } {
  const asked: Asked[] = [];
  const source: GridSource = {
    key: 'a',
    rowsKey: 'a',
    rowCount,
    complete: true,
    columns: Array.from({ length: columnCount }, (_, index) => ({
      name: `c${index}`,
      type: 'INTEGER',
      kind: 'integer' as const,
    })),
    window: (first, count, columns, signal) =>
      new Promise((resolve, reject) => {
        const answer = (rows = count) =>
          resolve({ first, count: rows, bytes, text: (row, column) => (row % 2 === 0 ? `${row}/${column}` : null) });
        asked.push({ first, count, columns, signal, answer, fail: reject });
      }),
  };
  return { source, asked };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const listener = () => ({ onArrive: vi.fn(), onProblem: vi.fn() });
const view = (firstRow: number, columns = [0, 1], speed = 0) => ({ firstRow, lastRow: firstRow + 30, columns, speed });

describe('windows of a result', () => {
  test('what is on the screen is read first, then what comes next', async () => {
    const { source, asked } = slowSource(10_000_000);
    const cache = new BlockCache(source, listener());
    cache.need(view(5_000));
    expect(asked.map((request) => request.first)).toEqual([5_000]);
    expect(cache.text(5_000, 0)).toBeUndefined();
    asked[0]?.answer();
    await settled();
    expect(asked.map((request) => request.first)).toEqual([5_000, 5_200, 4_800]);
    expect(cache.text(5_000, 1)).toBe('5000/1');
    expect(cache.text(5_001, 1)).toBeNull();
  });

  test('scrolling up reads ahead upwards, and further the faster it goes', () => {
    const { source, asked } = slowSource(10_000_000);
    new BlockCache(source, listener()).need(view(5_000, [0], -2_000));
    expect(asked.map((request) => request.first)).toEqual([5_000, 4_800, 4_600, 4_400]);
  });

  test('the same rows are not asked for twice', async () => {
    const { source, asked } = slowSource(300);
    const cache = new BlockCache(source, listener());
    cache.need(view(0));
    cache.need(view(10));
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.answer();
    await settled();
    cache.need(view(20));
    expect(asked).toHaveLength(2);
    expect(asked[1]?.count).toBe(100);
  });

  test('of 5,000 columns the visible groups alone are read', () => {
    const { source, asked } = slowSource(100, 5_000);
    new BlockCache(source, listener()).need(view(0, [2_000, 2_001, 4_999]));
    expect(asked[0]?.columns[0]).toBe(2_000);
    expect(asked[0]?.columns.length).toBe(16 + 8);
  });

  test('a jump gives up what is no longer wanted', () => {
    const { source, asked } = slowSource(10_000_000);
    const cache = new BlockCache(source, listener());
    cache.need(view(5_000, [0], 5_000));
    cache.need(view(9_000_000));
    expect(asked.some((request) => request.first === 9_000_000)).toBe(true);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test('memory stays bounded however far one scrolls', async () => {
    const { source, asked } = slowSource(10_000_000, 4, 4 * 1024 * 1024);
    const cache = new BlockCache(source, listener());
    for (let row = 0; row < 100_000; row += 1_000) {
      cache.need(view(row));
      for (const request of asked.splice(0)) request.answer();
      await settled();
    }
    expect(cache.bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(cache.text(99_000, 0)).toBe('99000/0');
    expect(cache.text(0, 0)).toBeUndefined();
  });

  test('rows that come while the query runs are read into the last block', async () => {
    const { source, asked } = slowSource(50);
    const cache = new BlockCache(source, listener());
    cache.need(view(0));
    asked[0]?.answer();
    await settled();
    cache.grow({ ...source, rowCount: 120 });
    cache.need(view(0));
    expect(asked).toHaveLength(2);
    expect(asked[1]?.count).toBe(120);
    expect(cache.text(10, 0)).toBe('10/0');
    expect(cache.text(60, 0)).toBeUndefined();
  });

  test('a block that came short is not asked for again at once', async () => {
    const { source, asked } = slowSource(BLOCK_ROWS);
    const cache = new BlockCache(source, listener());
    cache.need(view(0));
    asked[0]?.answer(90);
    await settled();
    cache.need(view(0));
    expect(asked).toHaveLength(1);
    cache.dispose();
  });

  test('a failed window is told once, and retried when asked to', async () => {
    const { source, asked } = slowSource(100);
    const heard = listener();
    const cache = new BlockCache(source, heard);
    cache.need(view(0));
    asked[0]?.fail(new Error('the engine is gone'));
    await settled();
    expect(heard.onProblem).toHaveBeenCalledWith(expect.objectContaining({ message: 'the engine is gone' }));
    cache.need(view(0));
    expect(asked).toHaveLength(1);
    cache.retry();
    asked[1]?.answer();
    await settled();
    expect(heard.onProblem).toHaveBeenLastCalledWith(null);
    cache.dispose();
  });
});
