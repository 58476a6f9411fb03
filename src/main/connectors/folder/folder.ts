import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { columnKind } from '../../../shared/columns';
import type { RemoteNode, RemotePage } from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import { quoteLiteral } from '../../../shared/sql/quote';
import { errorCode, fileError } from '../../project/atomic-file';
import type { Connector, EngineBrowsable, OpenConnection } from '../connector';
import { runTestSteps } from '../database/test-steps';
import { connectionPath, findPath, requirePermission } from '../duckdb/connection-file';

const PAGE = 1_000;

/** What the engine reads in the place of a table, by the end of the name. */
const READABLE = /\.(csv|tsv|txt|json|jsonl|ndjson|parquet|xlsx|avro)(\.(gz|zst))?$/i;

/** A folder of this machine, in the project or anywhere else. */
export const folderConnector: Connector & EngineBrowsable = {
  type: 'folder',
  test(connection, signal) {
    let folder = '';
    const local = async () => ({ skipped: 'A folder on this machine.' });
    return runTestSteps(
      [
        {
          step: 'name',
          work: async () => {
            folder = await findPath(connection, 'folder');
            return `${folder} is there.`;
          },
        },
        { step: 'route', work: local },
        { step: 'tls', work: local },
        { step: 'login', work: local },
        { step: 'right', work: () => requirePermission(connection, folder) },
      ],
      signal,
    );
  },
  close: async () => undefined,
  listAttached: (connection, _engine, below, page) => listFolder(connection, below, page),
  async describeAttached(connection, engine, below) {
    const node = await nodeAt(connection, below);
    if (node.relation === undefined) return { node, columns: [], keys: [], notes: [] };
    const columns = await engine.rows<{ column_name: string; column_type: string }>(`DESCRIBE FROM ${node.relation}`);
    return {
      node,
      columns: columns.map(({ column_name: name, column_type: type }) => ({ name, type, kind: columnKind(type) })),
      keys: [],
      notes: [],
    };
  },
};

async function listFolder(
  connection: OpenConnection,
  below: string[],
  page: { after?: string; size?: number } = {},
): Promise<RemotePage> {
  const folder = insideOf(connection, below);
  const entries = await readdir(folder).catch((error: unknown) => {
    // Nothing lies below a file.
    if (errorCode(error) === 'ENOTDIR' && below.length > 0) return [];
    throw fileError(error, folder);
  });
  const names = entries
    .filter((name) => page.after === undefined || compareNames(name, page.after) > 0)
    .sort(compareNames);
  const size = page.size ?? PAGE;
  const nodes = await Promise.all(names.slice(0, size).map((name) => nodeAt(connection, [...below, name], true)));
  const last = nodes.at(-1);
  return names.length > size && last ? { nodes, next: last.name } : { nodes };
}

/** A link that leads nowhere is listed all the same. */
async function nodeAt(connection: OpenConnection, below: string[], isListed = false): Promise<RemoteNode> {
  const absolute = insideOf(connection, below);
  const found = await stat(absolute).catch((error: unknown) => {
    if (isListed && errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, absolute);
  });
  const name = below.at(-1) ?? path.basename(absolute);
  if (!found) return { path: below, name, kind: 'file', expandable: false };
  const node = { path: below, name, modified: found.mtime.toISOString() };
  if (found.isDirectory()) return { ...node, kind: 'folder', expandable: true };
  const relation = READABLE.test(name) ? { relation: quoteLiteral(absolute) } : {};
  return { ...node, kind: 'file', expandable: false, size: found.size, ...relation };
}

/** The place below the folder. Throws FORBIDDEN for one that leads out of it. */
function insideOf(connection: OpenConnection, below: string[]): string {
  const folder = connectionPath(connection);
  const absolute = path.join(folder, ...below);
  const way = path.relative(folder, absolute);
  if (!way.split(path.sep).includes('..') && !path.isAbsolute(way)) return absolute;
  throw new MillraceError({
    code: 'FORBIDDEN',
    message: `${below.join('/')} leads out of the folder of ${connection.name}.`,
    hint: 'Make a connection to the folder above.',
  });
}

/** By code units, so that a page goes on where the one before ended, whatever the locale. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
