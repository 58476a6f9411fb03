import type { DatabaseInfo, TableInfo } from '../../../shared/catalog';
import { type ColumnInfo, kindMark } from '../../../shared/columns';
import type { ErrorShape } from '../../../shared/errors';
import type { FileEntry, FileFormat, FilePart, FileReference } from '../../../shared/files';
import { formatBytes, formatShortCount } from '../../ui/format';
import type { IconName } from '../../ui/icon';
import type { TreeRow } from '../../ui/tree/tree';
import { type ExploreData, referenceKey } from './explore-data';

/** What a row of the tree stands for. */
export type ExploreTarget =
  | { kind: 'entry'; entry: FileEntry }
  | { kind: 'added'; folder: string }
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
/** The lake has a part of the tree of its own. */
const LAKE = 'lake';
/** Tables of the query history that only the program itself needs. */
const OWN_TABLES = new Set(['schema_versions']);

/** `TIMESTAMP WITH TIME ZONE` as `TIMESTAMPTZ`, nested types by their outer name; the full type shows on hover. */
export function shortType(type: string): string {
  return type.replace(' WITH TIME ZONE', 'TZ').replace(SHORT_TYPE, '$1');
}

/** A format whose file holds several relations. */
export function hasParts(format: FileFormat): boolean {
  return format === 'excel' || format === 'duckdb' || format === 'sqlite';
}

/** Whether a file reads as one relation. */
export function isRelation(entry: FileEntry): boolean {
  if (entry.kind === 'folder' || entry.problem !== undefined) return false;
  return !hasParts(entry.format) && entry.format !== 'sql' && entry.format !== 'other';
}

/**
 * The tree's visible rows from what has been read so far. With a filter: what matches in the levels that were read,
 * folded or not, and below that what matches anywhere else in the project. Pure, so that it can be tested.
 */
export function exploreRows(data: ExploreData, addedFolders: string[]): ExploreRow[] {
  const filter = data.filter.trim().toLowerCase();
  const tree = new Rows(data, filter, new Set(addedFolders));
  const groups = [
    group('group:files', 'Files', tree.folder('', 0)),
    ...addedFolders.map((folder) => ({
      ...group(`group:${folder}`, folder.split('/').at(-1) ?? folder, tree.folder(folder, 0)),
      title: folder,
      target: { kind: 'added', folder } as const,
    })),
    group('group:elsewhere', 'Deeper in the folders', tree.elsewhere()),
    ...data.databases.filter(({ name }) => name !== LAKE).map((database) => databaseGroup(database, tree)),
  ];
  // Groups of the project's folders stay while nothing is filtered, as these teach what they are for.
  const shown = groups.filter(({ rows, id }) => rows.length > 0 || (filter === '' && isFolderGroup(id, addedFolders)));
  const all = shown.flatMap(({ rows, ...heading }) => [heading, ...rows]);
  return all.length > 0 ? all : [message('nothing', 0, 'Nothing that was read has such a name')];
}

interface Group extends ExploreRow {
  rows: ExploreRow[];
}

function group(id: string, label: string, rows: ExploreRow[]): Group {
  return { id, depth: 0, label, kind: 'group', target: { kind: 'other' }, rows };
}

function isFolderGroup(id: string, addedFolders: string[]): boolean {
  return id === 'group:files' || addedFolders.some((folder) => id === `group:${folder}`);
}

function databaseGroup(database: DatabaseInfo, tree: Rows): Group {
  const history = database.name === 'millrace';
  return group(`group:database:${database.name}`, history ? 'Millrace · history' : database.name, [
    ...database.schemas.flatMap((schema) =>
      schema.tables
        .filter((table) => !history || !OWN_TABLES.has(table.name))
        .flatMap((table) => tree.table(database.name, schema.name, table)),
    ),
  ]);
}

/** Draws rows level by level; each method gives the rows of one level, none where the filter leaves nothing. */
class Rows {
  private readonly drawn = new Set<string>();

  constructor(
    private readonly data: ExploreData,
    private readonly filter: string,
    private readonly added: Set<string>,
  ) {}

  folder(folder: string, depth: number): ExploreRow[] {
    const loaded = this.data.folders[folder];
    if (loaded?.state !== 'ready') return this.waiting(folder, depth, loaded);
    // Added folders have groups of their own.
    const entries = folder === '' ? loaded.value.filter((entry) => !this.added.has(entry.path)) : loaded.value;
    if (entries.length === 0) return this.filter === '' ? [message(`empty:${folder}`, depth, 'Nothing here yet')] : [];
    return entries.flatMap((entry) => this.entry(entry, depth));
  }

  /** What matches in folders that were not unfolded yet. */
  elsewhere(): ExploreRow[] {
    if (this.filter === '') return [];
    const found = (this.data.everywhere ?? []).filter(({ path, part }) =>
      part === undefined
        ? this.matches(baseName(path)) && !this.drawn.has(path)
        : this.matches(part) && !this.drawn.has(referenceKey({ path, part })),
    );
    return found.map((reference) => ({
      id: `found:${referenceKey(reference)}`,
      depth: 0,
      label: reference.part === undefined ? reference.path : `${reference.path} · ${reference.part}`,
      title: reference.path,
      icon: reference.part === undefined ? 'document' : 'table',
      opens: true,
      target: { kind: 'relation', reference, format: 'other' },
    }));
  }

  table(database: string, schema: string, table: TableInfo): ExploreRow[] {
    const id = `table:${database}.${schema}.${table.name}`;
    const expanded = Boolean(this.data.expanded[id]);
    const named = this.matches(table.name);
    const columns = table.columns
      .filter((column) => (named ? expanded : this.matches(column.name)))
      .map((column) => columnRow(`${id}:${column.name}`, 1, column, false));
    if (!named && columns.length === 0) return [];
    const row: ExploreRow = {
      id,
      depth: 0,
      label: schema === 'main' ? table.name : `${schema}.${table.name}`,
      icon: table.kind === 'view' ? 'layers' : 'table',
      expanded: expanded || columns.length > 0,
      opens: true,
      meta: table.estimatedRows === undefined ? table.kind : formatShortCount(table.estimatedRows),
      target: { kind: 'table', database, schema, name: table.name, view: table.kind === 'view' },
    };
    return [row, ...columns];
  }

  private entry(entry: FileEntry, depth: number): ExploreRow[] {
    const id = `entry:${entry.path}`;
    const inside = entry.expandable ? this.inside(entry, depth + 1, Boolean(this.data.expanded[id])) : [];
    if (!this.matches(entry.name) && inside.length === 0) return [];
    this.drawn.add(entry.path);
    const expanded = Boolean(this.data.expanded[id]) || inside.length > 0;
    const row: ExploreRow = {
      id,
      depth,
      label: entry.name,
      icon: iconOf(entry, expanded),
      expanded: entry.expandable ? expanded : undefined,
      opens: isRelation(entry) || entry.format === 'sql',
      meta: this.metaOf(entry),
      title: entry.problem ? `${entry.path}: ${entry.problem}` : entry.path,
      warning: entry.problem !== undefined,
      target: { kind: 'entry', entry },
    };
    return [row, ...inside];
  }

  /** What an entry unfolds into. A filter looks into what has been read, also where it is folded. */
  private inside(entry: FileEntry, depth: number, expanded: boolean): ExploreRow[] {
    if (!expanded && this.filter === '') return [];
    const named = this.matches(entry.name);
    if (entry.kind === 'folder') {
      return expanded || this.data.folders[entry.path] ? this.folder(entry.path, depth) : [];
    }
    if (hasParts(entry.format)) {
      return expanded || this.data.parts[entry.path] ? this.parts(entry, depth, named && expanded) : [];
    }
    const reference = { path: entry.path };
    const known = expanded || this.data.descriptions[referenceKey(reference)] !== undefined;
    return known ? this.columns(reference, depth, named && expanded) : [];
  }

  private parts(entry: FileEntry, depth: number, all: boolean): ExploreRow[] {
    const loaded = this.data.parts[entry.path];
    if (loaded?.state !== 'ready') return this.waiting(entry.path, depth, loaded);
    const rows = loaded.value.flatMap((part) => this.part(entry, part, depth, all));
    return rows.length > 0 || this.filter !== '' ? rows : [message(`empty:${entry.path}`, depth, 'No tables in it')];
  }

  private part(entry: FileEntry, part: FilePart, depth: number, all: boolean): ExploreRow[] {
    const reference = { path: entry.path, part: part.part };
    const key = referenceKey(reference);
    const id = `relation:${key}`;
    const expanded = Boolean(this.data.expanded[id]);
    const named = all || this.matches(part.part);
    const known = expanded || (this.filter !== '' && this.data.descriptions[key] !== undefined);
    const columns = known ? this.columns(reference, depth + 1, named && expanded) : [];
    if (!named && columns.length === 0) return [];
    this.drawn.add(key);
    const count = this.data.counts[key] ?? part.rowCount;
    const row: ExploreRow = {
      id,
      depth,
      label: part.part.replace(/^main\./, ''),
      title: part.part,
      icon: part.kind === 'view' ? 'layers' : 'table',
      expanded: expanded || columns.length > 0,
      opens: true,
      meta: count === undefined ? (part.kind === 'view' ? 'view' : '') : formatShortCount(count),
      target: { kind: 'relation', reference, format: entry.format },
    };
    return [row, ...columns];
  }

  private columns(reference: FileReference, depth: number, all: boolean): ExploreRow[] {
    const key = referenceKey(reference);
    const loaded = this.data.descriptions[key];
    if (loaded?.state !== 'ready') return this.waiting(key, depth, loaded);
    const altered = new Set(loaded.value.check?.altered.map((one) => one.column));
    return loaded.value.columns
      .filter((column) => all || this.matches(column.name))
      .map((column) => columnRow(`column:${key}:${column.name}`, depth, column, altered.has(column.name), reference));
  }

  /** What stands in for rows that are on their way or could not be read; nothing of it matches a filter. */
  private waiting(key: string, depth: number, loaded?: { state: string; error?: ErrorShape }): ExploreRow[] {
    if (this.filter !== '') return [];
    if (loaded?.error) {
      const { message: text, hint } = loaded.error;
      const title = hint ? `${text}\n${hint}` : text;
      return [{ ...message(`failed:${key}`, depth, text), icon: 'warning', warning: true, title }];
    }
    return [{ id: `loading:${key}`, depth, label: 'Reading…', kind: 'loading', target: { kind: 'other' } }];
  }

  private matches(name: string): boolean {
    return this.filter === '' || name.toLowerCase().includes(this.filter);
  }

  private metaOf(entry: FileEntry): string {
    if (this.data.counting[entry.path]) return 'counting…';
    const count = this.data.counts[entry.path];
    if (count !== undefined) return `${formatShortCount(count)} rows`;
    if (entry.problem !== undefined) return 'unreadable';
    if (entry.kind === 'folder') return '';
    if (entry.kind === 'file') return formatBytes(entry.size);
    const partition = entry.partitions?.[0];
    return partition ? `${partition}=… · ${entry.fileCount ?? 0}` : `${entry.fileCount ?? 0} files`;
  }
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function message(id: string, depth: number, label: string): ExploreRow {
  return { id, depth, label, kind: 'message', target: { kind: 'other' } };
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
    title: altered
      ? `${column.name} ${column.type}: this type would alter some values; open the file to see which`
      : `${column.name} ${column.type}`,
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
