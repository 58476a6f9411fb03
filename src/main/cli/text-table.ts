/** Rows as aligned text, columns two blanks apart; an empty column is left out. Ends with a line feed. */
export function textTable(rows: string[][]): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        widths[column] === 0 ? '' : `${cell}${' '.repeat((widths[column] ?? 0) - [...cell].length)}  `,
      )
      .join('')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
