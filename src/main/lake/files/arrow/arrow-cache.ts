import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { MillraceError } from '../../../../shared/errors';
import { quoteIdentifier, quoteLiteral } from '../../../../shared/sql/quote';
import { structLiteral } from '../csv/read-csv-call';
import { escapeGlob } from '../file-paths';
import type { ReaderPool } from '../file-reader';
import { duckdbType, jsonText } from './arrow-values';
import { registerCompression } from './compression';

const ROWS_AT_ONCE = 2_000;
const LARGEST_FILE = 2 ** 30;
const LARGEST_OBJECT = 2 ** 28;

/**
 * Arrow IPC files, which DuckDB cannot read, turned into Parquet once and kept in the project's state folder until the
 * file changes. The types are those of the Arrow schema, with all digits, units and zones; every value goes as text
 * that DuckDB reads back as exactly that type.
 */
export class ArrowCache {
  private readonly running = new Map<string, Promise<string>>();

  constructor(
    private readonly pool: ReaderPool,
    private readonly folder: string,
  ) {}

  /** The Parquet file with the content of an Arrow file or stream. Throws FILE_CORRUPT, UNSUPPORTED, LIMIT_EXCEEDED. */
  async parquetOf(file: string): Promise<string> {
    const { mtimeMs, size } = await stat(file);
    const name = createHash('sha256').update(file).digest('hex').slice(0, 20);
    const target = path.join(this.folder, `arrow-${name}-${Math.round(mtimeMs)}-${size}.parquet`);
    const known = this.running.get(target);
    if (known) return known;
    const work = this.make(file, target, `arrow-${name}-`, size).finally(() => this.running.delete(target));
    this.running.set(target, work);
    return work;
  }

  private async make(file: string, target: string, prefix: string, size: number): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const before = (await readdir(this.folder)).filter((name) => name.startsWith(prefix));
    if (before.includes(path.basename(target))) return target;
    for (const name of before) await rm(path.join(this.folder, name), { force: true });
    if (size > LARGEST_FILE) throw tooLarge(file);
    const rows = `${target}.ndjson`;
    const staging = `${target}.part`;
    try {
      const columns = await writeRows(file, rows);
      await this.pool.use((reader) => reader.run(copySql(rows, staging, columns)));
      await rename(staging, target);
      return target;
    } finally {
      await rm(rows, { force: true });
      await rm(staging, { force: true });
    }
  }
}

interface ArrowColumn {
  name: string;
  type: string;
}

async function writeRows(file: string, target: string): Promise<ArrowColumn[]> {
  await registerCompression();
  const reader = openBatches(file, await readFile(file));
  const output = createWriteStream(target, { mode: 0o600 });
  try {
    const batches = reader[Symbol.iterator]();
    const columns = reader.schema.fields.map((field) => ({
      name: field.name,
      type: duckdbType(field.type, field.name),
    }));
    for (let next = nextBatch(batches, file); next; next = nextBatch(batches, file)) await writeBatch(output, next);
    output.end();
    await once(output, 'finish');
    return columns;
  } catch (error) {
    output.destroy();
    throw error;
  }
}

function openBatches(file: string, bytes: Uint8Array): RecordBatchReader {
  try {
    const reader = RecordBatchReader.from(bytes);
    reader.open();
    if (reader.schema) return reader;
  } catch (error) {
    throw damaged(file, error);
  }
  throw damaged(file, undefined);
}

function nextBatch(batches: Iterator<RecordBatch>, file: string): RecordBatch | undefined {
  try {
    const next = batches.next();
    return next.done ? undefined : next.value;
  } catch (error) {
    throw damaged(file, error);
  }
}

async function writeBatch(output: WriteStream, batch: RecordBatch): Promise<void> {
  const columns = batch.schema.fields.map((_, index) => batch.getChildAt(index));
  for (let start = 0; start < batch.numRows; start += ROWS_AT_ONCE) {
    const end = Math.min(batch.numRows, start + ROWS_AT_ONCE);
    const lines: string[] = [];
    for (let row = start; row < end; row += 1) {
      const members = columns.flatMap((column, index) => {
        const text = column ? jsonText(column, row) : 'null';
        return text === 'null' ? [] : [`"c${index}":${text}`];
      });
      lines.push(`{${members.join(',')}}\n`);
    }
    if (!output.write(lines.join(''))) await once(output, 'drain');
    else await breathe();
  }
}

function copySql(rows: string, target: string, columns: ArrowColumn[]): string {
  // A file without columns has no rows that Parquet could hold either.
  if (columns.length === 0) return `COPY (SELECT NULL AS "empty" LIMIT 0) TO ${quoteLiteral(target)} (FORMAT parquet)`;
  const types = structLiteral(Object.fromEntries(columns.map(({ type }, index) => [`c${index}`, type])));
  const taken = new Set<string>();
  const items = columns.map(({ name }, index) => {
    let unique = name || `column${index}`;
    while (taken.has(unique.toLowerCase())) unique += '_1';
    taken.add(unique.toLowerCase());
    return `c${index} AS ${quoteIdentifier(unique)}`;
  });
  const source =
    `read_json(${quoteLiteral(escapeGlob(rows))}, format='newline_delimited', columns=${types}, ` +
    `compression='uncompressed', maximum_object_size=${LARGEST_OBJECT})`;
  return `COPY (SELECT ${items.join(', ')} FROM ${source}) TO ${quoteLiteral(target)} (FORMAT parquet)`;
}

function damaged(file: string, error: unknown): MillraceError {
  if (error instanceof MillraceError) return error;
  return new MillraceError({
    code: 'FILE_CORRUPT',
    message: 'The Arrow file is damaged or cut short.',
    hint: 'Write it again; a writer that was not closed leaves such a file.',
    at: { file },
    cause: error,
  });
}

function tooLarge(file: string): MillraceError {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: 'Arrow files of more than a gigabyte cannot be read.',
    hint: 'Write it as Parquet, which holds the same types.',
    at: { file },
  });
}
