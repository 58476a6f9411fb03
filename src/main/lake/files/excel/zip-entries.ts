import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { MillraceError } from '../../../../shared/errors';

const inflate = promisify(inflateRaw);
const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const MOST_BYTES = 1 << 30;

interface ZipEntry {
  method: number;
  packed: number;
  size: number;
  offset: number;
}

/**
 * Reads entries of a zip file (APPNOTE 6.3, without zip64) as text, inflated off the main thread; those that are not
 * there are left out. Throws FILE_FORMAT for a file that is no zip, LIMIT_EXCEEDED for one that unpacks to over a GB.
 */
export async function readZipTexts(file: string, wanted: (name: string) => boolean): Promise<Map<string, string>> {
  const handle = await open(file, 'r');
  try {
    const texts = new Map<string, string>();
    for (const [name, entry] of await directory(handle, file)) {
      if (wanted(name)) texts.set(name, await entryText(handle, entry, file));
    }
    return texts;
  } finally {
    await handle.close();
  }
}

async function directory(handle: FileHandle, file: string): Promise<Map<string, ZipEntry>> {
  const { size } = await handle.stat();
  const tail = await slice(handle, Math.max(0, size - 66_000), Math.min(size, 66_000));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_MARK) end -= 1;
  if (end < 0) throw notWorkbook(file);
  const count = tail.readUInt16LE(end + 10);
  const bytes = await slice(handle, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY_MARK) throw notWorkbook(file);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name, {
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

async function entryText(handle: FileHandle, entry: ZipEntry, file: string): Promise<string> {
  if (entry.size > MOST_BYTES) {
    throw new MillraceError({
      code: 'LIMIT_EXCEEDED',
      message: 'A sheet of the workbook unpacks to over a gigabyte.',
      hint: 'Save the sheet as CSV or Parquet.',
      at: { file },
    });
  }
  const head = await slice(handle, entry.offset, 30);
  if (head.length < 30) throw notWorkbook(file);
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = await slice(handle, start, entry.packed);
  try {
    const bytes = entry.method === 0 ? packed : await inflate(packed, { maxOutputLength: MOST_BYTES });
    return bytes.toString('utf8');
  } catch (error) {
    throw new MillraceError({
      code: 'FILE_CORRUPT',
      message: 'The workbook is damaged: one of its parts cannot be unpacked.',
      hint: 'Open it in Excel or LibreOffice and save it again.',
      at: { file },
      cause: error,
    });
  }
}

async function slice(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, start);
  return bytes.subarray(0, bytesRead);
}

/** The error for a file that is named like a workbook and is none. */
export function notWorkbook(file: string): MillraceError {
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: 'The file is not an Excel workbook (.xlsx).',
    hint: 'An old .xls, a protected workbook or a CSV file with this name? Save it as .xlsx, or rename it after what it is.',
    at: { file },
  });
}
