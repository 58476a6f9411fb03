import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import type { FileFormat } from '../../../shared/files';
import { quoteLiteral } from '../../../shared/sql/quote';
import { type Dataset, type DatasetFinder, partitionTypes } from './dataset';
import { dataExtension, formatOf } from './file-format';
import { escapeGlob } from './file-paths';
import type { ReaderPool } from './file-reader';

/** A file, folder of files or pattern on the disk as it is now. */
export interface FileTarget {
  absolute: string;
  format: FileFormat;
  /** Absolute paths; one for a file. */
  files: string[];
  size: number;
  /** Changes with the content. */
  stamp: string;
  partitions?: Record<string, string>;
  /** A folder or pattern, and not one file. */
  many: boolean;
  /** What DuckDB is given: a pattern or list with the prefix of the paths put in front by `patternOf`. */
  pattern: string | string[];
}

/** Looks at a path. Throws what `stat` throws, and FILE_FORMAT for a folder that is no table. */
export async function targetOf(absolute: string, datasets: DatasetFinder): Promise<FileTarget> {
  const found = await stat(absolute);
  if (found.isDirectory()) {
    const dataset = await datasets.find(absolute);
    if (dataset) return datasetTarget(dataset);
    throw new MillraceError({
      code: 'FILE_FORMAT',
      message: `The folder ${path.basename(absolute)} is no table: its files differ in format or columns.`,
      hint: 'Name one of its files, or several by a pattern such as data/2024*.csv.',
      at: { file: absolute },
    });
  }
  return {
    absolute,
    format: await formatOf(absolute),
    files: [absolute],
    size: found.size,
    stamp: `${found.size}:${found.mtimeMs}`,
    many: false,
    pattern: escapeGlob(slashed(absolute)),
  };
}

function datasetTarget(dataset: Dataset): FileTarget {
  const extensions = new Set(dataset.files.map((file) => path.basename(file).replace(/^[^.]*/, '')));
  const [extension] = extensions;
  const depth = dataset.partitions ? '/**/*' : '/*';
  const pattern =
    extensions.size === 1 && extension
      ? `${escapeGlob(slashed(dataset.folder))}${depth}${escapeGlob(extension)}`
      : dataset.files.map((file) => escapeGlob(slashed(file)));
  const { format, files, size, stamp, partitions } = dataset;
  return {
    absolute: dataset.folder,
    format,
    files,
    size,
    stamp,
    many: true,
    pattern,
    ...(partitions ? { partitions } : {}),
  };
}

/** The files that a pattern matches, as one target; undefined where it matches none or files of several formats. */
export async function globTarget(pattern: string, pool: ReaderPool): Promise<FileTarget | undefined> {
  const rows = await pool.use((reader) =>
    reader.rows<{ file: string }>(`SELECT file FROM glob(${quoteLiteral(slashed(pattern))}) ORDER BY file`),
  );
  const files = rows.map((row) => row.file);
  const first = files[0];
  if (first === undefined) return undefined;
  const format = await formatOf(first);
  const extension = dataExtension(first);
  if (files.some((file) => dataExtension(file) !== extension)) return undefined;
  let size = 0;
  let stamp = '';
  for (const file of files) {
    const found = await stat(file);
    size += found.size;
    stamp += `${file}:${found.size}:${found.mtimeMs}|`;
  }
  const partitions = files.every((file) => /[^/\\]+=[^/\\]*[/\\]/.test(file)) ? partitionsBelow(files) : undefined;
  const target = { absolute: pattern, format, files, size, stamp, many: true, pattern: slashed(pattern) };
  return partitions ? { ...target, partitions } : target;
}

/** Hive keys count from the first `key=value` folder on. */
function partitionsBelow(files: string[]): Record<string, string> | undefined {
  const first = slashed(files[0] ?? '');
  const root = first
    .split('/')
    .slice(
      0,
      first.split('/').findIndex((part) => part.includes('=')),
    )
    .join('/');
  return files.every((file) => slashed(file).startsWith(root)) ? partitionTypes(root || '/', files) : undefined;
}

/** The pattern with paths as a person would write them: relative to the project where they lie in it. */
export function shownPattern(pattern: string | string[], folder: string): string | string[] {
  if (typeof pattern !== 'string') return pattern.map((one) => shownPattern(one, folder) as string);
  const root = escapeGlob(slashed(folder));
  return pattern.startsWith(`${root}/`) ? pattern.slice(root.length + 1) : pattern;
}

function slashed(file: string): string {
  return path.sep === '\\' ? file.split(path.sep).join('/') : file;
}
