import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import { makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from 'apache-arrow';
import { columnBuilder } from './arrow-builders';
import { arrowField } from './arrow-types';
import type { ColumnBuilder } from './column-builder';
import { joinBytes } from './join-bytes';
import { columnData } from './vector-data';

const BATCH_ROWS = 60 * 1024;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Bytes made and not yet taken, above which the source waits. */
const HIGH_WATER = 16 * 1024 * 1024;

/** apache-arrow's stream writer with its bytes given to a callback instead of a queue of its own. */
class BytesWriter extends RecordBatchStreamWriter {
  constructor(private readonly take: (bytes: Uint8Array) => void) {
    super();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the library's own signature
  protected override _write(chunk: any): this {
    if (chunk?.byteLength > 0) {
      const view = chunk as ArrayBufferView;
      this.take(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength));
      this._position += view.byteLength;
    }
    return this;
  }
}

/** Turns DuckDB chunks into the bytes of an Arrow IPC stream, straight from the chunks' memory. */
export class ArrowEncoder {
  private readonly schema: Schema;
  private readonly builders: ColumnBuilder[];
  private readonly writer: BytesWriter;
  private pieces: Uint8Array[] = [];
  private rows = 0;
  private isFirst = true;

  constructor(
    names: readonly string[],
    private readonly types: readonly DuckDBType[],
  ) {
    this.schema = new Schema(types.map((type, index) => arrowField(names[index] ?? `${index}`, type)));
    this.builders = types.map(columnBuilder);
    this.writer = new BytesWriter((bytes) => this.pieces.push(bytes));
    this.writer.reset(undefined, this.schema as never);
  }

  /**
   * Adds a chunk's rows; gives bytes whenever a batch is full. The first chunk is a batch of its own, so that a reader
   * has rows at once; later ones are merged, as small batches cost both sides.
   */
  add(chunk: DuckDBDataChunk): Uint8Array | undefined {
    const count = chunk.rowCount;
    let bytes = 0;
    this.builders.forEach((builder, column) => {
      builder.append(columnData(chunk, column, this.types[column] as DuckDBType), 0, count);
      bytes += builder.bytes();
    });
    this.rows += count;
    if (!this.isFirst && this.rows < BATCH_ROWS && bytes < BATCH_BYTES) return undefined;
    this.isFirst = false;
    return this.flush();
  }

  /** The last bytes, with the end mark; a stream without rows still has its schema. */
  finish(): Uint8Array {
    this.writeBatch();
    this.writer.finish();
    return this.takeBytes();
  }

  private flush(): Uint8Array {
    this.writeBatch();
    return this.takeBytes();
  }

  private writeBatch(): void {
    if (this.rows === 0) return;
    const children = this.builders.map((builder) => builder.finish());
    const data = makeData({ type: new Struct(this.schema.fields), length: this.rows, nullCount: 0, children });
    this.writer.write(new RecordBatch(this.schema, data) as never);
    this.rows = 0;
  }

  private takeBytes(): Uint8Array {
    const bytes = joinBytes(this.pieces);
    this.pieces = [];
    return bytes;
  }
}

/** An {@link ArrowEncoder} whose bytes are read as they come, and which makes its source wait for a slow reader. */
export class ArrowStreamWriter implements AsyncIterable<Uint8Array> {
  private encoder: ArrowEncoder | undefined;
  private readonly ready: Uint8Array[] = [];
  private readyBytes = 0;
  private ended = false;
  private failure: { error: unknown } | undefined;
  private wakeReader: (() => void) | undefined;
  private wakeSource: (() => void) | undefined;

  start(names: readonly string[], types: readonly DuckDBType[]): void {
    this.encoder = new ArrowEncoder(names, types);
  }

  /** Resolves when there is room for more. */
  async add(chunk: DuckDBDataChunk): Promise<void> {
    const bytes = this.encoder?.add(chunk);
    if (bytes) this.push(bytes);
    if (this.readyBytes <= HIGH_WATER || this.ended) return;
    await new Promise<void>((resolve) => {
      this.wakeSource = resolve;
    });
  }

  finish(): void {
    const bytes = this.encoder?.finish();
    if (bytes) this.push(bytes);
    this.ended = true;
    this.wakeReader?.();
  }

  /** The reader gets what was made so far, then the error. */
  fail(error: unknown): void {
    this.failure = { error };
    this.ended = true;
    this.wakeReader?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        const bytes = this.ready.shift();
        if (bytes) {
          this.readyBytes -= bytes.byteLength;
          if (this.readyBytes <= HIGH_WATER / 2) this.wakeSource?.();
          yield bytes;
        } else if (this.failure) {
          throw this.failure.error;
        } else if (this.ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.wakeReader = resolve;
          });
        }
      }
    } finally {
      this.ended = true;
      this.wakeSource?.();
    }
  }

  private push(bytes: Uint8Array): void {
    this.ready.push(bytes);
    this.readyBytes += bytes.byteLength;
    this.wakeReader?.();
  }
}
