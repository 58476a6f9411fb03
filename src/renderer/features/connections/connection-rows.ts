import { kindMark } from '../../../shared/columns';
import { CONNECTION_LABELS } from '../../../shared/connection-fields';
import type { ConnectionInfo, RemoteKind, RemoteNode } from '../../../shared/connections';
import { formatBytes, formatShortCount } from '../../ui/format';
import type { IconName } from '../../ui/icon';
import type { TreeRow } from '../../ui/tree/tree';
import { placeKey, type useConnections } from './connections-store';

/** Row ids are `connections:` and what they stand for. */
export const SECTION = 'connections';

type Data = Pick<ReturnType<typeof useConnections.getState>, 'connections' | 'expanded' | 'levels' | 'descriptions'>;

const KIND_ICONS: Record<RemoteKind, IconName> = {
  schema: 'folder-close',
  table: 'table',
  view: 'layers',
  collection: 'document',
  bucket: 'cloud',
  prefix: 'folder-close',
  object: 'document',
  endpoint: 'globe-network',
  file: 'document',
  folder: 'folder-close',
};

/** The icon of a connection by its type. */
export function connectionIcon(connection: Pick<ConnectionInfo, 'type'>): IconName {
  switch (connection.type) {
    case 'folder':
      return 'folder-close';
    case 's3':
    case 'gcs':
    case 'azure':
      return 'cloud';
    case 'http':
      return 'globe-network';
    default:
      return 'database';
  }
}

export function rowId(connection: string, path: readonly string[]): string {
  return `${SECTION}:${placeKey(connection, path)}`;
}

/** The rows of the connections' part of the tree; with a filter what matches in the levels that were read. */
export function connectionRows(data: Data, filter: string): TreeRow[] {
  const wanted = filter.trim().toLowerCase();
  const matches = (name: string) => wanted === '' || name.toLowerCase().includes(wanted);
  const rows = data.connections.flatMap((connection) => connectionRow(data, connection, matches, wanted !== ''));
  if (rows.length === 0) return [];
  return [{ id: `${SECTION}:heading`, depth: 0, label: 'Connections', kind: 'group' }, ...rows];
}

function connectionRow(data: Data, connection: ConnectionInfo, matches: (name: string) => boolean, filtered: boolean) {
  const id = rowId(connection.name, []);
  const key = placeKey(connection.name, []);
  const expanded = Boolean(data.expanded[key]);
  const inside = expanded || filtered ? levelRows(data, connection.name, [], 1, matches, filtered) : [];
  if (filtered && !matches(connection.name) && inside.length === 0) return [];
  const trouble = connection.problem ?? connection.error;
  const row: TreeRow = {
    id,
    depth: 0,
    label: connection.name,
    icon: trouble ? 'warning' : connectionIcon(connection),
    expanded: connection.problem ? undefined : expanded || (filtered && inside.length > 0),
    meta: metaOf(connection),
    title: trouble ? `${trouble.message}${trouble.hint ? `\n${trouble.hint}` : ''}` : titleOf(connection),
    warning: trouble !== undefined,
    ...(connection.environment === 'dev' ? {} : { tone: connection.environment }),
  };
  return [row, ...inside];
}

function metaOf(connection: ConnectionInfo): string {
  const type = (CONNECTION_LABELS[connection.type].split(/[ (]/)[0] ?? '').replace(/,$/, '');
  return connection.environment === 'dev' ? type : `${type} · ${connection.environment}`;
}

function titleOf(connection: ConnectionInfo): string {
  const rights = connection.access === 'read' ? 'read only' : 'read and write';
  return `${CONNECTION_LABELS[connection.type]}, ${connection.environment}, ${rights}; in SQL: ${connection.alias}`;
}

function levelRows(
  data: Data,
  connection: string,
  path: string[],
  depth: number,
  matches: (name: string) => boolean,
  filtered: boolean,
): TreeRow[] {
  const key = placeKey(connection, path);
  const level = data.levels[key];
  const line = (suffix: string, more: Omit<TreeRow, 'id' | 'depth'>): TreeRow => ({
    id: `${SECTION}:${suffix}:${key}`,
    depth,
    ...more,
  });
  if (!level || (level.loading && level.nodes.length === 0)) {
    return filtered ? [] : [line('loading', { label: 'Reading…', kind: 'loading' })];
  }
  if (level.error && level.nodes.length === 0) {
    if (filtered) return [];
    const { message, hint } = level.error;
    const title = hint ? `${message}\n${hint}` : message;
    return [line('failed', { label: message, kind: 'message', icon: 'warning', warning: true, title })];
  }
  const rows = level.nodes.flatMap((node) => nodeRow(data, connection, node, depth, matches, filtered));
  if (rows.length === 0 && !filtered) return [line('empty', { label: 'Nothing here', kind: 'message' })];
  if (level.next && !filtered) {
    rows.push(line('more', { label: level.loading ? 'Reading…' : 'More…', icon: 'more', opens: true }));
  }
  return rows;
}

function nodeRow(
  data: Data,
  connection: string,
  node: RemoteNode,
  depth: number,
  matches: (name: string) => boolean,
  filtered: boolean,
): TreeRow[] {
  const key = placeKey(connection, node.path);
  const expanded = Boolean(data.expanded[key]);
  const isContainer = node.expandable && node.relation === undefined;
  const inside =
    expanded || (filtered && data.levels[key])
      ? isContainer
        ? levelRows(data, connection, node.path, depth + 1, matches, filtered)
        : columnRows(data, connection, node, depth + 1, matches, filtered)
      : [];
  if (filtered && !matches(node.name) && inside.length === 0) return [];
  const row: TreeRow = {
    id: rowId(connection, node.path),
    depth,
    label: node.name,
    icon: isContainer && expanded && KIND_ICONS[node.kind] === 'folder-close' ? 'folder-open' : KIND_ICONS[node.kind],
    expanded: node.expandable || node.relation !== undefined ? expanded : undefined,
    opens: node.relation !== undefined,
    meta: sizeOf(node),
    title: node.comment ? `${node.name}\n${node.comment}` : node.name,
  };
  return [row, ...inside];
}

function columnRows(
  data: Data,
  connection: string,
  node: RemoteNode,
  depth: number,
  matches: (name: string) => boolean,
  filtered: boolean,
): TreeRow[] {
  const key = placeKey(connection, node.path);
  const known = data.descriptions[key];
  if (known?.error) {
    const { message, hint } = known.error;
    const title = hint ? `${message}\n${hint}` : message;
    return [{ id: `${SECTION}:failed:${key}`, depth, label: message, kind: 'message', warning: true, title }];
  }
  if (!known?.value) {
    return filtered ? [] : [{ id: `${SECTION}:loading:${key}`, depth, label: 'Reading…', kind: 'loading' }];
  }
  const keyed = new Set(known.value.keys.filter((one) => one.kind === 'primary').flatMap((one) => one.columns));
  return known.value.columns
    .filter((column) => !filtered || matches(column.name) || matches(node.name))
    .map((column) => ({
      id: `${SECTION}:column:${JSON.stringify([connection, ...node.path, column.name])}`,
      depth,
      label: column.name,
      ...(keyed.has(column.name) ? { icon: 'key' as const } : { mark: kindMark(column.kind) }),
      meta: shortNativeType(column.nativeType ?? column.type),
      title: [`${column.name} ${column.nativeType ?? column.type}`, column.comment].filter(Boolean).join('\n'),
    }));
}

/** PostgreSQL's long names by its own short ones, so that the column's name has room; the full type shows on hover. */
function shortNativeType(type: string): string {
  return type
    .replace(/^timestamp(\(\d\))? with time zone/, 'timestamptz$1')
    .replace(/^timestamp(\(\d\))? without time zone/, 'timestamp$1')
    .replace(/^time(\(\d\))? with time zone/, 'timetz$1')
    .replace(/^time(\(\d\))? without time zone/, 'time$1')
    .replace('character varying', 'varchar')
    .replace('double precision', 'float8')
    .replace(' WITH TIME ZONE', 'TZ');
}

function sizeOf(node: RemoteNode): string {
  if (node.rows !== undefined) return `${node.estimated ? '≈ ' : ''}${formatShortCount(node.rows)}`;
  return node.size === undefined ? '' : formatBytes(node.size);
}
