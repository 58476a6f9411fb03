import type { CompletionItem } from '../../../shared/language';
import { quoteLiteral } from '../../../shared/sql/quote';
import type { Place } from './completion-place';
import { type CatalogTable, tableParts } from './language-catalog';
import { nameText, sameName, typedName } from './names';
import type { NameSpace } from './relations';

/** Relations for FROM, JOIN, INTO…: WITH's, the text's own, results, tables, views, schemas and files. */
export async function completeRelations(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  if (place.qualifiers.length > 0) return qualified(place.qualifiers, space);
  const items: CompletionItem[] = [];
  for (const table of place.scope.commonTables) {
    items.push(relation(nameText(table.name), 'common table', 'table', 50));
  }
  for (const creation of [...space.created, ...space.earlier.map((entry) => entry.creation)]) {
    if (creation.kind !== 'table' && creation.kind !== 'view') continue;
    items.push(
      relation(
        creation.name.map(nameText).join('.'),
        'made in this worksheet',
        creation.kind,
        60,
        creation.name.map((part) => typedName(nameText(part))).join('.'),
      ),
    );
  }
  items.push(...results(space));
  for (const table of space.catalog.tables) items.push(tableItem(table, space));
  for (const { database, schema } of space.catalog.schemas) {
    if (database === space.catalog.database && schema !== space.catalog.schema)
      items.push(relation(schema, 'schema', 'schema', 300));
  }
  for (const database of space.catalog.databases) {
    if (database !== space.catalog.database) items.push(relation(database, 'database', 'database', 310));
  }
  return [...items, ...(await files(space))];
}

function relation(
  label: string,
  detail: string,
  kind: CompletionItem['kind'],
  rank: number,
  insert = typedName(label),
): CompletionItem {
  return { label, insert, kind, detail, rank };
}

function results(space: NameSpace): CompletionItem[] {
  const rows = space.results.filter((result) => result.kind === 'rows' && result.source === undefined);
  const items = rows.map((result) => relation(result.name, `result · ${oneLine(result.sql)}`, 'table', 70));
  return rows.length === 0 ? items : [...items, relation('_', 'the last result', 'table', 71)];
}

function oneLine(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function tableItem(table: CatalogTable, space: NameSpace): CompletionItem {
  const parts = tableParts(space.catalog, table);
  const near = parts.length === 1 ? 0 : parts.length === 2 ? 10 : 20;
  return relation(
    parts.join('.'),
    `${table.kind} · ${table.columns.length} columns`,
    table.kind,
    100 + near,
    parts.map(typedName).join('.'),
  );
}

function qualified(qualifiers: readonly string[], space: NameSpace): CompletionItem[] {
  const { catalog } = space;
  const items: CompletionItem[] = [];
  for (const table of catalog.tables) {
    const path = [table.database, table.schema];
    const fits = qualifiers.every((part, index) => sameName(path[path.length - qualifiers.length + index] ?? '', part));
    const inMain = qualifiers.length === 1 && sameName(table.database, qualifiers[0] ?? '') && table.schema === 'main';
    if (fits || inMain)
      items.push(relation(table.name, `${table.kind} · ${table.columns.length} columns`, table.kind, 100));
  }
  if (qualifiers.length === 1) {
    for (const { database, schema } of catalog.schemas) {
      if (sameName(database, qualifiers[0] ?? '')) items.push(relation(schema, 'schema', 'schema', 110));
    }
  }
  return items;
}

async function files(space: NameSpace): Promise<CompletionItem[]> {
  const datasets = await space.files.datasets();
  return datasets.flatMap(({ path, part }) => {
    if (part === undefined) return [relation(path, 'file', 'file', 200, quoteLiteral(path))];
    // Tables of database files are in the catalog under the name of their database.
    if (!/\.xls[xm]$/i.test(path)) return [];
    return [relation(`${path}#${part}`, 'sheet', 'file', 205, quoteLiteral(`${path}#${part}`))];
  });
}
