import { quoteIdentifier } from '../../../../shared/sql/quote';
import type { FileReader } from '../file-reader';
import { keepsSql, numberSql, plainNumberSql, type Reading } from './lossless';
import { type ColumnFamilies, ISO_DATE, isText } from './value-families';

/** What is true of all values of a column of text. */
export interface ColumnFacts {
  /** Values that are neither NULL nor empty. */
  values: number;
  /** Quoted empty values, which are not NULL. */
  empties: number;
  /** Some value holds a line break. */
  lineBreaks: boolean;
  number?: NumberFacts;
  /** The one spelling of true and false, where all values are these. */
  boolean?: boolean;
  time?: boolean;
  /** The narrowest of the timestamp types that keeps every value. */
  timestamp?: 'TIMESTAMP' | 'TIMESTAMP_NS' | 'TIMESTAMPTZ';
  /** Formats in which every value is a date. */
  dates: string[];
  timestamps: string[];
}

export interface NumberFacts {
  /** All are written plainly. */
  plain: boolean;
  /** All fit BIGINT. */
  bigint: boolean;
  maxWhole: number;
  minDecimals: number;
  maxDecimals: number;
  /** Some value ends in a zero behind the point. */
  trailingZeros: boolean;
  /** Every value is kept by DOUBLE. */
  double: boolean;
  /** Every text is just what its DOUBLE is shown as. */
  shownAsDouble: boolean;
  /** No number is written in two ways. */
  oneSpelling: boolean;
}

/** A column of the source: `name` is a VARCHAR column of the relation that is scanned. */
export interface FactColumn {
  name: string;
  families: ColumnFamilies;
}

/** Above so many columns each expression is planned once for all of them, over names and values. */
const WIDE = 60;

/**
 * Establishes the facts of text columns in as few scans of `relation` as the number of columns allows (one for usual
 * files). What the sample's families rule out is not looked at again.
 */
export async function columnFacts(
  reader: FileReader,
  relation: string,
  columns: FactColumn[],
  reading: Reading,
): Promise<ColumnFacts[]> {
  const facts =
    columns.length > WIDE
      ? await wideFacts(reader, relation, columns, reading)
      : await narrowFacts(reader, relation, columns, reading);
  await settleSpellings(reader, relation, columns, facts, reading);
  return facts;
}

async function narrowFacts(
  reader: FileReader,
  relation: string,
  columns: FactColumn[],
  reading: Reading,
): Promise<ColumnFacts[]> {
  if (columns.length === 0) return [];
  const sql = columns.flatMap((column, index) =>
    Object.entries(aggregatesOf(quoteIdentifier(column.name), column.families, reading)).map(
      ([key, expression]) => `${expression} AS ${quoteIdentifier(`${index}:${key}`)}`,
    ),
  );
  const [row] = await reader.rows<Record<string, unknown>>(`SELECT ${sql.join(', ')} FROM ${relation}`);
  return columns.map((column, index) => factsFrom((key) => row?.[`${index}:${key}`], column));
}

/** Planning an expression takes some milliseconds, which 5,000 columns feel: columns of like families share theirs. */
async function wideFacts(
  reader: FileReader,
  relation: string,
  columns: FactColumn[],
  reading: Reading,
): Promise<ColumnFacts[]> {
  const groups = new Map<string, FactColumn[]>();
  for (const column of columns) {
    const key = JSON.stringify(column.families);
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  const facts = new Map<string, ColumnFacts>();
  for (const group of groups.values()) {
    const { families } = group[0] as FactColumn;
    const aggregates = Object.entries(aggregatesOf('"value"', families, reading));
    const items = aggregates.map(([key, expression]) => `${expression} AS ${quoteIdentifier(key)}`);
    const names = group.map((column) => quoteIdentifier(column.name)).join(', ');
    const rows = await reader.rows<Record<string, unknown>>(
      `SELECT "column", ${items.join(', ')} FROM (UNPIVOT (SELECT ${names} FROM ${relation}) ON COLUMNS(*) ` +
        `INTO NAME "column" VALUE "value") AS t GROUP BY "column"`,
    );
    const byName = new Map(rows.map((row) => [row.column, row]));
    for (const column of group)
      facts.set(
        column.name,
        factsFrom((key) => byName.get(column.name)?.[key], column),
      );
  }
  return columns.map((column) => facts.get(column.name) as ColumnFacts);
}

/** `raw` is the expression of the column. */
function aggregatesOf(raw: string, families: ColumnFamilies, reading: Reading): Record<string, string> {
  const aggregates: Record<string, string> = {
    values: `count(nullif(${raw}, ''))`,
    empties: `count_if(${raw} = '')`,
    breaks: `coalesce(bool_or(contains(${raw}, chr(10))), false)`,
  };
  if (isText(families)) return aggregates;
  const text = `trim(nullif(${raw}, ''))`;
  const fails = (type: string, as: Reading) => `count_if(NOT ${keepsSql(type, text, as)})`;
  if (families.number) Object.assign(aggregates, numberAggregates(text, reading));
  if (families.boolean) {
    aggregates.boolean = fails('BOOLEAN', reading);
    aggregates.spellings = `count(DISTINCT CASE WHEN ${text} IN ('true', 'false') THEN 'lower' WHEN ${text} IN ('TRUE', 'FALSE') THEN 'upper' WHEN ${text} IN ('True', 'False') THEN 'title' ELSE ${text} END)`;
  }
  if (families.time) aggregates.time = fails('TIME', reading);
  if (families.timestamp) {
    for (const type of ['TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMPTZ']) aggregates[type] = fails(type, { decimal: '.' });
    aggregates.dateOnly = `count_if(length(${text}) = 10)`;
    aggregates.midnights = `count_if(length(${text}) > 10 AND regexp_matches(${text}, '[ T]00:00(:00(\\.0+)?)?$'))`;
  }
  for (const format of families.dates) aggregates[`date ${format}`] = fails('DATE', { ...reading, dateFormat: format });
  for (const format of families.timestamps) {
    aggregates[`timestamp ${format}`] = fails('TIMESTAMP', { ...reading, timestampFormat: format });
  }
  return aggregates;
}

function numberAggregates(text: string, reading: Reading): Record<string, string> {
  const number = numberSql(text, reading);
  const point = `strpos(${number}, '.')`;
  const decimals = `CASE WHEN ${point} > 0 THEN length(${number}) - ${point} ELSE 0 END`;
  const whole = `CASE WHEN ${point} > 0 THEN ${point} - 1 ELSE length(${number}) END`;
  return {
    odd: `count_if(NOT ${plainNumberSql(number)})`,
    beyond: `count_if(length(${number}) >= 19 AND TRY_CAST(${number} AS BIGINT) IS NULL)`,
    whole: `max(${whole} - CASE WHEN starts_with(${number}, '-') THEN 1 ELSE 0 END)`,
    least: `min(${decimals})`,
    most: `max(${decimals})`,
    zeros: `count_if(${point} > 0 AND ends_with(${number}, '0'))`,
  };
}

function factsFrom(get: (key: string) => unknown, column: FactColumn): ColumnFacts {
  const number = (key: string) => Number(get(key) ?? 0);
  const values = number('values');
  const none = (key: string) => values > 0 && get(key) !== undefined && number(key) === 0;
  const facts: ColumnFacts = {
    values,
    empties: number('empties'),
    lineBreaks: get('breaks') === true,
    dates: column.families.dates.filter((format) => none(`date ${format}`)),
    timestamps: column.families.timestamps.filter((format) => none(`timestamp ${format}`)),
  };
  if (none('boolean') && number('spellings') === 1) facts.boolean = true;
  if (none('time')) facts.time = true;
  const mixesMidnights = number('dateOnly') > 0 && number('midnights') > 0;
  const type = (['TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMPTZ'] as const).find((name) => none(name));
  if (type && !mixesMidnights && !facts.dates.includes(ISO_DATE)) facts.timestamp = type;
  if (column.families.number && values > 0) {
    facts.number = {
      plain: none('odd'),
      bigint: none('beyond'),
      maxWhole: number('whole'),
      minDecimals: number('least'),
      maxDecimals: number('most'),
      trailingZeros: number('zeros') > 0,
      double: none('odd') && number('whole') + number('most') <= 15,
      shownAsDouble: false,
      oneSpelling: true,
    };
  }
  return facts;
}

/** The dearer facts, asked only of columns of numbers that are not plain integers or decimals of one length. */
async function settleSpellings(
  reader: FileReader,
  relation: string,
  columns: FactColumn[],
  facts: ColumnFacts[],
  reading: Reading,
): Promise<void> {
  for (const [index, column] of columns.entries()) {
    const number = facts[index]?.number;
    if (!number || (number.plain && number.maxDecimals === number.minDecimals && number.maxDecimals <= 9)) continue;
    const text = `trim(nullif(${quoteIdentifier(column.name)}, ''))`;
    const plain = numberSql(text, reading);
    const shown = `CAST(TRY_CAST(${plain} AS DOUBLE) AS VARCHAR)`;
    const scale = Math.min(number.maxDecimals, 37);
    const spellings = number.plain && number.trailingZeros;
    const [row] = await reader.rows<Record<string, unknown>>(
      `SELECT count_if(NOT ${keepsSql('DOUBLE', text, reading)}) AS changed, ` +
        `count_if(${shown} IS DISTINCT FROM ${plain}) AS unlike` +
        (spellings
          ? `, count(DISTINCT ${plain}) AS texts, count(DISTINCT TRY_CAST(${plain} AS DECIMAL(38, ${scale}))) AS numbers`
          : '') +
        ` FROM ${relation} WHERE nullif(${quoteIdentifier(column.name)}, '') IS NOT NULL`,
    );
    number.double = Number(row?.changed) === 0;
    number.shownAsDouble = Number(row?.unlike) === 0;
    if (spellings) number.oneSpelling = row?.texts === row?.numbers;
  }
}
