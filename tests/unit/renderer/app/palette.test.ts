import { describe, expect, it } from 'vitest';
import { bestMatches } from '../../../../src/renderer/app/palette/best-matches';
import { fuzzyScore } from '../../../../src/renderer/app/palette/fuzzy';
import type { PaletteItem } from '../../../../src/renderer/app/palette/palette-store';

function items(...lines: [label: string, detail?: string][]): PaletteItem[] {
  return lines.map(([label, detail]) => ({
    id: label,
    label,
    ...(detail === undefined ? {} : { detail }),
    run: () => undefined,
  }));
}

function found(query: string, list: PaletteItem[]): string[] {
  return bestMatches(list, query).map((item) => item.label);
}

describe('typing into the palette', () => {
  it('needs every letter in order', () => {
    expect(fuzzyScore('orl', 'order_lines')).toBeDefined();
    expect(fuzzyScore('lor', 'order_lines')).toBeUndefined();
  });

  it('ignores case and spaces', () => {
    expect(fuzzyScore('RUN ALL', 'Run all statements')).toBeDefined();
    expect(fuzzyScore('order lines', 'data/order_lines')).toBeDefined();
  });

  it('puts a whole word before scattered letters', () => {
    expect(found('sort', items(['Show the other runs table'], ['Sort the column']))[0]).toBe('Sort the column');
  });

  it('puts the match at a word start before the one inside a word', () => {
    expect(found('line', items(['outline.csv'], ['data/line.csv']))[0]).toBe('data/line.csv');
  });

  it('puts the shorter name first where both match alike', () => {
    expect(found('orders', items(['orders_of_last_year.csv'], ['orders.csv']))[0]).toBe('orders.csv');
  });

  it('finds by category too, after every match in the title', () => {
    const list = items(['Dark theme', 'View'], ['Review the plan'], ['Light theme', 'View']);
    expect(found('view', list)).toEqual(['Review the plan', 'Dark theme', 'Light theme']);
    expect(found('view light', list)).toEqual(['Light theme']);
  });

  it('keeps the order while nothing was typed', () => {
    expect(found('  ', items(['b'], ['a']))).toEqual(['b', 'a']);
  });
});
