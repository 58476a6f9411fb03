import type { ColumnFacts, NumberFacts } from './column-facts';
import { ISO_DATE } from './value-families';

/** A type that keeps every value of a column, and why it is text where another type was near. */
export interface ChosenType {
  type: string;
  /** The strptime format of a date or timestamp that is not ISO's. */
  format?: string;
  /** Formats that all values fit, where they give different days: a person must choose. */
  ambiguous?: string[];
}

/** Decimals of up to so many places become DECIMAL; beyond, products of such columns would overflow. */
const MOST_DECIMAL_PLACES = 9;

/** The narrowest type, in the order in which people expect them, that keeps every value of a column (see lossless). */
export function chooseType(facts: ColumnFacts): ChosenType {
  if (facts.values === 0) return { type: 'VARCHAR' };
  if (facts.boolean) return { type: 'BOOLEAN' };
  if (facts.number) {
    const type = numberType(facts.number);
    if (type) return { type };
  }
  if (facts.dates.includes(ISO_DATE)) return { type: 'DATE' };
  if (facts.dates.length > 0) return formatted('DATE', facts.dates);
  if (facts.timestamp) return { type: facts.timestamp };
  if (facts.timestamps.length > 0) return formatted('TIMESTAMP', facts.timestamps);
  if (facts.time) return { type: 'TIME' };
  return { type: 'VARCHAR' };
}

function formatted(type: string, formats: string[]): ChosenType {
  const orders = new Set(formats.map(orderOf));
  if (orders.size > 1) return { type: 'VARCHAR', ambiguous: formats };
  return { type, format: formats[0] as string };
}

/** The order of day, month and year in a strptime format. */
export function orderOf(format: string): 'dmy' | 'mdy' | 'ymd' {
  if (format.indexOf('%Y') < format.indexOf('%d')) return 'ymd';
  return format.indexOf('%d') < format.indexOf('%m') ? 'dmy' : 'mdy';
}

function numberType(facts: NumberFacts): string | undefined {
  if (!facts.plain) return facts.shownAsDouble ? 'DOUBLE' : undefined;
  if (facts.maxDecimals === 0) {
    if (facts.bigint) return 'BIGINT';
    return facts.maxWhole <= 38 ? `DECIMAL(${facts.maxWhole},0)` : undefined;
  }
  const oneLength = facts.minDecimals === facts.maxDecimals;
  if (!oneLength && facts.shownAsDouble && facts.trailingZeros) return 'DOUBLE';
  if (!oneLength && facts.trailingZeros && !facts.oneSpelling) return undefined;
  return decimalOrDouble(facts);
}

function decimalOrDouble(facts: NumberFacts): string | undefined {
  const precision = facts.maxWhole + facts.maxDecimals;
  const fewPlaces = facts.maxDecimals <= MOST_DECIMAL_PLACES;
  if (fewPlaces && precision <= 18) return `DECIMAL(18,${facts.maxDecimals})`;
  if (facts.double) return 'DOUBLE';
  return precision <= 38 ? `DECIMAL(${precision},${facts.maxDecimals})` : undefined;
}
