import { describe, expect, test } from 'vitest';
import { EMPTY_LAYOUT, planColumns, withPinned, withWidth } from '../../../../src/renderer/ui/grid/column-layout';
import { leftToReveal, positionToReveal } from '../../../../src/renderer/ui/grid/reveal';

describe('scrolling to a cell', () => {
  test('a row in view does not move the rows', () => {
    expect(positionToReveal(10, 100, 480)).toBe(100);
  });

  test('a row half hidden is brought in whole', () => {
    expect(positionToReveal(4, 100, 480)).toBe(96);
    expect(positionToReveal(24, 100, 480)).toBe(25 * 24 - 480);
  });

  test('a far row comes to the middle', () => {
    expect(positionToReveal(1_000_000, 0, 480)).toBe(1_000_000 * 24 - 240 + 24);
  });

  test('columns move as little as needed, pinned ones not at all', () => {
    const columns = Array.from({ length: 10 }, (_, index) => ({
      name: `c${index}`,
      type: 'INTEGER',
      kind: 'integer' as const,
    }));
    let layout = withPinned(EMPTY_LAYOUT, 0, true);
    for (let column = 0; column < 10; column += 1) layout = withWidth(layout, column, 100);
    const plan = planColumns(columns, layout);
    expect(leftToReveal(plan, 0, 300, 250)).toBe(300);
    expect(leftToReveal(plan, 1, 300, 250)).toBe(0);
    expect(leftToReveal(plan, 5, 300, 250)).toBe(300);
    expect(leftToReveal(plan, 9, 300, 250)).toBe(650);
  });
});
