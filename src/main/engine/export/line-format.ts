/**
 * How a text format is written: each row becomes one VARCHAR inside DuckDB, by column type, so that JavaScript hands
 * bytes on and never looks at a value. A file is `head`, the rows' lines, `tail`.
 */
export interface LineFormat {
  head: string;
  /** SQL expression over c0…cn that gives a row's bytes, its separator included; never NULL. */
  line: string;
  tail: string;
  /** The tail of a file without rows, where it differs. */
  emptyTail?: string;
  /** Bytes left off before the first row: the separator that stands in front of each. */
  skipFirst: number;
}

/** An SQL expression that joins texts; a flat call, as a chain of `||` over many columns is too deep to be parsed. */
export function joinTexts(parts: string[]): string {
  return parts.length === 0 ? `''` : `concat(${parts.join(', ')})`;
}
