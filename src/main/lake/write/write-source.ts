import { MillraceError } from '../../../shared/errors';
import type { WriteSource } from '../../../shared/lake';
import { splitStatements } from '../../../shared/sql/split';
import type { Engine } from '../../engine/engine';
import { leadingWords } from '../../engine/statement';
import type { RowReader, ShapeColumn } from './table-shape';

/** A source that can stand in parentheses after FROM. */
export interface ReadableSource {
  /** As it was written. */
  shown: string;
  /** With file names and connections spelled out for the engine. */
  sent: string;
  columns: ShapeColumn[];
}

const READING = new Set([
  'SELECT',
  'FROM',
  'WITH',
  'VALUES',
  'TABLE',
  '(',
  'PIVOT',
  'UNPIVOT',
  'DESCRIBE',
  'SUMMARIZE',
]);

/** Reads the columns of a source. Throws BAD_REQUEST where it is not one statement that reads. */
export async function openSource(engine: Engine, reader: RowReader, source: WriteSource): Promise<ReadableSource> {
  const shown = 'sql' in source ? onlyStatement(source.sql) : `FROM ${source.relation}`;
  const sent = (await engine.prepareSql?.(shown))?.sql ?? shown;
  const described = await reader.rows<{ column_name: string; column_type: string }>(`DESCRIBE (${sent}\n)`);
  const columns = described.map((row) => ({ name: row.column_name, type: row.column_type }));
  refuseRepeated(columns);
  return { shown, sent, columns };
}

function onlyStatement(sql: string): string {
  const spans = splitStatements(sql);
  const only = spans[0];
  const text = only ? sql.slice(only.start, only.end).replace(/;\s*$/, '') : '';
  if (spans.length === 1 && READING.has(leadingWords(text)[0] ?? '')) return text;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: 'A table is written from one statement that reads rows.',
    hint: 'Give a single SELECT.',
  });
}

function refuseRepeated(columns: ShapeColumn[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new MillraceError({
        code: 'BAD_REQUEST',
        message: `The source has two columns called "${name}".`,
        hint: 'Rename one of them: SELECT … AS other_name.',
      });
    }
    seen.add(key);
  }
}

/** The first rows as text, for a preview. */
export async function previewRows(
  reader: RowReader,
  source: ReadableSource,
  limit = 20,
): Promise<{ columns: string[]; rows: (string | null)[][] }> {
  const names = source.columns.map((column) => column.name);
  const rows = await reader.rows<Record<string, string | null>>(
    `SELECT left(COLUMNS(*)::VARCHAR, 300) FROM (FROM (${source.sent}\n) LIMIT ${limit})`,
  );
  return { columns: names, rows: rows.map((row) => Object.values(row)) };
}
