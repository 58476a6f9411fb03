/**
 * Shortens the text of a number for a narrow place: thousands separated, at most `digits` significant digits behind a
 * whole part that is never cut. What is not a plain number (dates, `nan`) stays as it is.
 */
export function shortNumber(text: string, digits = 6): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return shortExponent(text, digits);
  const [, sign = '', whole = '', fraction = ''] = match;
  const kept = Math.max(0, digits - (whole === '0' ? 0 : whole.length));
  if (fraction.length <= kept) return `${sign}${grouped(whole)}${fraction ? `.${fraction}` : ''}`;
  const value = Number(text);
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53) return `${sign}${grouped(whole)}`;
  const rounded = whole === '0' ? Number(value.toPrecision(digits)).toString() : value.toFixed(kept);
  const again = /^(-?)(\d+)(\.\d+)?$/.exec(rounded);
  return again ? `${again[1]}${grouped(again[2] ?? '')}${trimmed(again[3] ?? '')}` : rounded;
}

/** A share of a whole as it is read: `46 %`, `0.3 %`, `< 0.1 %`. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.1) return '< 0.1 %';
  if (share < 10 && !Number.isInteger(share)) return `${share.toFixed(1)} %`;
  if (share < 100 && share > 99.9) return '> 99.9 %';
  return `${Math.round(share)} %`;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

function trimmed(fraction: string): string {
  return fraction.replace(/0+$/, '').replace(/\.$/, '');
}

function shortExponent(text: string, digits: number): string {
  const match = /^(-?\d+(?:\.\d+)?)e([+-]?\d+)$/i.exec(text);
  return match ? `${Number(Number(match[1]).toPrecision(digits))}e${match[2]}` : text;
}
