import type { CompletionItem } from '../../../shared/language';
import { completeRelations } from './complete-relations';
import type { Place } from './completion-place';
import { nameText, ownName, relationName, sameName, typedName } from './names';
import type { NamedColumn } from './ports';
import { columnsOf, type NameSpace, resolveName } from './relations';
import { structFields } from './struct-fields';
import { isSymbol, isWord } from './tokens';

/** A relation in scope with its columns. */
export interface ScopedRelation {
  name: string | undefined;
  /** The table's or file's own name, where the relation goes by an alias. */
  table: string | undefined;
  /** 0 for the innermost query. */
  level: number;
  columns: NamedColumn[];
}

/** The relations in scope at the place, the innermost first; those whose columns are not known are left out. */
export async function relationsInScope(place: Place, space: NameSpace): Promise<ScopedRelation[]> {
  const found: ScopedRelation[] = [];
  for (const [level, items] of place.scope.levels.entries()) {
    for (const item of items) {
      const columns = await columnsOf(item, place.scope.commonTables, space);
      if (columns) found.push({ name: relationName(item), table: ownName(item), level, columns });
    }
  }
  return found;
}

/** Columns in scope; a name that several relations have is proposed once for each, qualified. */
export async function completeColumns(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  if (place.scope.clause === 'insert-columns' || place.scope.clause === 'set') return targetColumns(place, space);
  const relations = await relationsInScope(place, space);
  const owners = new Map<string, number>();
  for (const relation of relations) {
    for (const column of relation.columns)
      owners.set(column.name.toLowerCase(), (owners.get(column.name.toLowerCase()) ?? 0) + 1);
  }
  const items: CompletionItem[] = [];
  for (const relation of relations) {
    for (const [index, column] of relation.columns.entries()) {
      const shared = (owners.get(column.name.toLowerCase()) ?? 0) > 1 && relation.name !== undefined;
      const name = shared ? `${typedName(relation.name ?? '')}.${typedName(column.name)}` : typedName(column.name);
      items.push(columnItem(name, column, relation.name, 100 + relation.level * 50 + Math.min(index, 40) / 100));
    }
    if (relation.name !== undefined) {
      items.push({
        label: relation.name,
        insert: typedName(relation.name),
        kind: 'table',
        detail: 'relation in this query',
        rank: 180,
      });
    }
  }
  items.push(...selectAliases(place));
  if (isWord(place.before.at(-1), 'by')) items.push({ label: 'all', insert: 'all', kind: 'keyword', rank: 90 });
  if (isWord(place.before.at(-1), 'select') && relations.length > 0)
    items.push({ label: '*', insert: '*', kind: 'keyword', detail: 'all columns', rank: 95 });
  return relations.length === 0 ? [...items, ...catalogColumns(place, space)] : items;
}

function columnItem(name: string, column: NamedColumn, relation: string | undefined, rank: number): CompletionItem {
  const from = relation === undefined ? '' : ` · ${relation}`;
  return {
    label: column.name === name || !name.includes('.') ? column.name : name,
    insert: name,
    kind: 'column',
    detail: `${column.type}${from}`.trim(),
    rank,
  };
}

/** DuckDB lets later clauses, and later items of the list, use the names that the select list gives. */
function selectAliases(place: Place): CompletionItem[] {
  const items = place.scope.select?.items ?? [];
  return items
    .filter((item) => item.alias && item.tokens.length > 1 && !(item.start <= place.offset && place.offset <= item.end))
    .filter((item) => !isSymbol(item.tokens.at(-2), '.'))
    .map((item) => nameText(item.alias as NonNullable<typeof item.alias>))
    .map((name) => ({ label: name, insert: typedName(name), kind: 'column', detail: 'named in select', rank: 140 }));
}

async function targetColumns(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  const target = place.scope.select?.target ?? place.scope.levels[0]?.[0];
  const columns = target ? await columnsOf(target, place.scope.commonTables, space) : undefined;
  return (columns ?? []).map((column, index) =>
    columnItem(typedName(column.name), column, undefined, 100 + index / 100),
  );
}

/** Where no FROM is written yet: columns of the whole catalog that begin with what was typed, with their table. */
function catalogColumns(place: Place, space: NameSpace): CompletionItem[] {
  if (place.prefix.length < 2) return [];
  const prefix = place.prefix.toLowerCase();
  const items: CompletionItem[] = [];
  for (const table of space.catalog.tables) {
    for (const column of table.columns) {
      if (!column.name.toLowerCase().startsWith(prefix)) continue;
      items.push(columnItem(typedName(column.name), column, table.name, 450));
      if (items.length >= 200) return items;
    }
  }
  return items;
}

/** What may follow `a.`: the columns of a relation, the fields of a struct, the tables of a schema. */
export async function completeMembers(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  const [first = '', ...rest] = place.qualifiers;
  const items = place.scope.levels.flat().filter((item) => sameName(relationName(item) ?? '', first));
  for (const item of items) {
    const columns = await columnsOf(item, place.scope.commonTables, space);
    const found = columns && follow(columns, rest);
    if (found) return [...members(found, relationName(item)), ...(rest.length === 0 ? [star(place)] : [])];
  }
  const relations = await relationsInScope(place, space);
  for (const relation of relations) {
    const fields = follow(relation.columns, place.qualifiers);
    if (fields) return members(fields, first);
  }
  const meaning = resolveName(place.qualifiers, place.scope.commonTables, space);
  if (meaning?.kind === 'table') return members(meaning.table.columns, meaning.table.name);
  return completeRelations(place, space);
}

function star(place: Place): CompletionItem {
  return {
    label: '*',
    insert: '*',
    kind: 'keyword',
    detail: 'all columns',
    rank: place.scope.clause === 'select' ? 300 : 900,
  };
}

/** Walks a path of struct fields from a list of columns. */
function follow(columns: NamedColumn[], path: readonly string[]): NamedColumn[] | undefined {
  let current: NamedColumn[] | undefined = columns;
  for (const part of path) {
    const column: NamedColumn | undefined = current?.find((entry) => sameName(entry.name, part));
    current = column && structFields(column.type);
    if (!current) return undefined;
  }
  return current;
}

function members(columns: NamedColumn[], owner: string | undefined): CompletionItem[] {
  return columns.map((column, index) => columnItem(typedName(column.name), column, owner, 100 + index / 100));
}

/** Columns that both sides of a join have, for `using (`. */
export async function completeUsing(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  const relations = (await relationsInScope(place, space)).filter((relation) => relation.level === 0);
  const right = relations.at(-1);
  const left = relations.slice(0, -1).flatMap((relation) => relation.columns);
  const shared = right?.columns.filter((column) => left.some((other) => sameName(other.name, column.name))) ?? [];
  return shared.map((column, index) => columnItem(typedName(column.name), column, undefined, 100 + index / 100));
}
