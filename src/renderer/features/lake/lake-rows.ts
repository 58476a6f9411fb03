import { columnKind, kindMark } from '../../../shared/columns';
import type { LakeTableInfo } from '../../../shared/lake';
import { formatBytes, formatCount, formatShortCount } from '../../ui/format';
import type { TreeRow } from '../../ui/tree/tree';
import { tableKey, type useLakeTree } from './lake-tree-store';

/** Row ids are `lake:` and what they stand for. */
export const SECTION = 'lake';

type Data = Pick<ReturnType<typeof useLakeTree.getState>, 'status' | 'tables' | 'expanded' | 'pages' | 'error'>;

/** The rows of the lake's part of the tree: schemas, tables, columns. A project without a lake has none. */
export function lakeRows(data: Data, project: string, filter: string): TreeRow[] {
  const wanted = filter.trim().toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);
  const rows = data.error ? failed(data) : schemaRows(data, wanted, matches);
  if (rows.length === 0) return [];
  return [{ id: `${SECTION}:heading`, depth: 0, label: `Lake · ${project}`, kind: 'group' }, ...rows];
}

function failed(data: Data): TreeRow[] {
  const { message = '', hint } = data.error ?? {};
  const title = hint ? `${message}\n${hint}` : message;
  return [
    { id: `${SECTION}:failed`, depth: 0, label: message, kind: 'message', icon: 'warning', warning: true, title },
  ];
}

function schemaRows(data: Data, wanted: string, matches: (name: string) => boolean): TreeRow[] {
  const schemas = [...new Set(data.tables.map((table) => table.schema))];
  return schemas.flatMap((schema) => {
    const id = `${SECTION}:schema:${schema}`;
    const tables = data.tables.filter((table) => table.schema === schema);
    // A lake's schemas are few: they stand open until somebody folds them.
    const expanded = data.expanded[id] ?? true;
    const inside = expanded || wanted !== '' ? tables.flatMap((table) => tableRows(data, table, wanted, matches)) : [];
    if (wanted !== '' && inside.length === 0 && !matches(schema)) return [];
    const row: TreeRow = {
      id,
      depth: 0,
      label: schema,
      icon: expanded ? 'folder-open' : 'folder-close',
      expanded,
      meta: String(tables.length),
    };
    return [row, ...inside];
  });
}

function tableRows(data: Data, table: LakeTableInfo, wanted: string, matches: (name: string) => boolean): TreeRow[] {
  const key = tableKey(table);
  const id = `${SECTION}:table:${key}`;
  const expanded = Boolean(data.expanded[id]);
  const named = wanted === '' || matches(table.name);
  const page = data.pages[key];
  const columns = (page?.value?.columns ?? [])
    .filter((column) => (named ? expanded : matches(column.name)))
    .map((column): TreeRow => {
      return {
        id: `${SECTION}:column:${JSON.stringify([table.schema, table.name, column.name])}`,
        depth: 2,
        label: column.name,
        mark: kindMark(columnKind(column.type)),
        meta: column.type.replace(' WITH TIME ZONE', 'TZ').replace(/^(STRUCT|MAP)\(.*/s, '$1'),
        title: [`${column.name} ${column.type}`, column.comment].filter(Boolean).join('\n'),
      };
    });
  if (!named && columns.length === 0) return [];
  const waiting: TreeRow[] =
    expanded && !page ? [{ id: `${SECTION}:loading:${key}`, depth: 2, label: 'Reading…', kind: 'loading' }] : [];
  const row: TreeRow = {
    id,
    depth: 1,
    label: table.name,
    icon: 'table',
    expanded: expanded || columns.length > 0,
    opens: true,
    meta: formatShortCount(table.rows),
    title: [
      `${table.schema}.${table.name}`,
      `${formatCount(table.rows)} rows, ${formatBytes(table.bytes)} in ${table.files} files`,
      table.comment,
    ]
      .filter(Boolean)
      .join('\n'),
  };
  return [row, ...columns, ...waiting];
}
