import type { DatabaseInfo } from '../../../shared/catalog';
import { type ColumnInfo, kindMark } from '../../../shared/columns';
import type { FileEntry, FileFormat, FileReference } from '../../../shared/files';
import { formatBytes, formatShortCount } from '../../ui/format';
import type { IconName } from '../../ui/icon';
import type { TreeRow } from '../../ui/tree/tree';
import { referenceKey, type useExplore } from './explore-store';

type State = ReturnType<typeof useExplore.getState>;

/** What a row of the tree stands for. */
export type ExploreTarget =
  | { kind: 'entry'; entry: FileEntry }
  | { kind: 'relation'; reference: FileReference; format: FileFormat }
  | { kind: 'column'; reference?: FileReference; column: ColumnInfo }
  | { kind: 'table'; database: string; schema: string; name: string; view: boolean }
  | { kind: 'other' };

export interface ExploreRow extends TreeRow {
  target: ExploreTarget;
}

const ICONS: Partial<Record<FileFormat, IconName>> = {
  sql: 'code',
  duckdb: 'database',
  sqlite: 'database',
  excel: 'table',
};

const SHORT_TYPE = /^(STRUCT|MAP|UNION|ENUM)\(.*/s;

/** `TIMESTAMP WITH TIME ZONE` as `TIMESTAMPTZ`, nested types by their outer name; the full type shows on hover. */
export function shortType(type: string): string {
  return type.replace(' WITH TIME ZONE', 'TZ').replace(SHORT_TYPE, '$1');
}

/** A format whose file holds several relations. */
export function hasParts(format: FileFormat): boolean {
  return format === 'excel' || format === 'duckdb' || format === 'sqlite';
}

/** The tree's visible rows from what has been read so far. Pure, so that it can be tested. */
export function exploreRows(state: State, addedFolders: string[]): ExploreRow[] {
  const rows: ExploreRow[] = [];
  const filter = state.filter.trim().toLowerCase();
  rows.push({ id: 'group:files', depth: 0, label: 'Files', kind: 'group', target: { kind: 'other' } });
  pushFolder(rows, state, '', 0, filter);
  for (const folder of addedFolders) {
    rows.push({
      id: `group:${folder}`,
      depth: 0,
      label: folder.split('/').at(-1) ?? folder,
      title: folder,
      kind: 'group',
      target: { kind: 'entry', entry: folderEntry(folder) },
    });
    pushFolder(rows, state, folder, 0, filter);
  }
  pushDatabases(rows, state, filter);
  return rows;
}

function folderEntry(path: string): FileEntry {
  return { path, name: path, kind: 'folder', format: 'other', size: 0, modified: 0, expandable: true };
}

function pushFolder(rows: ExploreRow[], state: State, folder: string, depth: number, filter: string): void {
  const loaded = state.folders[folder];
  if (!loaded || loaded.state === 'loading') {
    rows.push({ id: `loading:${folder}`, depth, label: 'Reading…', kind: 'loading', target: { kind: 'other' } });
    return;
  }
  if (loaded.state === 'failed') {
    rows.push(message(`failed:${folder}`, depth, loaded.error.message));
    return;
  }
  if (loaded.value.length === 0) rows.push(message(`empty:${folder}`, depth, 'Nothing here yet'));
  for (const entry of loaded.value) pushEntry(rows, state, entry, depth, filter);
}

function message(id: string, depth: number, label: string): ExploreRow {
  return { id, depth, label, kind: 'message', target: { kind: 'other' } };
}

function pushEntry(rows: ExploreRow[], state: State, entry: FileEntry, depth: number, filter: string): void {
  const id = `entry:${entry.path}`;
  const expanded = Boolean(state.expanded[id]);
  const at = rows.length;
  rows.push({
    id,
    depth,
    label: entry.name,
    icon: iconOf(entry, expanded),
    expanded: entry.expandable ? expanded : undefined,
    meta: metaOf(entry, state.counts[entry.path]),
    title: entry.problem ?? entry.path,
    warning: entry.problem !== undefined,
    target: { kind: 'entry', entry },
  });
  if (expanded) pushInside(rows, state, entry, depth + 1, filter);
  const matches = filter === '' || entry.name.toLowerCase().includes(filter) || rows.length > at + 1;
  if (!matches) rows.length = at;
}

function pushInside(rows: ExploreRow[], state: State, entry: FileEntry, depth: number, filter: string): void {
  if (entry.kind === 'folder') pushFolder(rows, state, entry.path, depth, filter);
  else if (hasParts(entry.format)) pushParts(rows, state, entry, depth, filter);
  else pushColumns(rows, state, { path: entry.path }, depth, filter);
}

function pushParts(rows: ExploreRow[], state: State, entry: FileEntry, depth: number, filter: string): void {
  const loaded = state.parts[entry.path];
  if (!loaded || loaded.state === 'loading') {
    rows.push({ id: `loading:${entry.path}`, depth, label: 'Reading…', kind: 'loading', target: { kind: 'other' } });
    return;
  }
  if (loaded.state === 'failed') {
    rows.push(message(`failed:${entry.path}`, depth, loaded.error.message));
    return;
  }
  for (const part of loaded.value) {
    const reference = { path: entry.path, part: part.part };
    const id = `relation:${referenceKey(reference)}`;
    const expanded = Boolean(state.expanded[id]);
    rows.push({
      id,
      depth,
      label: part.part,
      icon: 'table',
      expanded,
      meta: part.rowCount === undefined ? '' : formatShortCount(part.rowCount),
      target: { kind: 'relation', reference, format: entry.format },
    });
    if (expanded) pushColumns(rows, state, reference, depth + 1, filter);
  }
}

function pushColumns(rows: ExploreRow[], state: State, reference: FileReference, depth: number, filter: string): void {
  const key = referenceKey(reference);
  const loaded = state.descriptions[key];
  if (!loaded || loaded.state === 'loading') {
    rows.push({ id: `loading:${key}`, depth, label: 'Reading…', kind: 'loading', target: { kind: 'other' } });
    return;
  }
  if (loaded.state === 'failed') {
    rows.push({ ...message(`failed:${key}`, depth, loaded.error.message), warning: true, title: loaded.error.hint });
    return;
  }
  const altered = new Set(loaded.value.check?.altered.map((one) => one.column));
  const named = reference.path.toLowerCase().includes(filter);
  for (const column of loaded.value.columns) {
    if (!named && !column.name.toLowerCase().includes(filter)) continue;
    const isAltered = altered.has(column.name);
    rows.push(columnRow(`column:${key}:${column.name}`, depth, column, isAltered, reference));
  }
}

function columnRow(
  id: string,
  depth: number,
  column: ColumnInfo,
  altered: boolean,
  reference?: FileReference,
): ExploreRow {
  return {
    id,
    depth,
    label: column.name,
    mark: kindMark(column.kind),
    meta: shortType(column.type),
    title: altered ? `${column.type}: this type would alter some values` : column.type,
    warning: altered,
    target: { kind: 'column', column, ...(reference ? { reference } : {}) },
  };
}

function iconOf(entry: FileEntry, expanded: boolean): IconName {
  if (entry.problem) return 'warning';
  if (entry.kind === 'dataset') return 'folder-shared';
  if (entry.kind === 'folder') return expanded ? 'folder-open' : 'folder-close';
  return ICONS[entry.format] ?? 'document';
}

function metaOf(entry: FileEntry, count: number | undefined): string {
  if (count !== undefined) return `${formatShortCount(count)} rows`;
  if (entry.kind === 'folder') return '';
  if (entry.kind === 'file') return formatBytes(entry.size);
  const partition = entry.partitions?.[0];
  return partition ? `${partition}=… · ${entry.fileCount ?? 0}` : `${entry.fileCount ?? 0} files`;
}

function pushDatabases(rows: ExploreRow[], state: State, filter: string): void {
  for (const database of state.databases) {
    if (database.schemas.every((schema) => schema.tables.length === 0)) continue;
    rows.push({
      id: `group:database:${database.name}`,
      depth: 0,
      label: database.name === 'millrace' ? 'Millrace · history' : database.name,
      kind: 'group',
      target: { kind: 'other' },
    });
    pushTables(rows, state, database, filter);
  }
}

function pushTables(rows: ExploreRow[], state: State, database: DatabaseInfo, filter: string): void {
  for (const schema of database.schemas) {
    for (const table of schema.tables) {
      if (filter !== '' && !table.name.toLowerCase().includes(filter)) continue;
      const id = `table:${database.name}.${schema.name}.${table.name}`;
      const expanded = Boolean(state.expanded[id]);
      rows.push({
        id,
        depth: 0,
        label: schema.name === 'main' ? table.name : `${schema.name}.${table.name}`,
        icon: 'table',
        expanded,
        meta: table.estimatedRows === undefined ? table.kind : formatShortCount(table.estimatedRows),
        target: {
          kind: 'table',
          database: database.name,
          schema: schema.name,
          name: table.name,
          view: table.kind === 'view',
        },
      });
      if (!expanded) continue;
      for (const column of table.columns) rows.push(columnRow(`${id}:${column.name}`, 1, column, false));
    }
  }
}
