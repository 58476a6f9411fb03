import type { ColumnInfo } from '../../shared/columns';

/** Longest cell text a window carries, in characters; the value panel shows the rest. */
export const DISPLAY_LIMIT = 1000;

/** SQL for the whole text of a cell: what CAST AS VARCHAR gives in the connection's time zone. */
export function fullText(column: ColumnInfo, reference: string): string {
  return column.type === 'VARCHAR' ? reference : `CAST(${reference} AS VARCHAR)`;
}

/**
 * SQL for a cell's text as the grid shows it, cut at {@link DISPLAY_LIMIT} characters with `…` behind. Bytes are
 * compared first, as counting the characters of a long text costs much more.
 */
export function displayText(column: ColumnInfo, reference: string): string {
  if (column.kind === 'blob') {
    // Every byte may become four characters: only so many bytes as can be shown are turned into text.
    const shown = `left(CAST(${reference}[:${DISPLAY_LIMIT}] AS VARCHAR), ${DISPLAY_LIMIT})`;
    return `CASE WHEN octet_length(${reference}) > ${DISPLAY_LIMIT} THEN ${shown} || '…' ELSE ${cut(`CAST(${reference} AS VARCHAR)`)} END`;
  }
  if (isShort(column)) return fullText(column, reference);
  return cut(fullText(column, reference));
}

function cut(text: string): string {
  return `CASE WHEN strlen(${text}) > ${DISPLAY_LIMIT} AND length(${text}) > ${DISPLAY_LIMIT} THEN left(${text}, ${DISPLAY_LIMIT}) || '…' ELSE ${text} END`;
}

const SHORT_KINDS: ReadonlySet<ColumnInfo['kind']> = new Set([
  'integer',
  'decimal',
  'float',
  'boolean',
  'date',
  'time',
  'timestamp',
  'interval',
  'uuid',
]);

function isShort(column: ColumnInfo): boolean {
  return SHORT_KINDS.has(column.kind) && column.type !== 'BIGNUM';
}
