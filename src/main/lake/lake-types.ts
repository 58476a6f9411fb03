/** A column type in the form that the lake can hold, and why it differs from the source's. */
export interface LakeType {
  type: string;
  note?: string;
}

interface Replacement {
  type: string;
  why: string;
}

/**
 * Types that DuckLake refuses, or that Parquet files give back changed: HUGEINT is stored as DOUBLE, INTERVAL loses what
 * is below a millisecond, TIMETZ loses its zone (all seen in DuckDB 1.5.5).
 */
const REPLACED: Record<string, Replacement> = {
  HUGEINT: { type: 'DECIMAL(38,0)', why: 'the lake has no HUGEINT; values beyond 38 digits are an error' },
  UHUGEINT: { type: 'DECIMAL(38,0)', why: 'the lake has no UHUGEINT; values beyond 38 digits are an error' },
  BIGNUM: { type: 'VARCHAR', why: 'the lake has no BIGNUM, so it is text' },
  BIT: { type: 'VARCHAR', why: 'the lake has no BIT, so it is text' },
  'TIME WITH TIME ZONE': { type: 'VARCHAR', why: 'files lose the zone of TIME WITH TIME ZONE, so it is text' },
  TIME_NS: { type: 'VARCHAR', why: 'files cannot hold TIME_NS, so it is text' },
  INTERVAL: { type: 'VARCHAR', why: 'files cut an INTERVAL to milliseconds, so it is text' },
  '"NULL"': { type: 'VARCHAR', why: 'every value is NULL, so the type is open' },
  NULL: { type: 'VARCHAR', why: 'every value is NULL, so the type is open' },
};

/** The type that a lake table holds values of a DuckDB type in; nested types are looked through. */
export function lakeTypeOf(sourceType: string): LakeType {
  const notes = new Set<string>();
  const type = convert(sourceType.trim(), notes);
  return notes.size === 0 ? { type } : { type, note: [...notes].join('; ') };
}

function convert(type: string, notes: Set<string>): string {
  const array = /^([\s\S]*)\[(\d*)\]$/.exec(type);
  if (array) {
    if (array[2] !== '') notes.add('the lake has no arrays of fixed length, so it is a list');
    return `${convert(array[1] ?? '', notes)}[]`;
  }
  const nested = /^(STRUCT|MAP|UNION|ENUM)\(([\s\S]*)\)$/i.exec(type);
  if (!nested) return replaced(type, notes);
  const arguments_ = splitArguments(nested[2] ?? '');
  switch (nested[1]?.toUpperCase()) {
    case 'ENUM':
      notes.add('the lake has no ENUM, so it is text');
      return 'VARCHAR';
    case 'UNION':
      notes.add('the lake has no UNION, so it is text');
      return 'VARCHAR';
    case 'MAP':
      return `MAP(${arguments_.map((one) => convert(one, notes)).join(', ')})`;
    default:
      return `STRUCT(${arguments_.map((field) => convertField(field, notes)).join(', ')})`;
  }
}

function replaced(type: string, notes: Set<string>): string {
  const found = REPLACED[type.toUpperCase()];
  if (!found) return type;
  notes.add(found.why);
  return found.type;
}

function convertField(field: string, notes: Set<string>): string {
  const match = /^("(?:[^"]|"")*"|\S+)\s+([\s\S]+)$/.exec(field);
  if (!match) return field;
  return `${match[1] ?? ''} ${convert(match[2] ?? '', notes)}`;
}

/** Splits at the commas that stand in no parentheses and no quotes. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}

/** Bits of a whole number, and whether it has a sign. */
const INTEGERS: Record<string, { bits: number; signed: boolean; digits: number }> = {
  TINYINT: { bits: 8, signed: true, digits: 3 },
  SMALLINT: { bits: 16, signed: true, digits: 5 },
  INTEGER: { bits: 32, signed: true, digits: 10 },
  BIGINT: { bits: 64, signed: true, digits: 19 },
  UTINYINT: { bits: 8, signed: false, digits: 3 },
  USMALLINT: { bits: 16, signed: false, digits: 5 },
  UINTEGER: { bits: 32, signed: false, digits: 10 },
  UBIGINT: { bits: 64, signed: false, digits: 20 },
};

/** Whether every value of a type fits another one unchanged. */
export function isLossless(from: string, to: string): boolean {
  const source = from.toUpperCase();
  const target = to.toUpperCase();
  if (source === target || from === '"NULL"') return true;
  const whole = INTEGERS[source];
  const wide = INTEGERS[target];
  if (whole && wide) {
    if (whole.signed === wide.signed) return wide.bits >= whole.bits;
    return wide.signed && wide.bits > whole.bits;
  }
  const decimal = decimalOf(target);
  if (whole && decimal) return decimal.width - decimal.scale >= whole.digits;
  const narrow = decimalOf(source);
  if (narrow && decimal) {
    return decimal.scale >= narrow.scale && decimal.width - decimal.scale >= narrow.width - narrow.scale;
  }
  if (target === 'DOUBLE') return source === 'FLOAT' || (whole !== undefined && whole.bits <= 32);
  if (target === 'VARCHAR') return !/[([]/.test(source) && source !== 'BLOB' && source !== 'VARIANT';
  return source === 'DATE' && target === 'TIMESTAMP';
}

/** Whether DuckLake changes a column's type so, without a value being altered. */
export function canWiden(from: string, to: string): boolean {
  const source = from.toUpperCase();
  const target = to.toUpperCase();
  if (source === target || !isLossless(from, to)) return false;
  if (INTEGERS[source] && INTEGERS[target]) return true;
  return (source === 'FLOAT' && target === 'DOUBLE') || (source === 'DATE' && target === 'TIMESTAMP');
}

function decimalOf(type: string): { width: number; scale: number } | undefined {
  const match = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  return match ? { width: Number(match[1]), scale: Number(match[2]) } : undefined;
}
