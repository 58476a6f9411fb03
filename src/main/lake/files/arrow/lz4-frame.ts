const MAGIC = 0x184d2204;

/**
 * Unpacks an LZ4 frame (LZ4 Frame Format 1.6; block format as in lz4_Block_format.md). Checksums are skipped, as Arrow
 * writes none. Throws RangeError for data that is no such frame.
 */
export function unpackLz4(data: Uint8Array): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 7 || view.getUint32(0, true) !== MAGIC) throw new RangeError('not an LZ4 frame');
  const flags = data[4] ?? 0;
  let at = 6 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1;
  const output = new Growing(flags & 0x08 ? Number(view.getBigUint64(6, true)) : data.length * 4);
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.bytes.subarray(0, output.length);
    const length = size & 0x7fffffff;
    const block = data.subarray(at, at + length);
    if (size & 0x80000000) output.append(block);
    else unpackBlock(block, output);
    at += length + (flags & 0x10 ? 4 : 0);
  }
}

class Growing {
  bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(Math.max(64, size));
  }

  append(part: Uint8Array): void {
    this.reserve(part.length);
    this.bytes.set(part, this.length);
    this.length += part.length;
  }

  /** Copies from what was written before; the ranges may overlap, which repeats. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new RangeError('LZ4 match before the start');
    this.reserve(count);
    const { bytes } = this;
    for (let index = 0; index < count; index += 1)
      bytes[this.length + index] = bytes[this.length + index - distance] ?? 0;
    this.length += count;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

function unpackBlock(block: Uint8Array, output: Growing): void {
  let at = 0;
  const more = (start: number): number => {
    let sum = start;
    if (start < 15) return sum;
    for (let byte = 255; byte === 255; ) {
      byte = block[at] ?? 0;
      at += 1;
      sum += byte;
    }
    return sum;
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literals = more(token >> 4);
    if (at + literals > block.length) throw new RangeError('LZ4 literals beyond the block');
    output.append(block.subarray(at, at + literals));
    at += literals;
    if (at >= block.length) return;
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    output.repeat(distance, more(token & 15) + 4);
  }
}
