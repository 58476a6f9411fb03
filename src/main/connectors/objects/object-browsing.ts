import type { RemoteDescription, RemoteNode, RemotePage } from '../../../shared/connections';
import type { ObjectEntry, ObjectPage } from '../../../shared/objects';
import type { OpenConnection } from '../connector';
import {
  boundPlace,
  formatObjectPath,
  insideOf,
  type ObjectPlace,
  parseObjectPath,
  placeOfTreePath,
} from './object-path';
import { objectRelation } from './object-relation';
import type { ObjectReader } from './object-store';

const PAGE = 500;

export interface EntryPage {
  after?: string | undefined;
  size?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * What stands below a path, a page at a time: buckets, or prefixes and objects. A path that does not end with a slash
 * gives what begins with it, so that the path box jumps anywhere without a listing of what stands before.
 */
export async function listEntries(
  connection: OpenConnection,
  reader: ObjectReader,
  path: string,
  page: EntryPage = {},
): Promise<ObjectPage> {
  const place = insideOf(connection, parseObjectPath(path));
  const wanted = { after: page.after, size: page.size ?? PAGE, signal: page.signal };
  if (place.bucket === '') {
    const { buckets, next } = await reader.buckets(wanted);
    const entries = buckets.map(({ name, created }): ObjectEntry => {
      return { kind: 'bucket', name, path: `${name}/`, ...(created === undefined ? {} : { modified: created }) };
    });
    return { path: '', entries, ...(next === undefined ? {} : { next }) };
  }
  const { prefixes, objects, next } = await reader.objects(place.bucket, place.key, wanted);
  const folder = place.key.slice(0, place.key.lastIndexOf('/') + 1);
  const entry = (key: string) => ({ name: key.slice(folder.length), path: `${place.bucket}/${key}` });
  const entries: ObjectEntry[] = [
    ...prefixes.map((prefix) => ({ kind: 'prefix' as const, ...entry(prefix) })),
    ...objects.map(({ key, ...facts }) => ({ kind: 'object' as const, ...entry(key), ...facts })),
  ];
  return { path: formatObjectPath(place), entries, ...(next === undefined ? {} : { next }) };
}

/** The same for the tree; see `Browsable.list`. */
export async function listNodes(
  connection: OpenConnection,
  reader: ObjectReader,
  path: string[],
  page: { after?: string; size?: number } = {},
): Promise<RemotePage> {
  const place = insideOf(connection, placeOfTreePath(path));
  const listed = await listEntries(connection, reader, formatObjectPath(place), page);
  const above = path.length > 0 ? path : treePathOf(boundPlace(connection));
  return {
    nodes: listed.entries.map((entry) => nodeOf(connection, above, entry)),
    ...(listed.next === undefined ? {} : { next: listed.next }),
  };
}

/** An object as the tree knows it. Its columns are the engine's to tell: see {@link previewObject}. */
export async function describeObject(
  connection: OpenConnection,
  reader: ObjectReader,
  path: string[],
): Promise<RemoteDescription> {
  const place = insideOf(connection, placeOfTreePath(path));
  const name = path.at(-1) ?? connection.name;
  const bare = { columns: [], keys: [], notes: [] };
  if (place.key === '' || place.key.endsWith('/')) {
    const kind = place.key === '' ? 'bucket' : 'prefix';
    return { node: { path, name, kind, expandable: true }, ...bare };
  }
  const { size, modified, storageClass } = await reader.head(place.bucket, place.key);
  const entry: ObjectEntry = { kind: 'object', name, path: formatObjectPath(place), size };
  if (modified !== undefined) entry.modified = modified;
  if (storageClass !== undefined) entry.storageClass = storageClass;
  return { node: nodeOf(connection, path.slice(0, -1), entry), ...bare };
}

function nodeOf(connection: OpenConnection, above: string[], entry: ObjectEntry): RemoteNode {
  const relation = entry.kind === 'object' ? objectRelation(connection.type, entry.path) : undefined;
  return {
    path: [...above, entry.name],
    name: entry.kind === 'prefix' ? entry.name.replace(/\/$/, '') : entry.name,
    kind: entry.kind,
    expandable: entry.kind !== 'object',
    ...(entry.size === undefined ? {} : { size: entry.size }),
    ...(entry.modified === undefined ? {} : { modified: entry.modified }),
    ...(relation === undefined ? {} : { relation }),
  };
}

function treePathOf(place: ObjectPlace): string[] {
  return place.bucket === '' ? [] : place.key === '' ? [place.bucket] : [place.bucket, place.key];
}
