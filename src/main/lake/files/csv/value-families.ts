/** Which kinds of value a column may hold, as far as a sample shows; each is then proved on the whole file. */
export interface ColumnFamilies {
  number: boolean;
  boolean: boolean;
  time: boolean;
  /** Timestamps as ISO 8601 writes them, and plain dates among them. */
  timestamp: boolean;
  /** strptime formats; ISO_DATE is one of them. */
  dates: string[];
  /** strptime formats other than ISO's. */
  timestamps: string[];
}

export const ISO_DATE = '%Y-%m-%d';

/** The formats that dates are looked for in. Two-digit years are not: their century would be a guess. */
export const DATE_FORMATS = [
  ISO_DATE,
  '%Y/%m/%d',
  '%Y.%m.%d',
  '%d.%m.%Y',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%d-%m-%Y',
  '%m-%d-%Y',
] as const;

const TIME_FORMATS = ['%H:%M:%S', '%H:%M', '%H:%M:%S.%f', '%I:%M:%S %p', '%I:%M %p'];
const TIMESTAMP_FORMATS = DATE_FORMATS.filter((format) => format !== ISO_DATE).flatMap((date) =>
  TIME_FORMATS.map((time) => `${date} ${time}`),
);

const PARTS: Record<string, string> = {
  '%Y': '\\d{4}',
  '%m': '(?:0?[1-9]|1[0-2])',
  '%d': '(?:0?[1-9]|[12]\\d|3[01])',
  '%H': '(?:[01]?\\d|2[0-3])',
  '%I': '(?:0?[1-9]|1[0-2])',
  '%M': '[0-5]\\d',
  '%S': '[0-5]\\d',
  '%f': '\\d{1,6}',
  '%p': '(?:AM|PM|am|pm)',
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const COMMA_NUMBER = /^[+-]?\d+(?:,\d+)?$/;
const BOOLEAN = /^(?:true|false)$/i;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}(?::?\d{2})?))?)?$/;
const patterns = new Map<string, RegExp>();

/** The families that every value of the sample fits, of all families where the sample has no value. */
export function familiesOf(values: Iterable<string>, decimal: ',' | '.'): ColumnFamilies {
  const families: ColumnFamilies = {
    number: true,
    boolean: true,
    time: true,
    timestamp: true,
    dates: [...DATE_FORMATS],
    timestamps: [...TIMESTAMP_FORMATS],
  };
  for (const value of values) {
    const text = value.trim();
    if (text === '') continue;
    families.number &&= NUMBER.test(text) || (decimal === ',' && COMMA_NUMBER.test(text));
    families.boolean &&= BOOLEAN.test(text);
    families.time &&= TIME.test(text);
    families.timestamp &&= TIMESTAMP.test(text);
    if (families.dates.length > 0) families.dates = families.dates.filter((format) => matches(format, text));
    if (families.timestamps.length > 0) {
      families.timestamps = families.timestamps.filter((format) => matches(format, text));
    }
    if (isText(families)) break;
  }
  return families;
}

/** Whether no family but text is left. */
export function isText(families: ColumnFamilies): boolean {
  const { number, boolean, time, timestamp, dates, timestamps } = families;
  return !number && !boolean && !time && !timestamp && dates.length === 0 && timestamps.length === 0;
}

/** Whether a single cell reads as something other than text. */
export function looksTyped(cell: string): boolean {
  const text = cell.trim();
  if (NUMBER.test(text) || COMMA_NUMBER.test(text) || BOOLEAN.test(text)) return true;
  return TIME.test(text) || TIMESTAMP.test(text) || DATE_FORMATS.some((format) => matches(format, text));
}

function matches(format: string, text: string): boolean {
  let pattern = patterns.get(format);
  if (!pattern) {
    const source = format.replace(/%[A-Za-z]|[.]/g, (part) => PARTS[part] ?? `\\${part}`);
    pattern = new RegExp(`^${source}$`);
    patterns.set(format, pattern);
  }
  return pattern.test(text);
}
