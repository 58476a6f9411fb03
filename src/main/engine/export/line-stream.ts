import { type RecordBatch, RecordBatchReader } from 'apache-arrow';
import type { EngineConnection } from '../connection';

export interface LineBatch {
  bytes: Uint8Array;
  rows: number;
}

/**
 * The bytes of a query that yields one text column, in order. They are taken out of the Arrow buffers as they lie there,
 * one slice a batch: no value becomes a JavaScript string. Throws what the engine throws, never ends early.
 */
export async function* streamLines(
  connection: EngineConnection,
  sql: string,
  signal?: AbortSignal,
): AsyncIterable<LineBatch> {
  const source = connection.arrow(sql, signal ? { signal } : {});
  const reader = await RecordBatchReader.from(source);
  for await (const batch of reader) yield { bytes: textBytes(batch), rows: batch.numRows };
}

function textBytes(batch: RecordBatch): Uint8Array {
  const column = batch.data.children[0];
  if (!column || batch.numRows === 0) return new Uint8Array(0);
  const { valueOffsets, values } = column as { valueOffsets: Int32Array | BigInt64Array; values: Uint8Array };
  return values.subarray(Number(valueOffsets[0]), Number(valueOffsets[batch.numRows]));
}
