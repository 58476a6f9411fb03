import { inflateRawSync } from 'node:zlib';

/** The parts of a zip file by name, found through its central directory (APPNOTE.TXT 4.3.12), without ZIP64. */
export function unzip(bytes: Buffer): Record<string, string> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  const parts: Record<string, string> = {};
  for (let index = bytes.readUInt16LE(end + 10); index > 0; index -= 1) {
    const [size, nameSize, extra, comment] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? bytes.readUInt32LE(at + offset) : bytes.readUInt16LE(at + offset),
    ) as [number, number, number, number];
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const name = bytes.subarray(at + 46, at + 46 + nameSize).toString();
    parts[name] = inflateRawSync(bytes.subarray(start, start + size)).toString();
    at += 46 + nameSize + extra + comment;
  }
  return parts;
}
