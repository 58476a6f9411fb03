import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { MillraceError } from '../../../../shared/errors';
import { quoteLiteral } from '../../../../shared/sql/quote';
import { compressionOf } from '../file-format';
import { escapeGlob } from '../file-paths';
import type { FileReader } from '../file-reader';
import { encodingNamed } from './encodings';

/** The beginning of a text file, decoded. */
export interface TextSample {
  text: string;
  /** Whether the text is the whole file. */
  complete: boolean;
  /** Set where a byte order mark says that it is not UTF-8. */
  encoding?: string;
}

const FIRST_BYTES = 1 << 20;
const MOST_BYTES = 128 << 20;
const LINES_OF_ZSTD = 20_000;

/**
 * Reads about a megabyte from the start of a text file, more where its first lines are longer. Throws FILE_FORMAT
 * with the place of the first wrong byte where the text is not in the given encoding (UTF-8 where none is given).
 */
export async function readTextSample(
  file: string,
  encoding: string | undefined,
  reader: FileReader,
): Promise<TextSample> {
  if (compressionOf(file) === 'zstd') return zstdSample(file, encoding, reader);
  let wanted = FIRST_BYTES;
  for (;;) {
    const { bytes, complete } = await firstBytes(file, wanted);
    const sample = decodeSample(bytes, complete, encoding, file);
    if (complete || wanted >= MOST_BYTES || countLines(sample.text) > 2) return sample;
    wanted *= 8;
  }
}

/** The first bytes of a file as its text has them: unpacked where it ends in `.gz`. */
export async function firstBytes(file: string, wanted: number): Promise<{ bytes: Buffer; complete: boolean }> {
  if (compressionOf(file) === 'gzip') return firstUnpacked(file, wanted);
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(Math.min(wanted, size));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return { bytes: bytes.subarray(0, bytesRead), complete: size <= wanted };
  } finally {
    await handle.close();
  }
}

async function firstUnpacked(file: string, wanted: number): Promise<{ bytes: Buffer; complete: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > wanted) break;
    }
  } catch (error) {
    throw new MillraceError({
      code: 'FILE_CORRUPT',
      message: `The file is not a readable gzip file: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'Fetch or write the file again; its name ends in .gz but its content cannot be unpacked.',
      at: { file },
      cause: error,
    });
  } finally {
    source.destroy();
  }
  return { bytes: Buffer.concat(chunks).subarray(0, wanted), complete: length <= wanted };
}

function decodeSample(bytes: Buffer, complete: boolean, encoding: string | undefined, file: string): TextSample {
  if (!encoding) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) {
      return { text: decode(bytes.subarray(2), 'utf-16le'), complete, encoding: 'utf-16' };
    }
    if (bytes[0] === 0xfe && bytes[1] === 0xff) throw bigEndian(file);
  }
  if (encoding && encodingNamed(encoding).name !== 'utf-8') {
    const mark = encoding === 'utf-16' && bytes[0] === 0xff ? 2 : 0;
    return { text: decode(bytes.subarray(mark), encodingNamed(encoding).label), complete };
  }
  const whole = complete ? bytes : bytes.subarray(0, bytes.lastIndexOf(10) + 1 || utf8End(bytes));
  if (!isUtf8(whole)) throw wrongEncoding(file, whole);
  return { text: decode(whole, 'utf-8'), complete };
}

/** Drops the byte order mark, as the decoder does. */
function decode(bytes: Buffer, label: string): string {
  return new TextDecoder(label).decode(bytes);
}

/** The end of the last whole character. */
function utf8End(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Math.max(0, end - 1);
}

async function zstdSample(file: string, encoding: string | undefined, reader: FileReader): Promise<TextSample> {
  // Node 20 cannot unpack zstd, so DuckDB gives the lines: a delimiter that no text has, and no quotes.
  const named = encoding ? `, encoding=${quoteLiteral(encodingNamed(encoding).name)}` : '';
  const lines = await reader.rows<{ line: string | null }>(
    `SELECT line FROM read_csv(${quoteLiteral(escapeGlob(file))}, auto_detect=false, header=false, delim='\x1f', ` +
      `quote='', escape='', strict_mode=false, columns={'line': 'VARCHAR'}${named}) LIMIT ${LINES_OF_ZSTD}`,
  );
  const text = lines.map((row) => row.line ?? '').join('\n');
  return { text: lines.length > 0 ? `${text}\n` : '', complete: lines.length < LINES_OF_ZSTD };
}

/** Finds the first byte that is not UTF-8 anywhere in a file; undefined where there is none. */
export async function findWrongEncoding(file: string): Promise<MillraceError | undefined> {
  if (compressionOf(file) === 'zstd') return undefined;
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const stream = compressionOf(file) === 'gzip' ? source.pipe(createGunzip()) : source;
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const end = bytes.lastIndexOf(10) + 1;
      const whole = bytes.subarray(0, end);
      if (!isUtf8(whole)) return wrongEncoding(file, whole, line);
      for (let at = whole.indexOf(10); at >= 0; at = whole.indexOf(10, at + 1)) line += 1;
      rest = bytes.subarray(end);
    }
    return isUtf8(rest) ? undefined : wrongEncoding(file, rest, line);
  } finally {
    source.destroy();
  }
}

function wrongEncoding(file: string, bytes: Buffer, firstLine = 1): MillraceError {
  const { line, column, text } = wrongPlace(bytes, firstLine);
  const guess = guessEncoding(bytes);
  const asGuessed = decode(text, encodingNamed(guess).label).slice(0, 80);
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: `Line ${line}, column ${column} is not UTF-8 text.`,
    hint: `Set the file's encoding. As ${guess} (${encodingNamed(guess).title}) the line reads: ${asGuessed}`,
    at: { file, line, column },
  });
}

function wrongPlace(bytes: Buffer, firstLine: number): { line: number; column: number; text: Buffer } {
  let start = 0;
  let line = firstLine;
  for (;;) {
    const end = bytes.indexOf(10, start);
    const text = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(text) || end < 0) return { line, column: wrongColumn(text), text };
    start = end + 1;
    line += 1;
  }
}

/** The column in characters, from 1. */
function wrongColumn(line: Buffer): number {
  let low = 0;
  let high = line.length;
  // The longest beginning that is UTF-8, aside from a character that is cut at its end.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (new TextDecoder('utf-8').decode(line.subarray(0, middle), { stream: true }).includes('\ufffd')) high = middle;
    else low = middle;
  }
  return Math.max(1, [...decode(line.subarray(0, Math.max(0, high - 1)), 'utf-8')].length + 1);
}

function guessEncoding(bytes: Buffer): string {
  const zeros = bytes.subarray(0, 2000).filter((byte) => byte === 0).length;
  if (zeros > Math.min(bytes.length, 2000) / 4) return 'utf-16';
  // In Cyrillic text most letters are above 0xC0; in Western text few are.
  const high = bytes.subarray(0, 20_000).filter((byte) => byte >= 0xc0).length;
  const letters = bytes.subarray(0, 20_000).filter((byte) => (byte | 32) >= 97 && (byte | 32) <= 122).length;
  return high > letters ? 'CP1251' : 'CP1252';
}

function bigEndian(file: string): MillraceError {
  return new MillraceError({
    code: 'FILE_FORMAT',
    message: 'The file is UTF-16 in big-endian order, which cannot be read.',
    hint: 'Convert it to UTF-8, for example with: iconv -f UTF-16BE -t UTF-8',
    at: { file, line: 1, column: 1 },
  });
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.search(/[\r\n]/); at >= 0 && lines < 4; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
