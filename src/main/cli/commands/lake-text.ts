/** Aligned columns under their titles; figures to the right. */
export function lakeText(titles: string[], rows: string[][], empty: string): string {
  if (rows.length === 0) return empty === '' ? '' : `${empty}\n`;
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isFigure(rows, column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${[titles, ...rows].map(line).join('\n')}\n`;
}

function isFigure(rows: string[][], column: number): boolean {
  return (
    rows.every((row) => /^[-+]?\d[\d.]*( [kMGT]?B)?$|^$/.test(row[column] ?? '')) && rows.some((row) => row[column])
  );
}

/** Bytes for people: 1.2 MB. */
export function sizeText(bytes: number): string {
  let size = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (size < 1000) return `${unit === 'B' ? size : size.toFixed(1)} ${unit}`;
    size /= 1000;
  }
  return `${size.toFixed(1)} TB`;
}
