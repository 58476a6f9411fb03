import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileFormat } from '../../../shared/files';
import { pathLiteral } from './csv/read-csv-call';
import { firstBytes } from './csv/text-sample';
import { compressionOf, formatByName, hasParts, isDataFormat } from './file-format';
import { escapeGlob, isSkipped } from './file-paths';
import type { ReaderPool } from './file-reader';

/** A folder of like files, which reads as one table. */
export interface Dataset {
  folder: string;
  format: FileFormat;
  /** Absolute, sorted. */
  files: string[];
  size: number;
  modified: number;
  /** Types of the hive keys, outermost first; undefined for a flat folder. */
  partitions?: Record<string, string>;
  /** Changes when a file is added, removed or written. */
  stamp: string;
}

const KEY = /^([^=/\\]+)=(.*)$/;
const MOST_FILES = 20_000;
const DEEPEST = 8;
const AT_ONCE = 64;
const HEADER_BYTES = 64 * 1024;
/** What writers leave beside the data. */
const MARKS = /^(?:_SUCCESS|_committed_|_started_|_metadata|_common_metadata)/;

/** Tells which folders are datasets, remembering what it saw until a folder changes. */
export class DatasetFinder {
  private readonly alike = new Map<string, boolean>();

  constructor(private readonly pool: ReaderPool) {}

  /** The dataset that a folder is; undefined for other folders. Throws what reading the folder throws. */
  async find(folder: string): Promise<Dataset | undefined> {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(
      (entry) => !isSkipped(entry.name) && !MARKS.test(entry.name),
    );
    if (entries.length === 0) return undefined;
    const hive = entries.every((entry) => entry.isDirectory() && KEY.test(entry.name));
    if (hive) return this.hive(folder);
    if (entries.length < 2 || !entries.every((entry) => entry.isFile() || entry.isSymbolicLink())) return undefined;
    const format = commonFormat(entries.map((entry) => entry.name));
    if (!format) return undefined;
    const files = entries.map((entry) => path.join(folder, entry.name)).sort();
    const dataset = await measured(folder, format, files);
    return (await this.haveSameColumns(dataset)) ? dataset : undefined;
  }

  private async hive(folder: string): Promise<Dataset | undefined> {
    const files: string[] = [];
    await collect(folder, 0, files);
    const format = commonFormat(files);
    if (!format || files.length === 0) return undefined;
    const partitions = partitionTypes(folder, files);
    return partitions && { ...(await measured(folder, format, files.sort())), partitions };
  }

  /** A cheap look at the first, middle and last file. */
  private async haveSameColumns(dataset: Dataset): Promise<boolean> {
    const known = this.alike.get(dataset.stamp);
    if (known !== undefined) return known;
    const { files } = dataset;
    const some = [...new Set([files[0], files[files.length >> 1], files.at(-1)])].filter((file) => file !== undefined);
    const shapes = await Promise.all(some.map((file) => this.shapeOf(file, dataset.format)));
    const same = shapes.every((shape) => shape !== undefined && shape === shapes[0]);
    this.alike.set(dataset.stamp, same);
    return same;
  }

  private async shapeOf(file: string, format: FileFormat): Promise<string | undefined> {
    if (format === 'csv' && compressionOf(file) !== 'zstd') return headerLine(file);
    const reads = {
      parquet: `SELECT name AS column_name, type AS column_type FROM parquet_schema(${pathLiteral(escapeGlob(file))})`,
      avro: `DESCRIBE FROM read_avro(${pathLiteral(escapeGlob(file))})`,
      csv: `SELECT line AS column_name, '' AS column_type FROM read_csv(${pathLiteral(escapeGlob(file))}, auto_detect=false, header=false, delim='\x1f', quote='', escape='', columns={'line': 'VARCHAR'}) LIMIT 1`,
      json: `DESCRIBE FROM read_json(${pathLiteral(escapeGlob(file))}, sample_size=100)`,
      ndjson: `DESCRIBE FROM read_json(${pathLiteral(escapeGlob(file))}, sample_size=100)`,
    }[format as 'parquet'];
    if (!reads) return undefined;
    try {
      const rows = await this.pool.use((reader) => reader.rows<{ column_name: string }>(reads));
      return JSON.stringify(rows.map((row) => row.column_name));
    } catch {
      // A file that cannot be read makes the folder no table; it shows its problem when it is opened itself.
      return undefined;
    }
  }
}

async function headerLine(file: string): Promise<string> {
  const { bytes } = await firstBytes(file, HEADER_BYTES);
  const end = bytes.indexOf(10);
  return bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .replace(/\r$/, '');
}

function commonFormat(names: string[]): FileFormat | undefined {
  const formats = new Set(names.map((name) => formatByName(name) ?? 'other'));
  const [format] = formats;
  if (formats.size !== 1 || !format || !isDataFormat(format) || hasParts(format) || format === 'arrow')
    return undefined;
  return format;
}

async function collect(folder: string, depth: number, files: string[]): Promise<void> {
  if (depth > DEEPEST || files.length > MOST_FILES) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isSkipped(entry.name) || MARKS.test(entry.name)) continue;
    const absolute = path.join(folder, entry.name);
    if (entry.isDirectory()) await collect(absolute, depth + 1, files);
    else if (entry.isFile()) files.push(absolute);
  }
}

async function measured(folder: string, format: FileFormat, files: string[]): Promise<Dataset> {
  let size = 0;
  let modified = 0;
  let stamp = folder;
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map((file) => stat(file)));
    found.forEach((file, index) => {
      size += file.size;
      modified = Math.max(modified, file.mtimeMs);
      stamp += `|${path.basename(some[index] ?? '')}:${file.size}:${file.mtimeMs}`;
    });
  }
  return { folder, format, files, size, modified, stamp };
}

/**
 * The keys and their types. A key is BIGINT or DATE only where each of its values is written as that type shows it:
 * `month=01` stays text. Undefined where files lie under different keys.
 */
export function partitionTypes(folder: string, files: string[]): Record<string, string> | undefined {
  const values = new Map<string, string[]>();
  for (const file of files) {
    const parts = path.relative(folder, path.dirname(file)).split(path.sep);
    for (const part of parts) {
      const match = KEY.exec(part);
      if (!match?.[1]) return undefined;
      const known = values.get(match[1]);
      const value = decodeURIComponentSafe(match[2] ?? '');
      if (known) known.push(value);
      else values.set(match[1], [value]);
    }
  }
  if ([...values.values()].some((list) => list.length !== files.length)) return undefined;
  return Object.fromEntries([...values].map(([key, list]) => [key, partitionType(list)]));
}

function partitionType(values: string[]): string {
  const filled = values.filter((value) => value !== '__HIVE_DEFAULT_PARTITION__');
  if (filled.length > 0 && filled.every((value) => /^(?:0|-?[1-9]\d{0,17})$/.test(value))) return 'BIGINT';
  const isDay = (value: string) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
    const day = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
  };
  return filled.length > 0 && filled.every(isDay) ? 'DATE' : 'VARCHAR';
}

function decodeURIComponentSafe(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return text;
  }
}
