import { nameText } from '../engine/language/names';
import { parseStatement } from '../engine/language/parse-statement';
import type { CommonTable, FromItem, Query, StatementModel } from '../engine/language/statement-model';
import { leadingWords, significantTokens } from '../engine/statement';

/** A table of a connection that a statement names. Offsets are UTF-16 units in the statement. */
export interface RemoteRelation {
  /** The connection's name among databases, as it was written. */
  alias: string;
  path: string[];
  start: number;
  end: number;
  /** What the statement calls it, where it says so. */
  calledAs: string | undefined;
  /** Written to, not read. */
  isTarget: boolean;
}

/** What a statement reads and writes, as far as connections are concerned. */
export interface StatementRelations {
  model: StatementModel;
  remote: RemoteRelation[];
  /** Whether it reads anything else: files, lake tables, table functions. */
  readsOthers: boolean;
}

const WRITES_FIRST: ReadonlySet<string> = new Set(['update', 'delete', 'merge', 'truncate']);

/** Finds the tables in a statement whose first name `isAlias` knows as a connection's. */
export function findRemoteRelations(sql: string, isAlias: (name: string) => boolean): StatementRelations {
  // The parser knows TABLE t as FROM t, which has the same length.
  const text = leadingWords(sql)[0] === 'TABLE' ? sql.replace(/\btable\b/i, 'FROM ') : sql;
  const model = parseStatement(text, { start: 0, end: text.length });
  const found: StatementRelations = { model, remote: [], readsOthers: false };
  const take = (item: FromItem, isTarget: boolean, common: readonly string[]) => {
    if (item.source.kind !== 'name') {
      if (item.source.kind !== 'query') found.readsOthers = true;
      return;
    }
    const names = item.source.parts.map(nameText);
    const [alias, ...path] = names;
    const last = item.source.parts.at(-1);
    if (alias === undefined || last === undefined) return;
    if (path.length === 0 && common.includes(alias.toLowerCase())) return;
    if (path.length === 0 || !isAlias(alias)) {
      found.readsOthers ||= !isTarget;
      return;
    }
    const calledAs = item.alias && nameText(item.alias);
    found.remote.push({ alias, path, start: item.source.parts[0]?.start ?? 0, end: last.end, calledAs, isTarget });
  };
  walk(model.query, [], model.verb, take);
  return found;
}

function walk(
  query: Query,
  outer: readonly string[],
  verb: string,
  take: (item: FromItem, isTarget: boolean, common: readonly string[]) => void,
): void {
  const common = [...outer, ...query.commonTables.map((table: CommonTable) => nameText(table.name).toLowerCase())];
  for (const table of query.commonTables) if (table.query) walk(table.query, common, '', take);
  for (const [place, select] of query.selects.entries()) {
    if (select.target) take(select.target, true, common);
    for (const [index, item] of select.from.entries()) {
      take(item, place === 0 && index === 0 && WRITES_FIRST.has(verb), common);
      if (item.source.kind === 'query') walk(item.source.query, common, '', take);
    }
    for (const nested of select.nested) walk(nested, common, '', take);
  }
}

/**
 * Tells of a column whether the statement may read it, by its text: where its name stands, where a `*` or COLUMNS may
 * mean it, or a whole row is used. A doubtful case counts as read.
 */
export function columnReader(sql: string, relation: RemoteRelation): (column: string) => boolean {
  const tokens = significantTokens(sql);
  const plain = (text: string) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text).toLowerCase();
  const words = new Set(tokens.map((token) => plain(token.text)));
  const isCount = (index: number) =>
    plain(tokens[index - 2]?.text ?? '') === 'count' &&
    tokens[index - 1]?.text === '(' &&
    tokens[index + 1]?.text === ')';
  const rowNames = [relation.calledAs, relation.path.at(-1)].flatMap((name) => name?.toLowerCase() ?? []);
  const usesRow = rowNames.some(
    (name) => tokens.filter((token, index) => plain(token.text) === name && tokens[index + 1]?.text !== '.').length > 1,
  );
  const meansAll =
    usesRow ||
    !words.has('select') ||
    words.has('columns') ||
    words.has('natural') ||
    tokens.some((token, index) => token.text === '*' && !isCount(index) && isStar(tokens[index - 1]?.text));
  return (column) => meansAll || words.has(column.toLowerCase());
}

/** A `*` behind a value multiplies. */
function isStar(before: string | undefined): boolean {
  return (
    before === undefined ||
    before === ',' ||
    before === '.' ||
    before === '(' ||
    /^(select|distinct|all|returning)$/i.test(before)
  );
}
