import duckdb from '@duckdb/node-bindings';

const INLINE_LENGTH = 12;
const ENTRY = 16;
/**
 * How far apart two strings may lie to be read in one call. Less than a page lies between them then, so every byte
 * read is on a page of one of the two.
 */
const LARGEST_GAP = 1024;
const LARGEST_RUN = 1 << 20;

/** Takes the bytes of a string: `bytes[from, from + length)`. */
export type StringSink = (bytes: Uint8Array, from: number, length: number) => void;

/**
 * Reads DuckDB's 16-byte string entries: up to 12 bytes stand inside, longer ones behind a pointer. Strings that lie
 * near each other on the heap are fetched in one call, as a call for each costs more than all the copying.
 */
export class StringReader {
  private readonly view: DataView;
  private run: Uint8Array = new Uint8Array(0);
  private runStart = 0;
  private runEnd = 0;

  constructor(
    private readonly entries: Uint8Array,
    private readonly isValid: (index: number) => boolean,
    private readonly size: number,
  ) {
    this.view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  }

  read(index: number, sink: StringSink): void {
    const at = index * ENTRY;
    const length = this.view.getUint32(at, true);
    if (length <= INLINE_LENGTH) {
      sink(this.entries, at + 4, length);
      return;
    }
    const pointer = this.pointer(at);
    if (pointer < this.runStart || pointer + length > this.runEnd) this.fetchRun(index, pointer, length);
    sink(this.run, pointer - this.runStart, length);
  }

  private pointer(at: number): number {
    return this.view.getUint32(at + 12, true) * 0x1_0000_0000 + this.view.getUint32(at + 8, true);
  }

  /** Follows the entries as long as each string lies just behind the one before. */
  private fetchRun(index: number, pointer: number, length: number): void {
    let end = pointer + length;
    for (let next = index + 1; next < this.size; next += 1) {
      if (!this.isValid(next)) continue;
      const at = next * ENTRY;
      const nextLength = this.view.getUint32(at, true);
      if (nextLength <= INLINE_LENGTH) continue;
      const nextPointer = this.pointer(at);
      const known = nextPointer >= pointer && nextPointer + nextLength <= end;
      if (known) continue;
      const near = nextPointer >= end && nextPointer - end <= LARGEST_GAP;
      if (!near || nextPointer + nextLength - pointer > LARGEST_RUN) break;
      end = nextPointer + nextLength;
    }
    this.run = duckdb.get_data_from_pointer(
      this.entries.buffer as ArrayBuffer,
      this.entries.byteOffset + index * ENTRY + 8,
      end - pointer,
    );
    this.runStart = pointer;
    this.runEnd = end;
  }
}
