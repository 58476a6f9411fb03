import { expect, test } from 'vitest';
import { unpackLz4 } from '../../../src/main/lake/files/arrow/lz4-frame';

const frame = (...block: number[]) =>
  Uint8Array.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0, ...block, 0, 0, 0, 0]);

test('literals and overlapping matches of an LZ4 frame come whole', () => {
  // Three literals, a match of 9 bytes at distance 3, then two closing literals.
  const packed = frame(0x35, 97, 98, 99, 3, 0, 0x20, 120, 121);
  expect(new TextDecoder().decode(unpackLz4(packed))).toBe('abcabcabcabcxy');
});

test('what is no frame, and a match before the start, are refused', () => {
  expect(() => unpackLz4(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]))).toThrow(RangeError);
  expect(() => unpackLz4(frame(0x10, 97, 9, 0, 0x10, 98))).toThrow(RangeError);
});
