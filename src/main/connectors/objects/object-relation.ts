import type { ConnectionType } from '../../../shared/connections';
import { quoteLiteral } from '../../../shared/sql/quote';

const SCHEME: Partial<Record<ConnectionType, string>> = { s3: 's3', gcs: 'gs', azure: 'az' };

/** Formats that the engine reads from a store by a name's ending; a compressed text keeps the ending before `.gz`. */
const READERS: Record<string, string> = {
  parquet: 'read_parquet',
  csv: 'read_csv',
  tsv: 'read_csv',
  json: 'read_json',
  ndjson: 'read_json',
  jsonl: 'read_json',
  avro: 'read_avro',
  xlsx: 'read_xlsx',
};

const COMPRESSED = /\.(gz|zst)$/i;

/** `s3://bucket/key`, as the engine takes it: signs that it would read as a pattern are shielded. */
export function objectUrl(type: ConnectionType, path: string): string {
  return `${SCHEME[type] ?? type}://${path.replaceAll(/[[*]/g, '[$&]')}`;
}

/**
 * What a worksheet writes after FROM to read an object; undefined where its format is not known, or its name holds a
 * question mark, which the engine takes for the beginning of settings.
 */
export function objectRelation(type: ConnectionType, path: string): string | undefined {
  return readerOf(path) === undefined || path.includes('?') ? undefined : quoteLiteral(objectUrl(type, path));
}

/** The function of the engine that reads objects with such a name. */
export function readerOf(path: string): string | undefined {
  const bare = path.replace(COMPRESSED, '');
  const ending = /\.([a-z0-9]+)$/i.exec(bare)?.[1]?.toLowerCase() ?? '';
  const reader = READERS[ending];
  return bare !== path && reader !== 'read_csv' && reader !== 'read_json' ? undefined : reader;
}
