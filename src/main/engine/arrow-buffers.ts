import { MillraceError } from '../../shared/errors';

const LARGEST = 0x7fff_ffff;

/** Bytes that grow as they are appended to. */
export class ByteBuffer {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for so many more bytes, and gives the place where they go. */
  reserve(count: number): number {
    const from = this.length;
    const needed = from + count;
    if (needed > LARGEST) {
      throw new MillraceError({
        code: 'LIMIT_EXCEEDED',
        message: 'A batch of rows holds more than 2 GB in one column.',
        hint: 'Select the large column alone, or shorten it with left().',
      });
    }
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.min(LARGEST, Math.max(needed, this.bytes.length * 2)));
      grown.set(this.bytes.subarray(0, from));
      this.bytes = grown;
    }
    this.length = needed;
    return from;
  }

  append(source: Uint8Array, from: number, count: number): void {
    const at = this.reserve(count);
    if (count <= 16) {
      for (let index = 0; index < count; index += 1) this.bytes[at + index] = source[from + index] as number;
    } else {
      this.bytes.set(source.subarray(from, from + count), at);
    }
  }

  /** What was appended; the buffer must not be used after. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** A validity bitmap that grows: one bit a value, 1 for valid. No memory is taken before the first NULL. */
export class Bitmap {
  length = 0;
  nulls = 0;
  private bits: Uint8Array | undefined;

  append(validity: Uint8Array | null, start: number, count: number): void {
    if (validity === null) {
      if (this.bits) this.fill(count);
      this.length += count;
      return;
    }
    this.grow(this.length + count);
    const bits = this.bits as Uint8Array;
    const from = this.length;
    for (let index = 0; index < count; index += 1) {
      const source = start + index;
      const target = from + index;
      if ((((validity[source >> 3] as number) >> (source & 7)) & 1) === 1) {
        bits[target >> 3] = (bits[target >> 3] as number) | (1 << (target & 7));
      } else {
        this.nulls += 1;
      }
    }
    this.length += count;
  }

  appendBit(valid: boolean): void {
    if (valid && !this.bits) {
      this.length += 1;
      return;
    }
    this.grow(this.length + 1);
    const bits = this.bits as Uint8Array;
    if (valid) bits[this.length >> 3] = (bits[this.length >> 3] as number) | (1 << (this.length & 7));
    else this.nulls += 1;
    this.length += 1;
  }

  /** Undefined where no value is NULL. */
  finish(): Uint8Array | undefined {
    return this.nulls === 0 ? undefined : this.bits?.subarray(0, (this.length + 7) >> 3);
  }

  private fill(count: number): void {
    this.grow(this.length + count);
    const bits = this.bits as Uint8Array;
    for (let index = this.length; index < this.length + count; index += 1) {
      bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7));
    }
  }

  /** At the first NULL all values before become set bits. */
  private grow(count: number): void {
    const needed = (count + 7) >> 3;
    if (!this.bits) {
      this.bits = new Uint8Array(Math.max(needed * 2, 8192));
      this.bits.fill(0xff, 0, this.length >> 3);
      if (this.length & 7) this.bits[this.length >> 3] = (1 << (this.length & 7)) - 1;
    } else if (needed > this.bits.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.bits);
      this.bits = grown;
    }
  }
}
