import { open } from 'node:fs/promises';
import path from 'node:path';
import type { FileFormat } from '../../../shared/files';

const BY_EXTENSION: Record<string, FileFormat> = {
  parquet: 'parquet',
  pq: 'parquet',
  parq: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
  psv: 'csv',
  txt: 'csv',
  json: 'json',
  geojson: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  jsonlines: 'ndjson',
  xlsx: 'excel',
  xlsm: 'excel',
  avro: 'avro',
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  duckdb: 'duckdb',
  ddb: 'duckdb',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  db3: 'sqlite',
  sql: 'sql',
};

/** Extensions that say nothing of the content: only the first bytes tell. */
const UNSURE = new Set(['', 'db', 'dat', 'data', 'bin', 'file']);

const PACKED = /\.(?:gz|zst)$/i;
const TEXT: ReadonlySet<FileFormat> = new Set<FileFormat>(['csv', 'json', 'ndjson']);

/** The extension that tells the format, in lower case and without `.gz` or `.zst`. */
export function dataExtension(file: string): string {
  return path.extname(file.replace(PACKED, '')).slice(1).toLowerCase();
}

/** How a text file is packed, told from its name as DuckDB does. */
export function compressionOf(file: string): 'gzip' | 'zstd' | 'none' {
  if (/\.gz$/i.test(file)) return 'gzip';
  return /\.zst$/i.test(file) ? 'zstd' : 'none';
}

/** The format that the name tells; undefined where only the content can. */
export function formatByName(file: string): FileFormat | undefined {
  const extension = dataExtension(file);
  const format = BY_EXTENSION[extension];
  if (format) return PACKED.test(file) && !TEXT.has(format) ? 'other' : format;
  return UNSURE.has(extension) && !PACKED.test(file) ? undefined : 'other';
}

/** Whether the format holds rows. */
export function isDataFormat(format: FileFormat): boolean {
  return format !== 'other' && format !== 'sql';
}

/** Whether the format holds several relations: sheets or tables. */
export function hasParts(format: FileFormat): boolean {
  return format === 'excel' || format === 'duckdb' || format === 'sqlite';
}

/** The format by name, or by the first bytes where the name does not tell. Throws what `open` throws. */
export async function formatOf(file: string): Promise<FileFormat> {
  return formatByName(file) ?? (await formatByContent(file));
}

/**
 * The format by its magic bytes: Parquet `PAR1`, Avro `Obj\x01`, Arrow IPC `ARROW1` or a stream's continuation mark,
 * zip (`PK`) as a workbook, `SQLite format 3`, DuckDB's `DUCK` at byte 8.
 */
export async function formatByContent(file: string): Promise<FileFormat> {
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(16);
    const { bytesRead } = await handle.read(bytes, 0, 16, 0);
    return formatOfBytes(bytes.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function formatOfBytes(bytes: Buffer): FileFormat {
  const text = bytes.toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  if (text.startsWith('Obj\x01')) return 'avro';
  if (text.startsWith('ARROW1') || text.startsWith('\xff\xff\xff\xff')) return 'arrow';
  if (text.startsWith('PK\x03\x04')) return 'excel';
  if (text.startsWith('SQLite format 3')) return 'sqlite';
  return text.slice(8, 12) === 'DUCK' ? 'duckdb' : 'other';
}
