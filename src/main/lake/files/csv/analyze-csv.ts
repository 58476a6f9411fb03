import type { FileNote, FileOptions, FileQuestion } from '../../../../shared/files';
import { quoteIdentifier } from '../../../../shared/sql/quote';
import type { FileReader } from '../file-reader';
import { type ChosenType, chooseType, orderOf } from './choose-type';
import { type ColumnFacts, columnFacts } from './column-facts';
import { type Dialect, detectDialect } from './dialect';
import { encodingNamed } from './encodings';
import { keepsSql, numberSql, plainNumberSql, type Reading } from './lossless';
import { explainRead, openRaw, SAMPLE_TABLE } from './raw-text';
import type { CsvCall, CsvSource } from './read-csv-call';
import { readTextSample } from './text-sample';
import { type ColumnFamilies, familiesOf, isText } from './value-families';

/** The size up to which the types of a text file come from all of it, in bytes. */
export const WHOLE_FILE_LIMIT = 200 * 1024 * 1024;

/** How a delimited text file, or a folder of like ones, is read so that nothing changes. */
export interface CsvAnalysis {
  call: CsvCall;
  /** The same file with every column as text and named c0, c1…; what checks read. */
  rawSql: string;
  detected: FileOptions;
  questions: FileQuestion[];
  notes: FileNote[];
  /** Types come from the first rows only: a check of the whole file is due. */
  sampled: boolean;
  /** Columns whose type a person set: a check is due. */
  setByHand: boolean;
}

/**
 * Finds out how a text file is written and which types lose none of its values: the dialect from its start, the types
 * from the whole file up to WHOLE_FILE_LIMIT. Throws FILE_FORMAT with line and column for a wrong encoding and for rows
 * that do not fit.
 */
export async function analyzeCsv(reader: FileReader, source: CsvSource, options: FileOptions): Promise<CsvAnalysis> {
  const file = source.files[0] ?? '';
  const sample = await readTextSample(file, options.encoding, reader);
  const encoding = options.encoding ? encodingNamed(options.encoding).name : sample.encoding;
  const dialect = detectDialect(sample, options, file);
  const sampled = source.size > WHOLE_FILE_LIMIT;
  const decimal = options.decimal ?? detectDecimal(dialect);
  const raw = await openRaw(reader, source, { dialect, encoding, nullText: options.nullText }, sampled, options);
  const scanned = sampled ? SAMPLE_TABLE : raw.sql;
  const { families, facts } = await establish(reader, scanned, dialect, options, decimal).catch(async (error) => {
    throw await explainRead(error, source, raw.call);
  });
  const chosen = facts.map((fact, index) => chooseColumn(fact, options, dialect.names[index] ?? ''));
  const reading = settleFormats(chosen, decimal, options);
  const columns = dialect.names.map((name, index) => ({ name, type: chosen[index]?.type ?? 'VARCHAR' }));
  const notes = await explainText(reader, scanned, dialect, families, facts, chosen, reading, options);
  if (sampled) await reader.run(`DROP TABLE IF EXISTS ${SAMPLE_TABLE}`);
  return {
    call: {
      ...raw.call,
      columns,
      reading,
      quotedEmptyIsText: quotedEmptyIsText(facts, chosen),
      partitions: source.partitions,
    },
    rawSql: raw.sql,
    detected: detectedOptions(raw.call.dialect, encoding, reading, columns),
    questions: dateQuestions(chosen, dialect),
    notes,
    sampled,
    setByHand: !options.allText && Object.keys(options.types ?? {}).length > 0,
  };
}

async function establish(
  reader: FileReader,
  relation: string,
  dialect: Dialect,
  options: FileOptions,
  decimal: ',' | '.',
): Promise<{ families: ColumnFamilies[]; facts: ColumnFacts[] }> {
  const families = await columnFamilies(reader, relation, dialect, options, decimal);
  const columns = families.map((family, index) => ({ name: `c${index}`, families: family }));
  return { families, facts: await columnFacts(reader, relation, columns, { decimal }) };
}

function chooseColumn(facts: ColumnFacts, options: FileOptions, name: string): ChosenType {
  const set = options.types?.[name];
  if (set) return { type: set };
  return options.allText ? { type: 'VARCHAR' } : chooseType(facts);
}

async function columnFamilies(
  reader: FileReader,
  relation: string,
  dialect: Dialect,
  options: FileOptions,
  decimal: ',' | '.',
): Promise<ColumnFamilies[]> {
  const values = dialect.names.map((_, column) => dialect.rows.map((row) => row[column] ?? ''));
  const blank = values.flatMap((list, index) => (list.some((value) => value.trim() !== '') ? [] : [index]));
  for (let at = 0; at < blank.length; at += 1_000) {
    const some = blank.slice(at, at + 1_000);
    const firsts = some.map((index) => `left(any_value(nullif(c${index}, '')), 200) AS c${index}`);
    const [row] = await reader.rows<Record<string, string | null>>(`SELECT ${firsts.join(', ')} FROM ${relation}`);
    for (const index of some) values[index] = [row?.[`c${index}`] ?? 'nothing but text'];
  }
  return values.map((list, index) => {
    if (options.allText || options.types?.[dialect.names[index] ?? '']) return familiesOf(['text'], decimal);
    const sample = options.nullText ? list.filter((value) => value !== options.nullText) : list;
    return wantedFormats(familiesOf(sample, decimal), options);
  });
}

/** Narrows the formats to what the options say. */
function wantedFormats(families: ColumnFamilies, options: FileOptions): ColumnFamilies {
  const inOrder = (format: string) =>
    !options.dateOrder || orderOf(format) === 'ymd' || orderOf(format) === options.dateOrder;
  const wanted = {
    ...families,
    dates: families.dates.filter(inOrder),
    timestamps: families.timestamps.filter(inOrder),
  };
  if (options.dateFormat) wanted.dates = [options.dateFormat];
  if (options.timestampFormat) {
    wanted.timestamps = [options.timestampFormat];
    wanted.timestamp = false;
  }
  return wanted;
}

/** A decimal comma where a column of such numbers shows it, and no column has decimals behind a point. */
function detectDecimal(dialect: Dialect): ',' | '.' {
  if (dialect.delimiter === ',') return '.';
  let commas = false;
  for (let column = 0; column < dialect.names.length; column += 1) {
    const values = dialect.rows.map((row) => (row[column] ?? '').trim()).filter((value) => value !== '');
    if (values.length === 0) continue;
    if (values.every((value) => /^-?\d+\.\d+$/.test(value))) return '.';
    const withComma = values.filter((value) => /^-?(?:0|[1-9]\d*),\d+$/.test(value));
    const fits = values.every((value) => /^-?(?:0|[1-9]\d*)(?:,\d+)?$/.test(value));
    // Groups of three digits may be thousands: only another length tells that the comma is a decimal sign.
    if (fits && withComma.some((value) => value.length - value.indexOf(',') !== 4)) commas = true;
  }
  return commas ? ',' : '.';
}

/** read_csv takes one date format and one timestamp format for the file: the commonest stays, other columns are text. */
function settleFormats(chosen: ChosenType[], decimal: ',' | '.', options: FileOptions): Reading {
  return {
    decimal,
    dateFormat: options.dateFormat ?? commonFormat(chosen, 'DATE'),
    timestampFormat: options.timestampFormat ?? commonFormat(chosen, 'TIMESTAMP'),
  };
}

function commonFormat(chosen: ChosenType[], type: string): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const column of chosen) {
    if (column.type === type) counts.set(column.format, (counts.get(column.format) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  for (const column of chosen) {
    if (column.type === type && column.format !== best?.[0]) column.type = 'VARCHAR';
  }
  return best?.[0];
}

/** Quoted empty values stay texts, unless a column of another type has some: then an empty field is NULL everywhere. */
function quotedEmptyIsText(facts: ColumnFacts[], chosen: ChosenType[]): boolean {
  const some = facts.some((fact) => fact.empties > 0);
  return some && facts.every((fact, index) => fact.empties === 0 || chosen[index]?.type === 'VARCHAR');
}

function detectedOptions(
  dialect: CsvCall['dialect'],
  encoding: string | undefined,
  reading: Reading,
  columns: { name: string; type: string }[],
): FileOptions {
  return {
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    escape: dialect.escape,
    header: dialect.header,
    skip: dialect.skip,
    encoding: encoding ?? 'utf-8',
    decimal: reading.decimal,
    ...(reading.dateFormat ? { dateFormat: reading.dateFormat } : {}),
    ...(reading.timestampFormat ? { timestampFormat: reading.timestampFormat } : {}),
    types: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
  };
}

const ORDER_LABELS = { dmy: 'day first', mdy: 'month first', ymd: 'year first' } as const;

function dateQuestions(chosen: ChosenType[], dialect: Dialect): FileQuestion[] {
  const unsure = chosen.flatMap((column, index) => (column.ambiguous ? [{ column, index }] : []));
  const first = unsure[0];
  if (!first) return [];
  const orders = [...new Set(unsure.flatMap(({ column }) => (column.ambiguous ?? []).map(orderOf)))];
  const example = dialect.rows.map((row) => row[first.index]?.trim() ?? '').find((value) => value !== '') ?? '';
  return [
    {
      kind: 'date-order',
      columns: unsure.map(({ index }) => dialect.names[index] ?? ''),
      example,
      choices: orders.map((order) => ({
        label: `${example} is ${spelledDay(example, order)} (${ORDER_LABELS[order]})`,
        options: { dateOrder: order },
      })),
    },
  ];
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

function spelledDay(text: string, order: 'dmy' | 'mdy' | 'ymd'): string {
  const [first = '', second = '', third = ''] = text.split(/[^\d]+/);
  const [day, month, year] = order === 'dmy' ? [first, second, third] : [second, first, third];
  return order === 'ymd' ? text : `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Says of each column that nearly was of another type which value keeps it text. */
async function explainText(
  reader: FileReader,
  relation: string,
  dialect: Dialect,
  families: ColumnFamilies[],
  facts: ColumnFacts[],
  chosen: ChosenType[],
  reading: Reading,
  options: FileOptions,
): Promise<FileNote[]> {
  if (options.allText) return [];
  const near = chosen.flatMap((column, index) => {
    // What the sample says, aside from a format set by hand, which every column is tried with.
    const own = familiesOf(
      dialect.rows.map((values) => values[index] ?? ''),
      reading.decimal,
    );
    const family = isText(own) ? own : families[index];
    const text = column.type === 'VARCHAR' && family && !isText(family) && (facts[index]?.values ?? 0) > 0;
    return text && !column.ambiguous ? [{ index, family }] : [];
  });
  if (near.length === 0) return [];
  const some = near.slice(0, 50);
  const firsts = some.map(({ index, family }) => {
    const text = `trim(nullif(${quoteIdentifier(`c${index}`)}, ''))`;
    return `left(first(${text}) FILTER (NOT ${nearCondition(text, family, reading)}), 60) AS c${index}`;
  });
  const [row] = await reader.rows<Record<string, string | null>>(`SELECT ${firsts.join(', ')} FROM ${relation}`);
  return some.map(({ index, family }) => ({
    column: dialect.names[index] ?? '',
    text: noteText(row?.[`c${index}`] ?? null, family),
  }));
}

function nearCondition(text: string, family: ColumnFamilies, reading: Reading): string {
  if (family.number) return plainNumberSql(numberSql(text, reading));
  if (family.boolean) return keepsSql('BOOLEAN', text, reading);
  if (family.dates.length > 0) return keepsSql('DATE', text, { ...reading, dateFormat: family.dates[0] });
  if (family.timestamp) return keepsSql('TIMESTAMP', text, { decimal: '.' });
  if (family.time) return keepsSql('TIME', text, reading);
  return keepsSql('TIMESTAMP', text, { ...reading, timestampFormat: family.timestamps[0] });
}

function noteText(value: string | null, family: ColumnFamilies): string {
  const kind = family.number ? 'numbers' : family.boolean ? 'true and false' : family.time ? 'times' : 'dates';
  if (value === null) return `Read as text, as ${kind} would make different texts equal, or stand in several formats.`;
  return `Read as text, as ${JSON.stringify(value.slice(0, 60))} would change or be lost among ${kind}.`;
}
