import type { FileCheckSummary } from '../../../../shared/events';
import { quoteIdentifier } from '../../../../shared/sql/quote';
import type { FileReader } from '../file-reader';
import type { CsvAnalysis } from './analyze-csv';
import { keepsSql } from './lossless';

type AlteredColumn = FileCheckSummary['altered'][number];

/**
 * Reads every value of a text file and finds those that the column's type would alter (see lossless), with the first
 * line of each. A line is counted with the line breaks inside of quoted values. Runs on the given connection alone, so
 * that `interrupt` stops it. `onPlaces` is called where values were found and their lines are looked for.
 */
export async function checkCsv(
  reader: FileReader,
  analysis: CsvAnalysis,
  onPlaces: () => void = () => undefined,
): Promise<FileCheckSummary> {
  const typed = analysis.call.columns.flatMap((column, index) =>
    column.type === 'VARCHAR' ? [] : [{ ...column, raw: `c${index}`, keeps: keepsOf(analysis, index) }],
  );
  if (typed.length === 0) return { state: 'clean', altered: [] };
  const counts = typed.map((column) => `count_if(${altersOf(column)}) AS ${column.raw}`);
  const breaks = analysis.call.columns.map((_, index) => `bool_or(contains(c${index}, chr(10)))`).join(' OR ');
  const [row] = await reader.rows<Record<string, string | boolean>>(
    `SELECT ${counts.join(', ')}, ${breaks} AS breaks FROM ${analysis.rawSql}`,
  );
  const found = typed.filter((column) => Number(row?.[column.raw] ?? 0) > 0);
  if (found.length === 0) return { state: 'clean', altered: [] };
  onPlaces();
  const firsts = await firstAltered(reader, analysis, found);
  const altered: AlteredColumn[] = [];
  for (const [index, column] of found.entries()) {
    const first = firsts[index] as FirstAltered;
    const line =
      row?.breaks === true ? await lineOfRow(reader, analysis, first.row) : lineWithoutBreaks(analysis, first.row);
    const { value, readAs } = first;
    altered.push({ column: column.name, type: column.type, count: Number(row?.[column.raw]), line, value, readAs });
  }
  return { state: 'altered', altered };
}

interface TypedColumn {
  raw: string;
  type: string;
  keeps: string;
}

interface FirstAltered {
  row: number;
  value: string;
  readAs: string | null;
}

function altersOf(column: TypedColumn): string {
  return `${column.raw} <> '' AND NOT ${column.keeps}`;
}

function keepsOf(analysis: CsvAnalysis, index: number): string {
  const type = analysis.call.columns[index]?.type ?? 'VARCHAR';
  return keepsSql(type, `trim(${quoteIdentifier(`c${index}`)})`, analysis.call.reading);
}

/** The first such row of each column, all in one pass that numbers the rows. */
async function firstAltered(
  reader: FileReader,
  analysis: CsvAnalysis,
  columns: TypedColumn[],
): Promise<FirstAltered[]> {
  const items = columns.flatMap((column, index) => {
    const text = analysis.call.reading.decimal === ',' ? `replace(${column.raw}, ',', '.')` : column.raw;
    const read = `CAST(TRY_CAST(${text} AS ${column.type}) AS VARCHAR)`;
    const first = `arg_min({'value': left(${column.raw}, 1000), 'read': ${read}}, row) FILTER (${altersOf(column)})`;
    return [`min(row) FILTER (${altersOf(column)}) AS row${index}`, `${first} AS first${index}`];
  });
  const raws = columns.map((column) => column.raw).join(', ');
  const [found] = await reader.rows<Record<string, unknown>>(
    `SELECT ${items.join(', ')} FROM (SELECT row_number() OVER () AS row, ${raws} FROM ${analysis.rawSql}) AS t`,
  );
  return columns.map((_, index) => {
    const first = found?.[`first${index}`] as { value: string; read: string | null } | null;
    return { row: Number(found?.[`row${index}`] ?? 0), value: first?.value ?? '', readAs: first?.read ?? null };
  });
}

function lineWithoutBreaks(analysis: CsvAnalysis, row: number): number {
  const { dialect } = analysis.call;
  return dialect.skip + (dialect.header ? 1 : 0) + row;
}

/** The line on which a row starts: rows before it take one line each and one more for each line break in a value. */
async function lineOfRow(reader: FileReader, analysis: CsvAnalysis, row: number): Promise<number> {
  const { columns } = analysis.call;
  const breaks = columns.map((_, index) => `length(c${index}) - length(replace(c${index}, chr(10), ''))`);
  const sums = breaks.map((expression) => `coalesce(sum(${expression}), 0)`);
  const [found] = await reader.rows<{ breaks: string }>(
    `SELECT ${sums.join(' + ')} AS breaks FROM (FROM ${analysis.rawSql} LIMIT ${row - 1}) AS t`,
  );
  return lineWithoutBreaks(analysis, row) + Number(found?.breaks ?? 0);
}
