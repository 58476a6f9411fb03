/** One measured figure, with what it should be where that was said. */
export interface Figure {
  name: string;
  value: number;
  unit: 'ratio' | 'ms' | '%' | 'MB' | 's' | 'rows/s' | 'count';
  /** The figure is met up to this; absent for one that is only reported. */
  atMost?: number;
  /** How it came about: what stands above and below a ratio, how many runs. */
  detail: string;
  /** Everything behind it, for the JSON alone. */
  samples?: unknown;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this part (0 to 1) of the values lies, between two values in proportion. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Rounded as people read it. */
export function shown(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

export function isMet(figure: Figure): boolean | undefined {
  return figure.atMost === undefined ? undefined : figure.value <= figure.atMost;
}

/** The figures as a table for a terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${{ ratio: '×', count: '' }[figure.unit as string] ?? figure.unit}`.trimEnd(),
    figure.atMost === undefined ? '' : `≤ ${shown(figure.atMost)}`,
    { true: 'met', false: 'MISSED', undefined: '' }[String(isMet(figure))] ?? '',
    figure.detail,
  ]);
  const head = ['figure', 'measured', 'target', '', 'how'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}
