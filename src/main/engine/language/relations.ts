import type { ResultInfo } from '../../../shared/results';
import { type CatalogSnapshot, type CatalogTable, findTables } from './language-catalog';
import { nameText, relationName, sameName } from './names';
import type { NamedColumn } from './ports';
import type { ProjectFiles } from './project-files';
import type { CommonTable, Creation, FromItem, Query, Select, SelectItem } from './statement-model';
import { closingIndex, isName, isSymbol, isWord, type Token, tokenize } from './tokens';

/** Everything that names in one text may refer to. */
export interface NameSpace {
  text: string;
  catalog: CatalogSnapshot;
  files: ProjectFiles;
  results: ResultInfo[];
  /** What statements before this one in the same text create, the latest first. */
  created: Creation[];
  /** What the worksheet created in runs before, the latest first, each with the text it was made by. */
  earlier: { creation: Creation; text: string }[];
  /** Columns with exact types of a query, where it binds. */
  describe(query: string): Promise<NamedColumn[] | undefined>;
}

/** What a relation name stands for. */
export type Meaning =
  | { kind: 'common'; table: CommonTable }
  | { kind: 'created'; creation: Creation; text?: string }
  | { kind: 'result'; result: ResultInfo }
  | { kind: 'table'; table: CatalogTable };

/** Finds what a name in a FROM clause means: WITH first, then the text's own tables, results, and the catalog. */
export function resolveName(
  parts: readonly string[],
  common: readonly CommonTable[],
  space: NameSpace,
): Meaning | undefined {
  const name = parts.at(-1) ?? '';
  if (parts.length === 1) {
    const table = common.find((entry) => sameName(nameText(entry.name), name));
    if (table) return { kind: 'common', table };
  }
  const creation = space.created.find((entry) => isRelation(entry) && endsWith(entry.name.map(nameText), parts));
  if (creation) return { kind: 'created', creation };
  const result = parts.length === 1 ? findResult(space.results, name) : undefined;
  if (result) return { kind: 'result', result };
  const made = space.earlier.find(
    (entry) => isRelation(entry.creation) && endsWith(entry.creation.name.map(nameText), parts),
  );
  if (made) return { kind: 'created', creation: made.creation, text: made.text };
  const [table] = findTables(space.catalog, parts);
  return table ? { kind: 'table', table } : undefined;
}

function isRelation(creation: Creation): boolean {
  return creation.kind === 'table' || creation.kind === 'view';
}

function endsWith(name: string[], parts: readonly string[]): boolean {
  return parts.every((part, index) => sameName(name[name.length - parts.length + index] ?? part, part));
}

/** A result of the worksheet by its name; `_` is the last one. */
export function findResult(results: readonly ResultInfo[], name: string): ResultInfo | undefined {
  const rows = results.filter(
    (result) => result.kind === 'rows' && result.source === undefined && result.columns.length > 0,
  );
  return name === '_' ? rows.at(-1) : rows.findLast((result) => result.name === name);
}

/** The columns of a FROM item, or undefined where they cannot be known from here. */
export async function columnsOf(
  item: FromItem,
  common: readonly CommonTable[],
  space: NameSpace,
  depth = 0,
): Promise<NamedColumn[] | undefined> {
  const columns = await sourceColumns(item, common, space, depth);
  if (!columns)
    return item.columnAliases.length > 0 ? item.columnAliases.map((name) => ({ name, type: '' })) : undefined;
  return columns.map((column, index) => ({ ...column, name: item.columnAliases[index] ?? column.name }));
}

async function sourceColumns(
  item: FromItem,
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<NamedColumn[] | undefined> {
  const source = item.source;
  if (depth > 12) return undefined;
  if (source.kind === 'file') return known(await space.files.columns(source.path));
  if (source.kind === 'query') return queryColumns(source.query, common, space, depth);
  if (source.kind === 'call') {
    const call = space.text.slice(source.parts[0]?.start ?? item.start, source.end);
    const columns = known(
      await space.files.callColumns(source.name, call, callArguments(space.text, source.argumentsStart, source.end)),
    );
    return columns ?? space.describe(`from ${call}`);
  }
  if (source.kind === 'unknown') return undefined;
  const meaning = resolveName(source.parts.map(nameText), common, space);
  if (meaning?.kind === 'table') return meaning.table.columns;
  if (meaning?.kind === 'result') return meaning.result.columns;
  if (meaning?.kind === 'common') return commonColumns(meaning.table, common, space, depth);
  if (meaning?.kind === 'created') {
    if (meaning.creation.columns.length > 0) return meaning.creation.columns;
    const inner = meaning.text === undefined ? space : { ...space, text: meaning.text };
    return meaning.creation.query && queryColumns(meaning.creation.query, [], inner, depth + 1);
  }
  return undefined;
}

function known(columns: NamedColumn[] | string): NamedColumn[] | undefined {
  return typeof columns === 'string' ? undefined : columns;
}

async function commonColumns(
  table: CommonTable,
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<NamedColumn[] | undefined> {
  // Its own name is dropped, so that a recursive query ends.
  const others = common.filter((entry) => entry !== table);
  const columns = table.query && (await queryColumns(table.query, others, space, depth + 1));
  if (!columns) return table.columns.length > 0 ? table.columns.map((name) => ({ name, type: '' })) : undefined;
  return columns.map((column, index) => ({ ...column, name: table.columns[index] ?? column.name }));
}

/** The columns that a query gives: exact where it binds, otherwise as far as its text tells. */
export async function queryColumns(
  query: Query,
  common: readonly CommonTable[],
  space: NameSpace,
  depth = 0,
): Promise<NamedColumn[] | undefined> {
  const inner = [...query.commonTables].reverse().concat(common);
  const exact = await space.describe(withCommon(space.text, query, common));
  if (exact) return exact;
  const select = query.selects[0];
  return select && selectColumns(select, inner, space, depth + 1);
}

/** The query's text behind a WITH that spells out the common tables it may use. */
function withCommon(text: string, query: Query, common: readonly CommonTable[]): string {
  const body = text.slice(query.start, query.end);
  const usable = common.filter((table) => table.query !== undefined).toReversed();
  if (usable.length === 0) return body;
  const spelled = usable.map((table) => text.slice(table.name.start, (table.query as Query).end + 1)).join(', ');
  return `with recursive ${spelled} select * from (${body}\n)`;
}

async function selectColumns(
  select: Select,
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<NamedColumn[] | undefined> {
  if (select.pivoted) return undefined;
  if (select.items.length === 0) return starColumns(select.from, common, space, depth);
  const columns: NamedColumn[] = [];
  for (const item of select.items) columns.push(...(await itemColumns(item, select, common, space, depth)));
  return columns;
}

async function itemColumns(
  item: SelectItem,
  select: Select,
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<NamedColumn[]> {
  if (item.star) {
    const qualifier = isName(item.tokens[0]) ? nameText(item.tokens[0]) : undefined;
    const from = qualifier
      ? select.from.filter((entry) => sameName(relationName(entry) ?? '', qualifier))
      : select.from;
    const columns = (await starColumns(from, common, space, depth)) ?? [];
    const excluded = new Set(excludedNames(item.tokens));
    return columns.filter((column) => !excluded.has(column.name.toLowerCase()));
  }
  if (!item.alias) return [];
  const name = nameText(item.alias);
  const plain =
    item.tokens.filter((token) => !isSymbol(token, '.')).length <= 3
      ? await plainType(item, select, common, space, depth)
      : '';
  return [{ name, type: plain }];
}

async function plainType(
  item: SelectItem,
  select: Select,
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<string> {
  const path = item.tokens.filter(
    (token) => token !== item.alias || item.tokens.length < 3 || isSymbol(item.tokens.at(-2), '.'),
  );
  if (!path.every((token) => isName(token) || isSymbol(token, '.'))) return '';
  const names = path.filter((token) => isName(token) && !isWord(token, 'as')).map(nameText);
  for (const from of select.from) {
    if (names.length > 1 && !sameName(relationName(from) ?? '', names[0] ?? '')) continue;
    const column = (await columnsOf(from, common, space, depth))?.find((entry) =>
      sameName(entry.name, names.at(-1) ?? ''),
    );
    if (column) return column.type;
  }
  return '';
}

async function starColumns(
  from: FromItem[],
  common: readonly CommonTable[],
  space: NameSpace,
  depth: number,
): Promise<NamedColumn[] | undefined> {
  const columns: NamedColumn[] = [];
  for (const item of from) {
    const found = await columnsOf(item, common, space, depth);
    if (!found) return undefined;
    columns.push(...found);
  }
  return columns;
}

/** The lower-case names after EXCLUDE in a star's tokens. */
export function excludedNames(tokens: readonly Token[]): string[] {
  const at = tokens.findIndex((token) => isWord(token, 'exclude', 'except'));
  if (at < 0) return [];
  const next = tokens[at + 1];
  if (isName(next)) return [nameText(next).toLowerCase()];
  const close = closingIndex([...tokens], at + 1);
  return tokens
    .slice(at + 2, close)
    .filter(isName)
    .map((token) => nameText(token).toLowerCase());
}

function callArguments(text: string, start: number, end: number): Token[] {
  return tokenize(text.slice(start, text[end - 1] === ')' ? end - 1 : end));
}
