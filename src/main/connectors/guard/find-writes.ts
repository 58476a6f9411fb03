import { splitStatements } from '../../../shared/sql/split';
import { leadingWords, significantTokens } from '../../engine/statement';
import { findRemoteRelations } from '../remote-relations';

/** One place where a statement may write to a database. */
export interface Write {
  verb: string;
  /** The database as it is written; undefined for the one that names without one mean. */
  alias: string | undefined;
  path: string[];
  /** UPDATE or DELETE without WHERE, TRUNCATE. */
  isEveryRow: boolean;
  /** CREATE, ALTER, DROP and their like. */
  isDefinition: boolean;
  /** SQL that is handed to the server as text. */
  isExecuted: boolean;
  /** Handed over outside of the engine's transaction. */
  isOutside: boolean;
  isPrepared: boolean;
  /** Where its target stands. */
  start?: number;
}

const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'TRUNCATE', 'COPY']);
const DEFINES: ReadonlySet<string> = new Set([
  'CREATE',
  'DROP',
  'ALTER',
  'COMMENT',
  'GRANT',
  'REVOKE',
  'VACUUM',
  'ANALYZE',
]);
const EXECUTES: ReadonlySet<string> = new Set(['postgres_execute', 'mysql_execute']);

/** Every place where the statement may write, told from its text; `isAlias` knows the names of databases. */
export function findWrites(sql: string, isAlias: (name: string) => boolean): Write[] {
  const executed = findExecuted(sql);
  if (executed.length > 0) return executed;
  const words = leadingWords(sql);
  // WITH stands before INSERT, UPDATE and DELETE as well.
  const verb = words[0] === 'WITH' ? (topLevelVerb(sql) ?? 'WITH') : (words[0] ?? '');
  const isPrepared = /^\s*prepare\b/i.test(sql);
  const base = { verb, isExecuted: false, isOutside: false, isPrepared };
  if (DEFINES.has(verb)) {
    return definedAliases(sql, verb, isAlias).map((alias) => ({
      ...base,
      ...{ alias, path: [], isEveryRow: false, isDefinition: true },
    }));
  }
  if (!CHANGES.has(verb)) return [];
  if (verb === 'COPY' && !/\bfrom\b/i.test(sql)) return [];
  const place = target(sql, verb);
  if (!place) return [];
  const [alias, ...path] = place.names;
  const hasAlias = alias !== undefined && path.length > 0 && isAlias(alias);
  return [
    {
      ...base,
      alias: hasAlias ? alias : undefined,
      path: hasAlias ? path : place.names,
      isEveryRow: verb === 'TRUNCATE' || ((verb === 'UPDATE' || verb === 'DELETE') && !hasWhere(sql)),
      isDefinition: false,
      start: place.start,
    },
  ];
}

function plainName(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function isName(text: string | undefined): text is string {
  return text !== undefined && /^["\p{L}_]/u.test(text);
}

/** The verb that follows the common tables of WITH. */
function topLevelVerb(sql: string): string | undefined {
  return topLevel(sql)
    .map(({ text }) => text.toUpperCase())
    .find((word) => CHANGES.has(word) || word === 'SELECT' || word === 'FROM');
}

function topLevel(sql: string): { text: string; start: number }[] {
  let depth = 0;
  return significantTokens(sql).filter(({ text }) => {
    if (text === ')') depth -= 1;
    const isTop = depth === 0;
    if (text === '(') depth += 1;
    return isTop;
  });
}

function hasWhere(sql: string): boolean {
  return topLevel(sql).some(({ text }) => text.toUpperCase() === 'WHERE');
}

const BEFORE_TARGET: ReadonlySet<string> = new Set(['INTO', 'FROM', 'TABLE', 'OR', 'REPLACE', 'IGNORE', 'ONLY']);

/** The first name behind the verb. */
function target(sql: string, verb: string): { names: string[]; start: number } | undefined {
  const tokens = topLevel(sql);
  let at = tokens.findIndex(({ text }) => text.toUpperCase() === verb) + 1;
  while (BEFORE_TARGET.has(tokens[at]?.text.toUpperCase() ?? '')) at += 1;
  const start = tokens[at]?.start;
  const names: string[] = [];
  for (; isName(tokens[at]?.text); at += 2) {
    names.push(plainName(tokens[at]?.text ?? ''));
    if (tokens[at + 1]?.text !== '.') break;
  }
  return names.length > 0 && start !== undefined ? { names, start } : undefined;
}

/** Of CREATE the database of its name, of all others every database that is named. */
function definedAliases(sql: string, verb: string, isAlias: (name: string) => boolean): (string | undefined)[] {
  const tokens = significantTokens(sql);
  const reads = verb === 'CREATE' ? new Set(readPlaces(sql, isAlias)) : new Set<number>();
  const named = tokens.flatMap(({ text, start }, index) => {
    const isFirst = tokens[index + 1]?.text === '.' && tokens[index - 1]?.text !== '.';
    return isFirst && isName(text) && !reads.has(start) ? [plainName(text)] : [];
  });
  const aliases = [...new Set(named.filter(isAlias))];
  return aliases.length > 0 ? aliases : [undefined];
}

/** Where CREATE … AS reads tables of connections. */
function readPlaces(sql: string, isAlias: (name: string) => boolean): number[] {
  return findRemoteRelations(sql, isAlias).remote.flatMap((one) => (one.isTarget ? [] : [one.start]));
}

/** Calls that hand SQL to the server, with what that SQL does to a whole table. */
function findExecuted(sql: string): Write[] {
  const tokens = significantTokens(sql);
  return tokens.flatMap(({ text, start }, index): Write[] => {
    if (!EXECUTES.has(plainName(text).toLowerCase()) || tokens[index + 1]?.text !== '(') return [];
    const alias = stringValue(tokens[index + 2]?.text);
    const inner = stringValue(tokens[index + 4]?.text) ?? '';
    const base = {
      alias: alias ?? '',
      isExecuted: true,
      isOutside: /\buse_transaction\b/i.test(sql) || /\b(?:commit|rollback|end)\b/i.test(leadingOf(inner)),
      isPrepared: /^\s*prepare\b/i.test(sql),
      start,
    };
    return splitStatements(inner).map((span) => {
      const one = inner.slice(span.start, span.end);
      const verb = leadingWords(one)[0] ?? '';
      const isEveryRow = verb === 'TRUNCATE' || (['UPDATE', 'DELETE'].includes(verb) && !hasWhere(one));
      const path = isEveryRow ? (target(one, verb)?.names ?? []) : [];
      return { ...base, verb, path, isEveryRow, isDefinition: DEFINES.has(verb) };
    });
  });
}

function leadingOf(sql: string): string {
  return splitStatements(sql)
    .map((span) => leadingWords(sql.slice(span.start, span.end))[0] ?? '')
    .join(' ');
}

function stringValue(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(token);
  if (dollar) return dollar[2];
  return /^'[\s\S]*'$/.test(token) ? token.slice(1, -1).replaceAll("''", "'") : undefined;
}
