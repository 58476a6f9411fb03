import type { ExportRun, WrittenRows } from './export-run';
import type { LineFormat } from './line-format';
import { streamLines } from './line-stream';

/** Writes a text format: head, the rows' lines as the engine makes them, tail. */
export async function exportLines(run: ExportRun, format: LineFormat): Promise<WrittenRows> {
  await run.file.write(format.head);
  let rows = 0;
  const sql = `SELECT ${format.line} AS line FROM ${run.relation.source}`;
  for await (const batch of streamLines(run.connection, sql, run.signal)) {
    await run.file.write(rows === 0 ? batch.bytes.subarray(format.skipFirst) : batch.bytes);
    rows += batch.rows;
    run.onProgress?.({ rows, bytes: run.file.bytes });
  }
  await run.file.write(rows === 0 ? (format.emptyTail ?? format.tail) : format.tail);
  return { rows, notes: [] };
}
