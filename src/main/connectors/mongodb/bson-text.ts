import type { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb';

/** A value of BSON by its kind, with its JSON text; nested ones are walked by the caller. */
export type BsonKind =
  | 'null'
  | 'int'
  | 'long'
  | 'double'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'objectId'
  | 'uuid'
  | 'binary'
  | 'text'
  | 'list'
  | 'object'
  | 'other';

/** The kind of a value as the driver gives it without promoting numbers. */
export function bsonKind(value: unknown): BsonKind {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (typeof value === 'bigint') return 'long';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'date';
  switch ((value as { _bsontype?: string })._bsontype) {
    case undefined:
      return 'object';
    case 'Int32':
      return 'int';
    case 'Long':
      return 'long';
    case 'Double':
      return 'double';
    case 'Decimal128':
      return 'decimal';
    case 'ObjectId':
      return 'objectId';
    case 'Binary':
      return (value as Binary).sub_type === UUID_TYPE ? 'uuid' : 'binary';
    default:
      return 'other';
  }
}

const UUID_TYPE = 4;

/**
 * JSON for a value that is neither list nor object. Whole numbers keep their digits, decimals and numbers that JSON has
 * not (NaN, Infinity) are texts, dates ISO 8601 in UTC, binary data base64.
 */
export function bsonText(value: unknown, kind: BsonKind): string {
  switch (kind) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'text':
      return JSON.stringify(value);
    case 'int':
      return String(typeof value === 'number' ? value : (value as Int32).value);
    case 'long':
      return String(value as Long | bigint);
    case 'double':
      return doubleText(typeof value === 'number' ? value : (value as Double).value);
    case 'decimal':
      return JSON.stringify(plainDecimal((value as Decimal128).toString()));
    case 'date':
      return JSON.stringify(dateText(value as Date));
    case 'objectId':
      return JSON.stringify((value as ObjectId).toHexString());
    case 'uuid':
      return JSON.stringify((value as Binary).toUUID().toHexString());
    case 'binary':
      return JSON.stringify(Buffer.from((value as Binary).buffer).toString('base64'));
    default:
      return JSON.stringify(otherText(value));
  }
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return '"NaN"';
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** Years beyond four digits are written by JavaScript with a sign and six digits, which no engine reads. */
function dateText(value: Date): string {
  const milliseconds = value.getTime();
  if (Number.isNaN(milliseconds)) return '';
  return value.toISOString().replace(/^\+0*(\d{5,6})-/, '$1-');
}

/** `1.5E+3` as `1500`. A number without a plain form (NaN, Infinity, thousands of digits) stays as it is. */
export function plainDecimal(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/i.exec(text);
  if (!match || match[4] === undefined) return text;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  if (Math.abs(Number(power)) > 60) return text;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Regular expressions, server timestamps, code, keys: rare, and told as text. */
function otherText(value: unknown): string {
  const { _bsontype: type } = value as { _bsontype?: string };
  if (value instanceof RegExp) return String(value);
  if (type === 'BSONRegExp') {
    const { pattern, options } = value as { pattern: string; options: string };
    return `/${pattern}/${options}`;
  }
  if (type === 'Timestamp') {
    const { t, i } = value as Timestamp;
    return `${t}.${i}`;
  }
  if (type === 'MinKey' || type === 'MaxKey') return type;
  return JSON.stringify(value);
}
