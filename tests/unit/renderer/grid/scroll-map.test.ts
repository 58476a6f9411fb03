import { describe, expect, test } from 'vitest';
import {
  followScroll,
  MAXIMUM_CANVAS,
  positionOf,
  scrollMap,
  scrollTopOf,
} from '../../../../src/renderer/ui/grid/scroll-map';

const VIEW = 600;

describe('the scroll bar of few rows', () => {
  const map = scrollMap(1_000, 24, VIEW);
  test('stands for every pixel', () => {
    expect(map.canvas).toBe(24_000);
    expect(positionOf(map, 12_345)).toBe(12_345);
    expect(scrollTopOf(map, 12_345)).toBe(12_345);
  });
});

describe.each([10_000_000, 2_000_000_000])('the scroll bar of %i rows', (rows) => {
  const map = scrollMap(rows, 24, VIEW);

  test('is never taller than a browser can draw', () => {
    expect(map.canvas).toBe(MAXIMUM_CANVAS);
  });

  test('reaches the first and the last row exactly', () => {
    expect(positionOf(map, 0)).toBe(0);
    expect(positionOf(map, map.maximumScroll)).toBe(rows * 24 - VIEW);
    expect(scrollTopOf(map, rows * 24 - VIEW)).toBe(map.maximumScroll);
  });

  test('goes from position to offset and back within a row', () => {
    for (const share of [0, 0.0001, 0.1, 0.5, 0.77, 0.999, 1]) {
      const position = share * map.maximumPosition;
      expect(Math.abs(positionOf(map, scrollTopOf(map, position)) - position)).toBeLessThan(24);
    }
  });

  test('moves exact pixels for a turn of the wheel in the middle', () => {
    const position = positionOf(map, 4_000_000);
    expect(followScroll(map, position, 4_000_000, 4_000_100)).toBe(position + 100);
    expect(followScroll(map, position, 4_000_000, 3_999_900)).toBe(position - 100);
  });

  test('maps a dragged thumb in proportion', () => {
    const position = followScroll(map, 0, 0, map.maximumScroll / 2);
    expect(position / map.maximumPosition).toBeCloseTo(0.5, 3);
  });

  test('stops at both ends', () => {
    expect(followScroll(map, 50, 3_000, 2_000)).toBe(0);
    expect(followScroll(map, map.maximumPosition - 10, 5_000_000, 5_000_900)).toBe(map.maximumPosition);
  });
});
