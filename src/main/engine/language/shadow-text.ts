import { quoteIdentifier } from '../../../shared/sql/quote';
import { type CatalogTable, findTables } from './language-catalog';
import { fileBaseName, nameText, sameName, similarNames } from './names';
import { allFromItems } from './parse-statement';
import type { NamedColumn } from './ports';
import { columnsOf, findResult, type NameSpace } from './relations';
import type { ShadowContent } from './shadow';
import type { FromItem, StatementModel } from './statement-model';
import { isName, type Token, tokenize } from './tokens';

/** A statement made ready for the shadow. Offsets in `sql` are those of the statement as written. */
export interface ShadowText {
  sql: string;
  tables: CatalogTable[];
  temporary: { name: string; columns: readonly NamedColumn[] }[];
  /** Files that the project does not have. */
  missing: Token[];
  /** It reads something that is not looked at while typing, so it is parsed but not bound. */
  blind: boolean;
}

/** Numbers the stand-ins of one text, so that statements checked together do not share a name. */
export interface StandIns {
  next: number;
}

/**
 * Rewrites a statement so that the shadow can bind it: files and calls that read files become stand-in tables with the
 * same columns, padded with blanks to the length they had, so that every position stays.
 */
export async function shadowText(model: StatementModel, space: NameSpace, standIns: StandIns): Promise<ShadowText> {
  const ready: ShadowText = {
    sql: space.text.slice(model.start, model.end),
    tables: [],
    temporary: [],
    missing: [],
    blind: false,
  };
  for (const item of allFromItems(model.query)) {
    const source = item.source;
    if (source.kind === 'file' || source.kind === 'call') await standIn(item, model, space, standIns, ready);
    else if (source.kind === 'name') mention(source.parts.map(nameText), space, ready);
  }
  for (const name of new Set(model.tokens.filter(isName).map(nameText))) {
    const result = /^_\d*$/.test(name) ? findResult(space.results, name) : undefined;
    if (result) ready.temporary.push({ name, columns: result.columns });
  }
  return ready;
}

function mention(parts: string[], space: NameSpace, ready: ShadowText): void {
  const found = findTables(space.catalog, parts);
  for (const table of found) if (!ready.tables.includes(table)) ready.tables.push(table);
  if (found.length === 0 && parts.length > 1 && mayBeDatabaseFile(parts[0] ?? '', space)) ready.blind = true;
}

/**
 * `stock.main.items` may name a database file of the project, which is attached only when the query runs. A qualifier
 * that is nearly a schema's or database's name is taken for a slip of the pen.
 */
function mayBeDatabaseFile(qualifier: string, space: NameSpace): boolean {
  const { databases, schemas } = space.catalog;
  const made = space.created.flatMap((entry) => (entry.kind === 'other' ? entry.name.map(nameText) : []));
  const known = [
    ...databases,
    ...schemas.map((entry) => entry.schema),
    ...made,
    'main',
    'temp',
    'system',
    'information_schema',
    'pg_catalog',
  ];
  return !known.some((name) => sameName(name, qualifier)) && similarNames(qualifier, known).length === 0;
}

async function standIn(
  item: FromItem,
  model: StatementModel,
  space: NameSpace,
  standIns: StandIns,
  ready: ShadowText,
): Promise<void> {
  const source = item.source;
  if (source.kind !== 'file' && source.kind !== 'call') return;
  const start = source.kind === 'file' ? source.token.start : (source.parts[0]?.start ?? item.start);
  const end = source.kind === 'file' ? source.token.end : source.end;
  const columns =
    source.kind === 'file' ? await fileColumns(source.path, space) : await callColumns(source, start, space);
  if (columns === 'leave') return;
  if (columns === 'missing' && source.kind === 'file') ready.missing.push(source.token);
  if (columns === 'missing' || columns === 'unknown') {
    ready.blind = true;
    return;
  }
  const name = `_f${standIns.next}`;
  standIns.next += 1;
  const alias = source.kind === 'file' ? fileBaseName(source.path) : source.name;
  const named = item.alias ? name : `${name} ${quoteIdentifier(alias)}`;
  const length = end - start;
  if (named.length > length) {
    if (source.kind === 'file') ready.temporary.push({ name: source.path, columns });
    else ready.blind = true;
    return;
  }
  ready.temporary.push({ name, columns });
  const from = start - model.start;
  ready.sql = ready.sql.slice(0, from) + named.padEnd(length) + ready.sql.slice(from + length);
}

/** A quoted name may also be a table's: DuckDB looks there first. */
async function fileColumns(path: string, space: NameSpace): Promise<NamedColumn[] | 'missing' | 'unknown' | 'leave'> {
  if (
    findTables(space.catalog, [path]).length > 0 ||
    space.created.some((entry) => sameName(entry.name.map(nameText).at(-1) ?? '', path))
  )
    return 'leave';
  return space.files.columns(path);
}

async function callColumns(
  source: Extract<FromItem['source'], { kind: 'call' }>,
  start: number,
  space: NameSpace,
): Promise<NamedColumn[] | 'unknown' | 'leave'> {
  if (!/^(?:read_|parquet_|sniff_)/.test(source.name)) return 'leave';
  const call = space.text.slice(start, source.end);
  const columns = await space.files.callColumns(
    source.name,
    call,
    tokenize(call.slice(source.argumentsStart - start, -1)),
  );
  return typeof columns === 'string' ? 'unknown' : columns;
}

/** What the shadow must hold for the given texts. */
export function shadowContent(
  space: NameSpace,
  texts: readonly ShadowText[],
  extra: ShadowContent['temporary'] = [],
): ShadowContent {
  const { catalog } = space;
  return {
    database: catalog.database,
    schema: catalog.schema,
    databases: catalog.databases,
    tables: [...new Set(texts.flatMap((text) => text.tables))],
    temporary: [...texts.flatMap((text) => text.temporary), ...extra],
    macros: catalog.macros.slice(0, 200),
    types: catalog.types,
  };
}

/** The text's own earlier tables as stand-ins, for describing a query outside of the order of its statements. */
export async function createdColumns(space: NameSpace): Promise<ShadowContent['temporary']> {
  const made: { name: string; columns: NamedColumn[] }[] = [];
  for (const [index, creation] of space.created.entries()) {
    const [name] = creation.name;
    if (!name || creation.name.length > 1 || (creation.kind !== 'table' && creation.kind !== 'view')) continue;
    const item: FromItem = { source: { kind: 'name', parts: [name] }, columnAliases: [], start: 0, end: 0 };
    const columns = await columnsOf(item, [], { ...space, created: space.created.slice(index) });
    if (columns && columns.length > 0) made.push({ name: nameText(name), columns });
  }
  return made;
}
