import type { Definition } from '../../../shared/language';
import { nameAt } from './name-at';
import { nameText, relationName, sameName } from './names';
import { allFromItems } from './parse-statement';
import { findResult, type NameSpace, resolveName } from './relations';
import type { FromItem } from './statement-model';
import { isSymbol } from './tokens';

/** Where the name at the offset comes from, or null where that cannot be told. */
export function definitionOf(space: NameSpace, offset: number): Definition | null {
  const at = nameAt(space.text, offset);
  if (!at) return null;
  const item = allFromItems(at.model.query).find(
    (entry) => entry.start <= offset && offset <= sourceEnd(entry) && entry.source.kind !== 'query',
  );
  if (item) return sourceDefinition(item, space, offset, at.scope.commonTables);
  if (at.token.kind === 'string') return null;
  const index = at.model.tokens.indexOf(at.token);
  const isQualifier = isSymbol(at.model.tokens[index + 1], '.');
  const first = at.path[0] ?? '';
  const relation = at.scope.levels.flat().find((entry) => sameName(relationName(entry) ?? '', first));
  if (relation && (isQualifier || at.path.length === 1) && relation.alias)
    return { kind: 'text', start: relation.alias.start, end: relation.alias.end };
  if (relation && isQualifier) return sourceDefinition(relation, space, offset, at.scope.commonTables);
  return selectAlias(at) ?? (relation ? sourceDefinition(relation, space, offset, at.scope.commonTables) : null);
}

function sourceEnd(item: FromItem): number {
  const { source } = item;
  if (source.kind === 'name') return source.parts.at(-1)?.end ?? item.end;
  if (source.kind === 'file') return source.token.end;
  return source.kind === 'call' ? source.end : item.end;
}

function sourceDefinition(
  item: FromItem,
  space: NameSpace,
  offset: number,
  common: Parameters<typeof resolveName>[1],
): Definition | null {
  const { source } = item;
  if (source.kind === 'file') return { kind: 'file', path: source.path };
  if (source.kind === 'query') return { kind: 'text', start: source.query.start, end: source.query.end };
  if (source.kind === 'call') return callDefinition(space.text, source.argumentsStart, source.end);
  if (source.kind !== 'name') return null;
  const parts = source.parts.map(nameText);
  const meaning = resolveName(parts, common, space);
  if (meaning?.kind === 'common') return { kind: 'text', start: meaning.table.name.start, end: meaning.table.name.end };
  if (meaning?.kind === 'created' && meaning.text === undefined) {
    const name = meaning.creation.name.at(-1);
    return name && name.start !== offset ? { kind: 'text', start: name.start, end: name.end } : null;
  }
  if (meaning?.kind === 'table')
    return { kind: 'table', database: meaning.table.database, schema: meaning.table.schema, name: meaning.table.name };
  const result = parts.length === 1 ? findResult(space.results, parts[0] ?? '') : undefined;
  return result ? resultDefinition(space.text, result.offset, result.sql) : null;
}

/** A result comes from the statement that made it, if that still stands in the text. */
function resultDefinition(text: string, offset: number, sql: string): Definition | null {
  const start = text.startsWith(sql, offset) ? offset : text.indexOf(sql);
  return start < 0 ? null : { kind: 'text', start, end: start + sql.length };
}

function callDefinition(text: string, start: number, end: number): Definition | null {
  const path = /^\s*\[?\s*'((?:[^']|'')*)'/.exec(text.slice(start, end))?.[1];
  return path === undefined ? null : { kind: 'file', path: path.replaceAll("''", "'") };
}

/** `order by amount`, where the select list says `… as amount`. */
function selectAlias(at: NonNullable<ReturnType<typeof nameAt>>): Definition | null {
  if (at.path.length > 1) return null;
  const item = at.scope.select?.items.find(
    (entry) => entry.alias && sameName(nameText(entry.alias), at.path[0] ?? '') && entry.tokens.length > 1,
  );
  return item?.alias && item.alias !== at.token ? { kind: 'text', start: item.alias.start, end: item.alias.end } : null;
}
