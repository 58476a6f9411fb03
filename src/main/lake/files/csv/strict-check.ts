import type { FileCheckSummary } from '../../../../shared/events';
import { quoteIdentifier } from '../../../../shared/sql/quote';
import type { FileReader } from '../file-reader';
import type { CsvAnalysis } from './analyze-csv';
import { keepsSql } from './lossless';

type AlteredColumn = FileCheckSummary['altered'][number];

/**
 * Reads every value of a text file and finds those that the column's type would alter (see lossless), with the first
 * line of each. A line is counted with the line breaks inside of quoted values. Runs on the given connection alone, so
 * that `interrupt` stops it.
 */
export async function checkCsv(reader: FileReader, analysis: CsvAnalysis): Promise<FileCheckSummary> {
  const typed = analysis.call.columns.flatMap((column, index) =>
    column.type === 'VARCHAR' ? [] : [{ ...column, raw: `c${index}`, keeps: keepsOf(analysis, index) }],
  );
  if (typed.length === 0) return { state: 'clean', altered: [] };
  const counts = typed.map((column) => `count_if(${column.raw} <> '' AND NOT ${column.keeps}) AS ${column.raw}`);
  const [row] = await reader.rows<Record<string, string>>(`SELECT ${counts.join(', ')} FROM ${analysis.rawSql}`);
  const altered: AlteredColumn[] = [];
  for (const column of typed) {
    const count = Number(row?.[column.raw] ?? 0);
    if (count === 0) continue;
    const first = await firstAltered(reader, analysis, column);
    altered.push({ column: column.name, type: column.type, count, ...first });
  }
  return { state: altered.length > 0 ? 'altered' : 'clean', altered };
}

function keepsOf(analysis: CsvAnalysis, index: number): string {
  const type = analysis.call.columns[index]?.type ?? 'VARCHAR';
  return keepsSql(type, `trim(${quoteIdentifier(`c${index}`)})`, analysis.call.reading);
}

async function firstAltered(
  reader: FileReader,
  analysis: CsvAnalysis,
  column: { raw: string; type: string; keeps: string },
): Promise<Pick<AlteredColumn, 'line' | 'value' | 'readAs'>> {
  const text = analysis.call.reading.decimal === ',' ? `replace(${column.raw}, ',', '.')` : column.raw;
  const [found] = await reader.rows<{ row: string; value: string; read: string | null }>(
    `SELECT row, ${column.raw} AS value, CAST(TRY_CAST(${text} AS ${column.type}) AS VARCHAR) AS read ` +
      `FROM (SELECT row_number() OVER () AS row, ${column.raw} FROM ${analysis.rawSql}) AS t ` +
      `WHERE ${column.raw} <> '' AND NOT ${column.keeps} ORDER BY row LIMIT 1`,
  );
  if (!found) return { line: 0, value: '', readAs: null };
  const line = await lineOfRow(reader, analysis, Number(found.row));
  return { line, value: found.value.slice(0, 1_000), readAs: found.read };
}

/** The line on which a row starts: rows before it take one line each and one more for each line break in a value. */
async function lineOfRow(reader: FileReader, analysis: CsvAnalysis, row: number): Promise<number> {
  const { dialect, columns } = analysis.call;
  const before = dialect.skip + (dialect.header ? 1 : 0) + row;
  const breaks = columns.map((_, index) => `length(c${index}) - length(replace(c${index}, chr(10), ''))`);
  if (dialect.quote === '') return before;
  const sums = breaks.map((expression) => `coalesce(sum(${expression}), 0)`);
  const [found] = await reader.rows<{ breaks: string }>(
    `SELECT ${sums.join(' + ')} AS breaks FROM (FROM ${analysis.rawSql} LIMIT ${row - 1}) AS t`,
  );
  return before + Number(found?.breaks ?? 0);
}
