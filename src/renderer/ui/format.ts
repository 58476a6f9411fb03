const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in decimal units with three significant digits at most: `38 MB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A count with its thousands separated: `2,013,455`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A count for a narrow place: `712 k`, `2.01 M`. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 999_500) return `${Math.round(count / 1000)} k`;
  const millions = count / 1_000_000;
  if (millions < 1000) return `${millions.toFixed(millions < 10 ? 2 : millions < 100 ? 1 : 0)} M`;
  return `${(millions / 1000).toFixed(1)} G`;
}

/** A duration as it is read: `12 ms`, `0.41 s`, `3 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
