import { quoteLiteral } from '../../../../shared/sql/quote';
import { ISO_DATE } from './value-families';

/**
 * When reading a text as a type changes nothing
 * ---------------------------------------------
 * Blanks around a value never count. A text is kept by a type where, and only where,
 *
 * - whole numbers: it is written plainly (digits, perhaps a minus sign; no leading zero, no plus sign, no exponent, no
 *   grouping, no `-0`) and lies in the type's range: `00420`, `+49`, `1e5` are not kept, they stay text;
 * - DECIMAL(p,s): it is written plainly with at most s decimals and p-s digits before them, so that the exact value is
 *   the same. Zeros at the end of the decimals are no part of the value; but where a column writes one number in two
 *   ways (`1.1` and `1.10`) it stays text, so that different texts never become one value;
 * - DOUBLE: it is a plain number of at most 15 significant digits (each such number is found again from its DOUBLE), or
 *   it is exactly the text that the DOUBLE is shown as (`0.30000000000000004`, `1e-05`);
 * - BOOLEAN: it is `true` or `false`, in one spelling in the whole column;
 * - DATE: it is a day of the calendar in the column's one format, written again the same (a leading zero of day or
 *   month aside); two-digit years are not kept, as their century would be a guess;
 * - TIMESTAMP: it is the same instant to its last digit, with at most 6 decimals of a second (9: TIMESTAMP_NS), and has
 *   no offset; a date alone is its midnight. With an offset it is a TIMESTAMPTZ, the same instant;
 * - TIME: hours and minutes with two digits, perhaps seconds and up to 6 decimals;
 * - any other type: the value is shown as exactly the text.
 */
export interface Reading {
  decimal: ',' | '.';
  /** The strptime format of dates; ISO's where absent. */
  dateFormat?: string | undefined;
  timestampFormat?: string | undefined;
}

const PLAIN_NUMBER = '^(0|-?[1-9][0-9]*|(0|-?[1-9][0-9]*)\\.[0-9]+|-0\\.[0-9]*[1-9][0-9]*)$';
const DATE_PATTERN = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const CLOCK_PATTERN = '([01][0-9]|2[0-3]):[0-5][0-9]';
const OFFSET_PATTERN = ' ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)';
const WHOLE_TYPES = /^(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT)$/;

/**
 * A SQL condition that is true where the VARCHAR expression `text` (not NULL) is kept when read as `type`. It is never
 * NULL. Decimal commas are turned into points first.
 */
export function keepsSql(type: string, text: string, reading: Reading): string {
  const upper = type.trim().toUpperCase();
  const decimal = /^(?:DECIMAL|NUMERIC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(upper);
  if (decimal) return keepsDecimal(Number(decimal[1]), Number(decimal[2] ?? 0), numberSql(text, reading));
  if (WHOLE_TYPES.test(upper)) return keepsWhole(upper, text);
  switch (upper) {
    case 'VARCHAR':
    case 'TEXT':
      return 'true';
    case 'DOUBLE':
    case 'FLOAT':
      return keepsFloat(upper, numberSql(text, reading));
    case 'BOOLEAN':
      return `lower(${text}) IN ('true', 'false')`;
    case 'DATE':
      return keepsDate(text, reading.dateFormat);
    case 'TIME':
      return casts(`^${CLOCK_PATTERN}(:[0-5][0-9](\\.[0-9]{1,6})?)?$`, text, 'TIME');
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
      return keepsTimestamp(upper, text, reading.timestampFormat);
    case 'TIMESTAMPTZ':
    case 'TIMESTAMP WITH TIME ZONE':
      return casts(`^${isoTimestamp(6, false)}${OFFSET_PATTERN}$`, text, 'TIMESTAMPTZ');
    default:
      return `coalesce(CAST(TRY_CAST(${text} AS ${type}) AS VARCHAR) = ${text}, false)`;
  }
}

/** The text of a number with a decimal point. A text that mixes comma and point is left as it is, so it never fits. */
export function numberSql(text: string, reading: Reading): string {
  if (reading.decimal === '.') return text;
  return `CASE WHEN contains(${text}, '.') THEN 'x' ELSE replace(${text}, ',', '.') END`;
}

/** True where the text is a plainly written number of any size. */
export function plainNumberSql(text: string): string {
  return matchesSql(text, PLAIN_NUMBER);
}

/** The strptime format with day, month and hour written without a leading zero. */
function withoutPadding(format: string): string {
  return format.replace(/%([dmHI])/g, '%-$1');
}

function keepsWhole(type: string, text: string): string {
  return `(${matchesSql(text, '^(0|-?[1-9][0-9]*)$')} AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`;
}

function keepsDecimal(precision: number, scale: number, text: string): string {
  const whole = precision - scale;
  const head = whole > 0 ? `(0|-?[1-9][0-9]{0,${whole - 1}})` : '0';
  const small = scale > 0 ? `|-0\\.[0-9]{1,${scale}}0*` : '';
  const tail = scale > 0 ? `(\\.[0-9]{1,${scale}}0*)?` : '(\\.0+)?';
  const signed = `NOT (starts_with(${text}, '-0') AND TRY_CAST(${text} AS DOUBLE) = 0)`;
  return `(${matchesSql(text, `^(${head}${tail}${small})$`)} AND ${signed})`;
}

function keepsFloat(type: string, text: string): string {
  const digits = type === 'DOUBLE' ? 15 : 6;
  const significant = `length(ltrim(replace(replace(${text}, '-', ''), '.', ''), '0'))`;
  const shown = `coalesce(CAST(TRY_CAST(${text} AS ${type}) AS VARCHAR) = ${text}, false)`;
  return `((${matchesSql(text, PLAIN_NUMBER)} AND ${significant} <= ${digits}) OR ${shown})`;
}

function keepsDate(text: string, format: string | undefined): string {
  if (format === undefined || format === ISO_DATE) return casts(`^${DATE_PATTERN}$`, text, 'DATE');
  return writtenAgain(text, format);
}

function keepsTimestamp(type: string, text: string, format: string | undefined): string {
  if (format !== undefined) return writtenAgain(text, format);
  return casts(`^${isoTimestamp(type === 'TIMESTAMP_NS' ? 9 : 6, true)}$`, text, type);
}

function isoTimestamp(decimals: number, clockOptional: boolean): string {
  const clock = `[ T]${CLOCK_PATTERN}(:[0-5][0-9](\\.[0-9]{1,${decimals}})?)?`;
  return `${DATE_PATTERN}${clockOptional ? `(${clock})?` : clock}`;
}

function writtenAgain(text: string, format: string): string {
  const value = `try_strptime(${text}, ${quoteLiteral(format)})`;
  const shortened = format.replace('.%f', '.%g');
  const forms = [...new Set([format, withoutPadding(format), shortened])];
  const same = forms.map((form) => `strftime(${value}, ${quoteLiteral(form)}) = ${text}`);
  return `coalesce(${same.join(' OR ')}, false)`;
}

function casts(pattern: string, text: string, type: string): string {
  return `(${matchesSql(text, pattern)} AND TRY_CAST(${text} AS ${type}) IS NOT NULL)`;
}

function matchesSql(text: string, pattern: string): string {
  return `regexp_matches(${text}, ${quoteLiteral(pattern)})`;
}
