import type { RangeSummary } from '../../../../shared/results';

/**
 * Several summaries as one. Sums stay exact decimal text; where a number is no plain decimal (`inf`, `1e300`) the sum and
 * the average are left out rather than guessed.
 */
export function combineSummaries(parts: readonly RangeSummary[]): RangeSummary {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const total = (pick: (part: RangeSummary) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const combined: RangeSummary = {
    cells: total((part) => part.cells),
    nulls: total((part) => part.nulls),
    numbers: total((part) => part.numbers),
  };
  const sums = parts.flatMap((part) => (part.sum === undefined ? [] : [part.sum]));
  const sum = sums.length === 0 ? undefined : addDecimals(sums);
  if (sum !== undefined) {
    combined.sum = sum;
    const average = divideDecimal(sum, combined.numbers);
    if (average !== undefined) combined.average = average;
  }
  const least = extreme(
    parts.flatMap((part) => part.min ?? []),
    -1,
  );
  const most = extreme(
    parts.flatMap((part) => part.max ?? []),
    1,
  );
  if (least !== undefined) combined.min = least;
  if (most !== undefined) combined.max = most;
  return combined;
}

interface Decimal {
  digits: bigint;
  scale: number;
}

function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  const digits = BigInt(`${match[2]}${fraction}`);
  return { digits: match[1] === '-' ? -digits : digits, scale: fraction.length };
}

function formatDecimal({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0n ? '-' : ''}${whole}${scale > 0 ? `.${text.slice(-scale)}` : ''}`;
}

/** The exact sum of decimal texts; undefined where one is no plain decimal. */
export function addDecimals(texts: readonly string[]): string | undefined {
  const numbers: Decimal[] = [];
  for (const text of texts) {
    const parsed = parseDecimal(text);
    if (!parsed) return undefined;
    numbers.push(parsed);
  }
  const scale = Math.max(...numbers.map((number) => number.scale));
  const digits = numbers.reduce((sum, number) => sum + rescale(number, scale), 0n);
  return formatDecimal({ digits, scale });
}

/** A decimal divided by a count, to six digits behind the point more than it has, trailing zeros cut. */
export function divideDecimal(text: string, count: number): string | undefined {
  const number = parseDecimal(text);
  if (!number || count === 0) return undefined;
  const scale = number.scale + 6;
  const digits = rescale(number, scale) / BigInt(count);
  return formatDecimal({ digits, scale }).replace(/\.?0+$/, '');
}

function rescale(number: Decimal, scale: number): bigint {
  return number.digits * 10n ** BigInt(scale - number.scale);
}

/** The smallest (-1) or largest (1) of decimal texts, compared exactly; undefined where one is no plain decimal. */
function extreme(texts: readonly string[], direction: 1 | -1): string | undefined {
  let best: { text: string; number: Decimal } | undefined;
  for (const text of texts) {
    const number = parseDecimal(text);
    if (!number) return undefined;
    if (!best || compare(number, best.number) * direction > 0) best = { text, number };
  }
  return best?.text;
}

function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = rescale(a, scale) - rescale(b, scale);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}
