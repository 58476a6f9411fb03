import { AsyncByteQueue, DataType, RecordBatchFileWriter, RecordBatchReader, type Schema } from 'apache-arrow';
import type { ExportRun, WrittenRows } from './export-run';
import { type OpenRelation, selectList } from './relation';

/** Takes what the Arrow writer writes, so that it can go to disk before the next batch is read. */
class ByteCollector extends AsyncByteQueue {
  private chunks: Uint8Array[] = [];

  override write(value: Uint8Array): void {
    // A copy, as the writer hands out views of buffers that the next batch may reuse.
    this.chunks.push(value.slice());
  }

  take(): Uint8Array[] {
    const taken = this.chunks;
    this.chunks = [];
    return taken;
  }
}

/**
 * An Arrow IPC file (the random access form with a footer, arrow.apache.org/docs/format/Columnar.html#ipc-file-format):
 * the engine's Arrow stream, batch by batch.
 */
export async function exportArrow(run: ExportRun): Promise<WrittenRows> {
  const list = selectList(run.relation.columns, (column) => column.ref);
  const source = run.connection.arrow(
    `SELECT ${list} FROM ${run.relation.source}`,
    run.signal ? { signal: run.signal } : {},
  );
  const reader = await (await RecordBatchReader.from(source)).open();
  const collector = new ByteCollector();
  const writer = new RecordBatchFileWriter();
  const { schema } = reader; // Gone once the reader has come to its end.
  writer.reset(collector, schema);
  const drain = async () => {
    for (const chunk of collector.take()) await run.file.write(chunk);
  };
  let rows = 0;
  for await (const batch of reader) {
    writer.write(batch);
    await drain();
    rows += batch.numRows;
    run.onProgress?.({ rows, bytes: run.file.bytes });
  }
  writer.finish();
  await drain();
  return { rows, notes: textNotes(run.relation, schema) };
}

function textNotes(relation: OpenRelation, schema: Schema): string[] {
  return relation.columns.flatMap((column, index) => {
    const field = schema.fields[index];
    const expected = ['text', 'enum', 'json'].includes(column.info.kind);
    if (!field || expected || !DataType.isUtf8(field.type)) return [];
    return [`${column.name} (${column.info.type}): written as text, as Arrow has no such type.`];
  });
}
