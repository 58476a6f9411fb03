import type { ErrorPlace } from '../../shared/errors';

/** DuckDB counts bytes of UTF-8, editors UTF-16 units: the index into `text` that lies `bytes` bytes from its start. */
export function utf16Offset(text: string, bytes: number): number {
  let index = 0;
  let counted = 0;
  while (index < text.length && counted < bytes) {
    const point = text.codePointAt(index) ?? 0;
    counted += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

/** Line and column from 1 of an offset in UTF-16 units. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: offset - lastBreak };
}

/** The length of the word, quoted name or sign that starts at the offset; at least 1 while inside the text. */
export function tokenLength(text: string, offset: number): number {
  const rest = text.slice(offset, offset + 512);
  const token = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}\p{N}_$]+)/u.exec(rest)?.[0];
  return token?.length ?? (rest === '' ? 0 : 1);
}

/** The place of an offset within a text, with line and column. */
export function placeIn(text: string, offset: number): ErrorPlace {
  return { ...lineAndColumn(text, offset), offset, length: tokenLength(text, offset) };
}
