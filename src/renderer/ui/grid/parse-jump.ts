/** The row (from 0) that a typed jump means: `1,048,576` counts from 1, `50%` is a share; null where it is neither. */
export function parseJump(text: string, rows: number): number | null {
  if (rows === 0) return null;
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (percent) return Math.min(rows - 1, Math.round((Number(percent[1]) / 100) * (rows - 1)));
  const digits = text.replaceAll(/[\s,._'’]/g, '');
  if (!/^\d{1,15}$/.test(digits)) return null;
  return Math.min(Math.max(Number(digits) - 1, 0), rows - 1);
}
