import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { quoteLiteral } from '../../shared/sql/quote';
import { catalogFile, dataFolder, type LakePlace } from './lake-config';
import { LAKE } from './lake-names';

/** What a team lake needs of the project's connections. Given from outside, as connections stand beside the lake. */
export interface LakeConnections {
  /** The address of a PostgreSQL connection for libpq, and the engine's secret (a quoted name) with user and password. */
  postgres(connection: string): Promise<{ text: string; secret: string }>;
  /** Makes files at such an address readable and writable. */
  openStorage(address: string): Promise<void>;
}

/**
 * The ATTACH of a lake, which makes it where there is none. The folder of a lake may have been moved, so the path that
 * its catalog remembers is overridden. Inlining is off in PostgreSQL: STRUCT values and dates come back changed.
 */
export async function attachSql(place: LakePlace, connections: LakeConnections, alias = LAKE): Promise<string> {
  if (place.kind === 'folder') {
    const options = [`DATA_PATH ${quoteLiteral(dataFolder(place.folder))}`, 'OVERRIDE_DATA_PATH true'];
    return `ATTACH ${quoteLiteral(`ducklake:${catalogFile(place.folder)}`)} AS ${alias} (${options.join(', ')})`;
  }
  await connections.openStorage(place.data);
  const { text, secret } = await connections.postgres(place.catalog);
  const options = [
    `DATA_PATH ${quoteLiteral(place.data)}`,
    // The password stands in the secret, as the path of an attached database can be read by any statement.
    `META_SECRET ${secret}`,
    'DATA_INLINING_ROW_LIMIT 0',
  ];
  return `ATTACH ${quoteLiteral(`ducklake:postgres:${text}`)} AS ${alias} (${options.join(', ')})`;
}

/** Makes the folder of a new lake; its content is no part of the project's text. */
export async function makeLakeFolder(folder: string): Promise<void> {
  await mkdir(dataFolder(folder), { recursive: true });
  await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
