import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { recordRelation } from '../../connectors/record-relation';
import type { RecordsRead } from '../../connectors/record-source';
import type { EngineConnection } from '../../engine/connection';
import { analyzeJson } from '../../lake/files/json/analyze-json';

/** Records in a file, as a relation whose types come from every one of them. */
export interface SpooledRelation {
  sql: string;
  columns: { name: string; type: string }[];
  notes: string[];
  /** Columns whose values are now of one type and now of another; by name. */
  mixed: Map<string, MixedColumn>;
}

export interface MixedColumn {
  /** Of the first value. */
  type: string;
  /** `TEXT ("abc") on page 3 of https://…` */
  change: string;
}

const PLAIN_TYPES: Record<string, string> = {
  BIGINT: 'BIGINT',
  UBIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  VARCHAR: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
};

/** In bytes: what one record may have at most. */
const LARGEST_RECORD = 256 * 1024 * 1024;

/**
 * Finds the types of spooled records. Numbers with many digits become DECIMAL or text, nested values structs and lists,
 * or JSON where they have no common form. Throws FILE_FORMAT, naming the page, for a record that is no JSON.
 */
export async function spooledRelation(
  reader: EngineConnection,
  file: string,
  read: RecordsRead,
  types: Record<string, string> = {},
): Promise<SpooledRelation> {
  try {
    const { columns, sql, notes } = await typed(reader, file, read, types);
    const mixed = new Map<string, MixedColumn>();
    for (const column of columns) {
      if (column.type !== 'JSON') continue;
      const change = await typeChange(reader, sql, column.name, read);
      if (change) mixed.set(column.name, change);
    }
    return { sql, columns, notes, mixed };
  } catch (error) {
    throw located(error, read);
  }
}

/** By the types that the system told, or those that the records show. */
async function typed(reader: EngineConnection, file: string, read: RecordsRead, types: Record<string, string>) {
  if (read.columns) {
    const columns = read.columns.map(({ name, type }) => ({ name, type: types[name] ?? type }));
    return { columns, sql: recordRelation(file, columns, read.largest), notes: [] as string[] };
  }
  const found = await analyze(reader, file, types);
  const notes = found.notes.map((note) => `${note.column}: ${note.text}`);
  return { columns: found.columns, sql: `SELECT * FROM ${found.relation(file)}`, notes };
}

async function analyze(reader: EngineConnection, file: string, types: Record<string, string>) {
  const source = { pattern: file, format: 'ndjson' as const, sampled: false };
  try {
    return await analyzeJson(reader, source, { types });
  } catch (error) {
    if (!/maximum_object_size/.test(String(error))) throw error;
    return analyzeJson(reader, { ...source, largestObject: LARGEST_RECORD }, { types });
  }
}

/** Where the plain values of a column begin to be of another type; undefined where they are nested throughout. */
async function typeChange(
  reader: EngineConnection,
  sql: string,
  column: string,
  read: RecordsRead,
): Promise<MixedColumn | undefined> {
  const name = quoteIdentifier(column);
  const kinds = await reader.rows<{ kind: string; line: string; value: string }>(
    `SELECT json_type(v) AS kind, min(line)::BIGINT AS line, left(arg_min(v ->> '$', line), 40) AS value
     FROM (SELECT ${name} AS v, row_number() OVER () AS line FROM (${sql})) AS r
     WHERE v IS NOT NULL AND json_type(v) <> 'NULL' GROUP BY kind ORDER BY line`,
  );
  const [first] = kinds;
  const type = PLAIN_TYPES[first?.kind ?? ''];
  const other = kinds.find(({ kind }) => PLAIN_TYPES[kind] !== type);
  if (!type || !other) return undefined;
  const shown = PLAIN_TYPES[other.kind] ?? other.kind;
  return { type, change: `${shown} (${JSON.stringify(other.value)}) on ${read.place(Number(other.line))}` };
}

/** DuckDB names the line of a broken record; a reader of the API needs the page. */
function located(error: unknown, read: RecordsRead): unknown {
  if (!(error instanceof MillraceError)) return error;
  const line = /malformed json[\s\S]*?in line (\d+)|line (\d+)/i.exec(error.message);
  if (!/malformed json|invalid json/i.test(error.message)) return error;
  const at = Number(line?.[1] ?? line?.[2] ?? 1);
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: `A record on ${read.place(at)} is no valid JSON.`,
    hint: 'Nothing was written. Tell those who run the API, or ask for a part without that record.',
    cause: error,
  });
}

/** The cursor's largest value as it stood in the records, so that it can be sent back just so. */
export async function largestCursor(
  reader: EngineConnection,
  file: string,
  column: { name: string; type: string },
): Promise<string | undefined> {
  const [found] = await reader.rows<{ value: string | null }>(
    `SELECT arg_max(raw, TRY_CAST(raw AS ${column.type === 'JSON' ? 'VARCHAR' : column.type})) AS value
     FROM (SELECT json ->> ${quoteLiteral(`$."${column.name}"`)} AS raw FROM read_ndjson_objects(${quoteLiteral(file)}))`,
  );
  return found?.value ?? undefined;
}
