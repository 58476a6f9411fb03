import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ColumnInfo } from '../../../shared/columns';
import { columnKind } from '../../../shared/columns';
import type { ObjectDetails, ObjectPreview } from '../../../shared/objects';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { Connector, OpenConnection } from '../connector';
import { formatObjectPath, insideOf, parseObjectPath } from './object-path';
import { objectRelation, objectUrl, readerOf } from './object-relation';
import type { ObjectFacts, ObjectReader } from './object-store';
import type { ObjectStoring } from './object-storing';

const ROWS = 100;
const TEXT_BYTES = 64 * 1024;
const HEX_BYTES = 4 * 1024;
const CELL_LETTERS = 500;

/** What the server tells of an object. Throws NOT_FOUND, ACCESS_DENIED. */
export async function objectDetails(
  connection: OpenConnection,
  reader: ObjectReader,
  path: string,
): Promise<ObjectDetails> {
  const place = insideOf(connection, parseObjectPath(path));
  const { key: _key, ...facts }: ObjectFacts = await reader.head(place.bucket, place.key);
  const relation = objectRelation(connection.type, formatObjectPath(place));
  return { path: formatObjectPath(place), ...facts, ...(relation === undefined ? {} : { relation }) };
}

/** The first rows where the engine knows the format, else the beginning as text or as bytes. */
export async function previewObject(
  connection: OpenConnection,
  connector: Connector & ObjectStoring,
  engine: EngineConnection,
  path: string,
): Promise<ObjectPreview> {
  const place = insideOf(connection, parseObjectPath(path));
  const { reader } = await connector.store(connection);
  // Asked first, as it says exactly what is wrong, which the engine does not.
  const { size } = await reader.head(place.bucket, place.key);
  const full = formatObjectPath(place);
  if (readerOf(full) !== undefined && !full.includes('?') && size > 0) {
    return previewTable(connection, connector, engine, full);
  }
  const bytes = await collect(
    await reader.read(place.bucket, place.key, { start: 0, end: TEXT_BYTES - 1 }),
    TEXT_BYTES,
  );
  return previewBytes(bytes, size);
}

/** Read through a secret for this one object, as another connection may stand for its bucket in worksheets. */
async function previewTable(
  connection: OpenConnection,
  connector: Connector & ObjectStoring,
  engine: EngineConnection,
  path: string,
): Promise<ObjectPreview> {
  const name = `millrace_preview_${randomBytes(6).toString('hex')}`;
  const url = objectUrl(connection.type, path);
  await engine.run(await connector.secretFor(connection, name, url));
  try {
    const source = `${readerOf(path)}(${quoteLiteral(url)})`;
    const described = await engine.rows<{ column_name: string; column_type: string }>(`DESCRIBE FROM ${source}`);
    const columns = described.map(({ column_name, column_type }): ColumnInfo => {
      return { name: column_name, type: column_type, kind: columnKind(column_type) };
    });
    const cells = columns.map(({ name: column }, index) => {
      return `left(${quoteIdentifier(column)}::VARCHAR, ${CELL_LETTERS}) AS c${index}`;
    });
    const rows = await engine.rows<Record<string, string | null>>(
      `SELECT ${cells.join(', ')} FROM ${source} LIMIT ${ROWS + 1}`,
    );
    return {
      kind: 'table',
      columns,
      rows: rows.slice(0, ROWS).map((row) => columns.map((_column, index) => row[`c${index}`] ?? null)),
      more: rows.length > ROWS,
    };
  } finally {
    await engine.run(`DROP TEMPORARY SECRET IF EXISTS ${quoteIdentifier(name)}`);
  }
}

function previewBytes(bytes: Buffer, size: number): ObjectPreview {
  const text = textOf(bytes, bytes.length < size);
  if (text !== undefined) return { kind: 'text', text, more: bytes.length < size };
  return { kind: 'bytes', hex: bytes.subarray(0, HEX_BYTES).toString('hex'), more: HEX_BYTES < size };
}

/** UTF-8 without signs that no text holds; the last letter may be cut. */
function textOf(bytes: Buffer, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    // What was asked: these bytes are no text.
    return undefined;
  }
}

async function collect(stream: Readable, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length >= most) break;
  }
  return Buffer.concat(pieces).subarray(0, most);
}
