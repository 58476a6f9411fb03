import type { CellValue } from '../../shared/results';
import type { EngineConnection } from './connection';
import { fullText } from './display-text';
import { columnAt, type KeptResult, keptColumn, keptTable, refuse } from './kept-result';

const DEFAULT_LIMIT = 64 * 1024 * 1024;
const WITH_JSON: ReadonlySet<string> = new Set(['json', 'list', 'struct', 'map', 'union']);

/** One cell whole, up to `limit` bytes of its text. */
export async function readValue(
  connection: EngineConnection,
  result: KeptResult,
  row: number,
  column: number,
  limit = DEFAULT_LIMIT,
): Promise<CellValue> {
  const info = columnAt(result, column);
  const cell = keptColumn(column);
  const isBlob = info.kind === 'blob';
  const text = isBlob ? `hex(${cell})` : fullText(info, cell);
  const bytes = isBlob ? `octet_length(${cell})` : `strlen(${text})`;
  const json = WITH_JSON.has(info.kind) ? (info.kind === 'json' ? text : `CAST(to_json(${cell}) AS VARCHAR)`) : 'NULL';
  const sql = `SELECT ${cell} IS NULL AS missing, ${bytes} AS bytes, strlen(${text}) > ${limit} AS truncated,
    CASE WHEN strlen(${text}) > ${limit} THEN left(${text}, ${limit}) ELSE ${text} END AS text,
    CASE WHEN strlen(${text}) > ${limit} THEN NULL ELSE ${json} END AS json
    FROM ${keptTable(result.info.id)} WHERE rowid = ${row}`;
  const [found] = await connection.rows<{
    missing: boolean;
    bytes: string | number | null;
    truncated: boolean | null;
    text: string | null;
    json: string | null;
  }>(sql);
  if (!found) throw refuse(`The result has no row ${row + 1}.`);
  return {
    type: info.type,
    isNull: found.missing,
    text: found.truncated ? cutBytes(found.text ?? '', limit) : (found.text ?? ''),
    ...(found.json === null ? {} : { json: found.json }),
    bytes: Number(found.bytes ?? 0),
    truncated: found.truncated ?? false,
  };
}

/** The text's first bytes, without half a character at the end. */
function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limit) return text;
  return bytes
    .subarray(0, limit)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
