import type { FileFormat, FileNote, FileOptions } from '../../../../shared/files';
import { quoteIdentifier, quoteLiteral } from '../../../../shared/sql/quote';
import { chooseType } from '../csv/choose-type';
import { columnFacts } from '../csv/column-facts';
import { pathLiteral, structLiteral } from '../csv/read-csv-call';
import { familiesOf, ISO_DATE } from '../csv/value-families';
import type { FileReader } from '../file-reader';
import { type InexactKey, inexactNumbers } from './inexact-numbers';

/** How a JSON file is read. */
export interface JsonAnalysis {
  /** Makes the FROM item for a path, pattern or list. */
  relation(path: string | string[]): string;
  columns: { name: string; type: string }[];
  notes: FileNote[];
  detected: FileOptions;
}

export interface JsonSource {
  pattern: string | string[];
  format: FileFormat;
  partitions?: Record<string, string> | undefined;
  /** Bytes that an object may have, where one has more than DuckDB's 16 MB. */
  largestObject?: number;
  /** Only the first rows are looked at, as the file is large. */
  sampled: boolean;
}

/**
 * Finds types that change no value of a JSON file. DuckDB's own are taken where they are exact; texts that it would turn
 * into dates, times or UUIDs become such only where they are written the same again, and numbers with more digits than
 * a DOUBLE holds are read from the text of the file as DECIMAL, or stay text.
 */
export async function analyzeJson(reader: FileReader, source: JsonSource, options: FileOptions): Promise<JsonAnalysis> {
  const base = [
    ...(source.format === 'ndjson' ? [`format='newline_delimited'`] : []),
    ...(source.largestObject ? [`maximum_object_size=${source.largestObject}`] : []),
    ...(source.partitions ? ['hive_partitioning=true', `hive_types=${structLiteral(source.partitions)}`] : []),
  ];
  const described = await describeJson(reader, source, base, source.sampled);
  const found = described
    .filter((column) => source.partitions?.[column.column_name] === undefined)
    .map((column) => ({ name: column.column_name, type: column.column_type }));
  const columns = found.map(({ name, type }) => ({ name, type: setType(name, options) ?? withoutGuesses(type) }));
  await settleTexts(reader, source, base, found, columns, options);
  const numbers = columns.some((column) => /DOUBLE|JSON/.test(column.type));
  const keys = numbers && !options.allText ? await inexactNumbers(reader, source) : [];
  // from_json gives NULL for what does not fit, so that its types must come from every object.
  if (keys.length > 0 && source.sampled) return analyzeJson(reader, { ...source, sampled: false }, options);
  const exact = keys.length > 0 ? columns.map((column) => withExactNumbers(column, keys)) : columns;
  const relation = (path: string | string[]) =>
    keys.length > 0
      ? exactSql(path, source, exact, keys)
      : `read_json(${pathLiteral(path)}, ${[...base, `columns=${columnsSql(exact)}`].join(', ')})`;
  return { relation, columns: exact, notes: notesOf(found, exact), detected: {} };
}

function describeJson(
  reader: FileReader,
  source: JsonSource,
  base: string[],
  sampled: boolean,
): Promise<{ column_name: string; column_type: string }[]> {
  const many = typeof source.pattern === 'string' ? [] : ['union_by_name=true'];
  const whole = ['sample_size=-1', 'maximum_sample_files=1000000'];
  // Texts are looked at on their own: with one format of each, DuckDB need not try a dozen on every long text.
  const formats = [`dateformat='%Y-%m-%d'`, `timestampformat='%Y-%m-%dT%H:%M:%S'`];
  const settings = [...(sampled ? ['sample_size=300000'] : whole), ...formats, ...many, ...base];
  return reader.rows(`DESCRIBE FROM read_json(${pathLiteral(source.pattern)}, ${settings.join(', ')})`);
}

function setType(name: string, options: FileOptions): string | undefined {
  return options.types?.[name] ?? (options.allText ? 'VARCHAR' : undefined);
}

/** A type in which no text inside of lists and structs has become a date, time or UUID. */
function withoutGuesses(type: string): string {
  return type.replace(
    /\b(?:TIMESTAMP WITH TIME ZONE|TIMESTAMP_NS|TIMESTAMP|DATE|TIME|UUID)\b(?=$|[\],)[])/g,
    'VARCHAR',
  );
}

/** Top-level texts that DuckDB took for dates, times or UUIDs get such a type only where it is proved on every value. */
async function settleTexts(
  reader: FileReader,
  source: JsonSource,
  base: string[],
  found: { name: string; type: string }[],
  columns: { name: string; type: string }[],
  options: FileOptions,
): Promise<void> {
  const guessed = found.flatMap(({ name, type }, index) =>
    /^(?:DATE|TIME|TIMESTAMP.*|VARCHAR)$/.test(type) && !setType(name, options) ? [index] : [],
  );
  if (guessed.length === 0) return;
  const texts = found.map(({ name }) => ({ name, type: 'VARCHAR' }));
  const relation = `read_json(${pathLiteral(source.pattern)}, ${[...base, `columns=${columnsSql(texts)}`].join(', ')})`;
  const scanned = source.sampled ? `(FROM ${relation} LIMIT 300000)` : relation;
  const firsts = guessed.map(
    (index) => `left(any_value(${quoteIdentifier(found[index]?.name ?? '')}), 200) AS v${index}`,
  );
  const [row] = await reader.rows<Record<string, string | null>>(`SELECT ${firsts.join(', ')} FROM ${scanned}`);
  const asked = guessed.flatMap((index) => {
    const families = familiesOf([row?.[`v${index}`] ?? 'text'], '.');
    // A JSON text is no number and no truth value; read_json takes ISO's dates alone.
    const dated = {
      ...families,
      number: false,
      boolean: false,
      dates: families.dates.filter((f) => f === ISO_DATE),
      timestamps: [],
    };
    return dated.dates.length > 0 || dated.time || dated.timestamp ? [{ index, families: dated }] : [];
  });
  const facts = await columnFacts(
    reader,
    scanned,
    asked.map(({ index, families }) => ({ name: found[index]?.name ?? '', families })),
    { decimal: '.' },
  );
  asked.forEach(({ index }, at) => {
    const column = columns[index];
    const fact = facts[at];
    // An empty text is a value here and no missing one.
    if (column && fact && fact.empties === 0) column.type = chooseType(fact).type;
  });
}

function withExactNumbers(column: { name: string; type: string }, keys: InexactKey[]): { name: string; type: string } {
  const own = keys.find((key) => key.key === column.name);
  const type = own && /^(?:DOUBLE|BIGINT|HUGEINT|UBIGINT)$/.test(column.type) ? own.type : column.type;
  // Inside of structs and lists the numbers become texts with all their digits.
  const nested = keys.reduce((text, { key, type: exact }) => text.replaceAll(memberPattern(key), `$1${exact}`), type);
  return { name: column.name, type: nested };
}

function memberPattern(key: string): RegExp {
  const quoted = quoteIdentifier(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const bare = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`([(,]\\s*(?:${quoted}|${bare})\\s+)(?:DOUBLE|BIGINT|HUGEINT|UBIGINT)`, 'g');
}

/** Reads the objects as text, puts the numbers of the keys into quotes, and then gives all columns their types. */
function exactSql(
  path: string | string[],
  source: JsonSource,
  columns: { name: string; type: string }[],
  keys: InexactKey[],
): string {
  const names = keys.map(({ key }) =>
    JSON.stringify(key)
      .slice(1, -1)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const pattern = `("(?:${names.join('|')})"\\s*:\\s*)(-?[0-9][0-9.eE+-]*)`;
  const structure = JSON.stringify(Object.fromEntries(columns.map(({ name, type }) => [name, type])));
  const settings = [
    pathLiteral(path),
    ...(source.largestObject ? [`maximum_object_size=${source.largestObject}`] : []),
    ...(source.partitions ? ['hive_partitioning=true', `hive_types=${structLiteral(source.partitions)}`] : []),
  ];
  const partitions = Object.keys(source.partitions ?? {}).map((name) => `, ${quoteIdentifier(name)}`);
  return (
    `(SELECT unnest(from_json(regexp_replace(json, ${quoteLiteral(pattern)}, '\\1"\\2"', 'g'), ` +
    `${quoteLiteral(structure)}))${partitions.join('')} FROM read_json_objects(${settings.join(', ')}))`
  );
}

function columnsSql(columns: { name: string; type: string }[]): string {
  return structLiteral(Object.fromEntries(columns.map(({ name, type }) => [name, type])));
}

function notesOf(found: { name: string; type: string }[], columns: { name: string; type: string }[]): FileNote[] {
  return columns.flatMap(({ name, type }, index) => {
    const before = found[index]?.type ?? type;
    if (before === type || !/DOUBLE|DATE|TIME|UUID/.test(before)) return [];
    const why = before.includes('DOUBLE')
      ? 'some numbers have more digits than a DOUBLE holds'
      : 'some texts are written otherwise';
    return [{ column: name, text: `Read as ${type} and not ${before}, as ${why}.` }];
  });
}
