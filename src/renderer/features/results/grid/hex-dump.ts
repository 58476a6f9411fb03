const BYTES_A_LINE = 16;

/** The bytes of hexadecimal text. */
export function hexBytes(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor(hex.length / 2));
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** Lines of a hex dump: offset, 16 bytes, and their printable ASCII. */
export function hexDump(bytes: Uint8Array, from: number, lines: number): string {
  const out: string[] = [];
  const end = Math.min(bytes.length, from + lines * BYTES_A_LINE);
  for (let start = from; start < end; start += BYTES_A_LINE) {
    const part = [...bytes.subarray(start, Math.min(start + BYTES_A_LINE, bytes.length))];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    out.push(`${start.toString(16).padStart(8, '0')}  ${left}  ${right}  ${text}`);
  }
  return out.join('\n');
}

/** The media type of an image, told by its first bytes; undefined for anything else. */
export function imageType(bytes: Uint8Array): string | undefined {
  const starts = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'image/gif';
  return undefined;
}
