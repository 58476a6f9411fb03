import { type ColumnInfo, columnKind } from '../../../shared/columns';
import type { FileFormat, FileNote, FileOptions, FileQuestion } from '../../../shared/files';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { analyzeCsv, type CsvAnalysis, WHOLE_FILE_LIMIT } from './csv/analyze-csv';
import { fullMessage } from './csv/raw-text';
import { pathLiteral, readCsvSql, structLiteral } from './csv/read-csv-call';
import { firstBytes } from './csv/text-sample';
import { analyzeSheet } from './excel/analyze-sheet';
import { compressionOf } from './file-format';
import { escapeGlob } from './file-paths';
import type { FileReader } from './file-reader';
import { type FileTarget, shownPattern } from './file-target';
import { analyzeJson } from './json/analyze-json';

/** How one relation of the files is read. */
export interface FileRelation {
  format: FileFormat;
  columns: ColumnInfo[];
  rowCount?: number;
  /** The FROM item with absolute paths: what is run. */
  executable: string;
  /** The FROM item with paths as a person writes them. */
  spelledOut: string;
  detected: FileOptions;
  questions: FileQuestion[];
  notes: FileNote[];
  /** Of delimited text: what a check of all values needs. */
  checks: CsvAnalysis[];
}

/** What a relation is made from. */
export interface RelationRequest {
  target: FileTarget;
  part: string | undefined;
  options: FileOptions;
  projectFolder: string;
  /** The Parquet file that stands for an Arrow file. */
  parquetOf(file: string): Promise<string>;
}

/** In bytes: what an object of a JSON file may have at most. */
const LARGEST_OBJECT = 1 << 30;

/** Finds out how a target is read; database files are not among them. Throws file errors with what to do. */
export async function readRelation(reader: FileReader, request: RelationRequest): Promise<FileRelation> {
  const { target, options, projectFolder } = request;
  const shown = shownPattern(target.pattern, projectFolder);
  switch (target.format) {
    case 'csv':
      return csvRelation(reader, target, options, projectFolder);
    case 'json':
    case 'ndjson': {
      const source = { ...target, sampled: target.size > WHOLE_FILE_LIMIT };
      const found = await analyzeJson(reader, source, options).catch((error: unknown) => {
        // Larger buffers only where an object needs them: each thread takes two.
        if (!/maximum_object_size/.test(fullMessage(error))) throw error;
        return analyzeJson(
          reader,
          { ...source, largestObject: Math.min(target.size + 1_024, LARGEST_OBJECT) },
          options,
        );
      });
      return relationOf(reader, target, found.relation(target.pattern), found.relation(shown), found);
    }
    case 'excel': {
      const found = await analyzeSheet(reader, target.absolute, request.part, options);
      const relation = await relationOf(
        reader,
        target,
        found.relation(target.pattern as string),
        found.relation(shown as string),
        found,
      );
      return { ...relation, rowCount: found.rowCount };
    }
    case 'arrow':
      return arrowRelation(reader, request);
    case 'avro':
      return relationOf(
        reader,
        target,
        `read_avro(${pathLiteral(target.pattern)})`,
        `read_avro(${pathLiteral(shown)})`,
      );
    default:
      return parquetRelation(reader, target, shown);
  }
}

interface Findings {
  detected?: FileOptions;
  questions?: FileQuestion[];
  notes?: FileNote[];
  checks?: CsvAnalysis[];
}

/** The engine tells the columns, so that types set by hand are refused here if it does not know them. */
async function relationOf(
  reader: FileReader,
  target: FileTarget,
  executable: string,
  spelledOut: string,
  found: Findings = {},
): Promise<FileRelation> {
  const columns = await reader.rows<{ column_name: string; column_type: string }>(`DESCRIBE FROM ${executable}`);
  return {
    format: target.format,
    columns: columns.map(({ column_name: name, column_type: type }) => ({ name, type, kind: columnKind(type) })),
    executable,
    spelledOut,
    detected: found.detected ?? {},
    questions: found.questions ?? [],
    notes: found.notes ?? [],
    checks: found.checks ?? [],
  };
}

async function parquetRelation(
  reader: FileReader,
  target: FileTarget,
  shown: string | string[],
): Promise<FileRelation> {
  // Later files may have columns that the first has not: by default DuckDB would leave these out.
  const options = [
    ...(target.many ? ['union_by_name=true'] : []),
    ...(target.partitions ? ['hive_partitioning=true', `hive_types=${structLiteral(target.partitions)}`] : []),
  ];
  const call = (pattern: string | string[]) => `read_parquet(${[pathLiteral(pattern), ...options].join(', ')})`;
  const relation = await relationOf(reader, target, call(target.pattern), call(shown));
  const [count] = await reader.rows<{ rows: string }>(
    `SELECT coalesce(sum(num_rows), 0)::BIGINT AS rows FROM parquet_file_metadata(${pathLiteral(target.pattern)})`,
  );
  return { ...relation, rowCount: Number(count?.rows ?? 0) };
}

async function arrowRelation(reader: FileReader, request: RelationRequest): Promise<FileRelation> {
  const parquet = await request.parquetOf(request.target.absolute);
  const pattern = escapeGlob(parquet);
  const stand = { ...request.target, pattern };
  return { ...(await parquetRelation(reader, stand, shownPattern(pattern, request.projectFolder))), format: 'arrow' };
}

interface HeaderGroup {
  files: string[];
  pattern: string | string[];
  size: number;
}

async function csvRelation(
  reader: FileReader,
  target: FileTarget,
  options: FileOptions,
  projectFolder: string,
): Promise<FileRelation> {
  const groups = await headerGroups(target, options);
  let found = await inTurn(groups, reader, target, options);
  const common = groups.length > 1 ? commonTypes(found, options) : undefined;
  if (common) found = await inTurn(groups, reader, target, { ...options, types: { ...options.types, ...common } });
  const call = (patterns: (string | string[])[]) => {
    const items = found.map((one, index) => readCsvSql(patterns[index] ?? '', one.call));
    return items.length === 1 ? (items[0] as string) : `(FROM ${items.join(' UNION ALL BY NAME FROM ')})`;
  };
  const first = found[0] as CsvAnalysis;
  return relationOf(
    reader,
    target,
    call(groups.map((group) => group.pattern)),
    call(groups.map((group) => shownPattern(group.pattern, projectFolder))),
    {
      detected: first.detected,
      questions: first.questions,
      notes: found.flatMap((one) => one.notes),
      checks: found,
    },
  );
}

async function inTurn(
  groups: HeaderGroup[],
  reader: FileReader,
  target: FileTarget,
  options: FileOptions,
): Promise<CsvAnalysis[]> {
  const found: CsvAnalysis[] = [];
  for (const group of groups)
    found.push(await analyzeCsv(reader, { ...group, partitions: target.partitions }, options));
  return found;
}

const FIRST_LINE_BYTES = 256 * 1024;

/** Files with another header are read apart and joined by the names of their columns, not by their order. */
async function headerGroups(target: FileTarget, options: FileOptions): Promise<HeaderGroup[]> {
  const whole = [{ files: target.files, pattern: target.pattern, size: target.size }];
  if (!target.many || options.header === false) return whole;
  const groups = new Map<string, string[]>();
  for (const file of target.files) {
    const header = compressionOf(file) === 'zstd' ? '' : await firstLine(file);
    const known = groups.get(header);
    if (known) known.push(file);
    else groups.set(header, [file]);
  }
  if (groups.size === 1 || groups.size > 50) return whole;
  const share = target.size / target.files.length;
  return [...groups.values()].map((files) => ({
    files,
    pattern: files.map(escapeGlob),
    size: Math.round(share * files.length),
  }));
}

async function firstLine(file: string): Promise<string> {
  const { bytes } = await firstBytes(file, FIRST_LINE_BYTES);
  const end = bytes.indexOf(10);
  return bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .trimEnd();
}

/** Types for columns that the groups read differently: one DECIMAL where all are such, text otherwise. */
function commonTypes(found: CsvAnalysis[], options: FileOptions): Record<string, string> | undefined {
  const types = new Map<string, Set<string>>();
  for (const { name, type } of found.flatMap((one) => one.call.columns)) {
    types.set(name, (types.get(name) ?? new Set()).add(type));
  }
  const unlike = [...types].filter(([name, set]) => set.size > 1 && !options.types?.[name]);
  if (unlike.length === 0) return undefined;
  return Object.fromEntries(
    unlike.map(([name, set]) => {
      const decimals = [...set].map((type) => /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1]);
      const scale = Math.max(...decimals.map((text) => Number(text ?? 0)));
      return [name, decimals.every((text) => text !== undefined) ? `DECIMAL(38,${scale})` : 'VARCHAR'];
    }),
  );
}

/** A CREATE TABLE statement with the columns of a relation. */
export function createTableSql(table: string, columns: ColumnInfo[]): string {
  const lines = columns.map((column) => `  ${quoteIdentifier(column.name)} ${column.type}`);
  return `CREATE TABLE ${quoteIdentifier(table)} (\n${lines.join(',\n')}\n);`;
}
