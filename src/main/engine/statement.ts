import { StatementType } from '@duckdb/node-api';
import { MillraceError } from '../../shared/errors';
import { skipToken } from '../../shared/sql/split';

/**
 * What a statement is to a session:
 * - `query` reads rows and can be streamed and run again
 * - `rows` gives rows but is run once (EXPLAIN, CALL, EXECUTE, PRAGMA)
 * - `change` inserts, updates, deletes or copies and tells a number of rows
 * - `transaction` begins or ends one
 * - `none` gives nothing (DDL, SET, ATTACH)
 */
export type StatementKind = 'query' | 'rows' | 'change' | 'transaction' | 'none';

const KINDS = new Map<StatementType, StatementKind>([
  [StatementType.SELECT, 'query'],
  [StatementType.EXPLAIN, 'rows'],
  [StatementType.CALL, 'rows'],
  [StatementType.EXECUTE, 'rows'],
  [StatementType.PRAGMA, 'rows'],
  [StatementType.INSERT, 'change'],
  [StatementType.UPDATE, 'change'],
  [StatementType.DELETE, 'change'],
  [StatementType.MERGE_INTO, 'change'],
  [StatementType.COPY, 'change'],
  [StatementType.TRANSACTION, 'transaction'],
]);

/** The kind of a prepared statement by its type. */
export function statementKind(type: StatementType): StatementKind {
  return KINDS.get(type) ?? 'none';
}

/** The words, names and signs of a SQL text, without blanks, comments; strings and quoted names whole. */
export function significantTokens(sql: string): { text: string; start: number }[] {
  const tokens: { text: string; start: number }[] = [];
  let at = 0;
  while (at < sql.length) {
    const end = Math.max(skipToken(sql, at), at + 1);
    const text = sql.slice(at, end);
    if (!/^\s|^--|^\/\*/.test(text)) tokens.push({ text, start: at });
    at = end;
  }
  return tokens;
}

/** Whether the text calls one of the functions (names in lower case), told from its tokens. */
export function callsAny(sql: string, functions: ReadonlySet<string>): boolean {
  const tokens = significantTokens(sql);
  return tokens.some((token, index) => {
    if (tokens[index + 1]?.text !== '(') return false;
    const name = token.text.startsWith('"') ? token.text.slice(1, -1) : token.text;
    return functions.has(name.toLowerCase());
  });
}

/** The statement's first words in upper case, past EXPLAIN and PREPARE, which only carry another one. */
export function leadingWords(sql: string): string[] {
  const words = significantTokens(sql).map((token) => token.text.toUpperCase());
  let at = 0;
  if (words[at] === 'EXPLAIN') {
    at += 1;
    if (words[at] === 'ANALYZE') at += 1;
    if (words[at] === '(') at = words.indexOf(')', at) + 1;
  }
  if (words[at] === 'PREPARE') at = words.indexOf('AS', at) + 1;
  return words.slice(at);
}

const OWN_DATABASES = new Set(['MILLRACE', 'RESULTS']);

/**
 * Refuses what would take the engine's own footing away in any session, and what a folder that is not trusted must
 * not do although it could: writing files (COPY TO could overwrite the project's state) and logging to files.
 */
export function refuseForbidden(sql: string, restricted: boolean): void {
  const words = leadingWords(sql);
  const name = (word: string | undefined) => word?.replace(/^"(.*)"$/, '$1') ?? '';
  if (words[0] === 'DETACH') {
    const target = name(words.find((word, index) => index > 0 && !['DATABASE', 'IF', 'EXISTS'].includes(word)));
    if (OWN_DATABASES.has(target)) throw forbidden(`"${target.toLowerCase()}" is the app's own and stays attached.`);
  }
  if (words[0] === 'INSTALL' || (words[0] === 'FORCE' && words[1] === 'INSTALL') || isExtensionUpdate(words)) {
    throw new MillraceError({
      code: 'EXTENSION_MISSING',
      message: 'Extensions are never downloaded: they come with the app and are loaded already.',
      hint: 'Leave the statement out; `millrace doctor` lists the extensions that are there.',
    });
  }
  if (words[0] === 'PRAGMA' && /^ENABLE_PROFIL/.test(words[1] ?? '')) {
    throw forbidden('Profiling prints to the console.', 'Use Run with plan, or EXPLAIN ANALYZE.');
  }
  if (restricted && (isCopyTo(words) || words[0] === 'EXPORT' || words.includes('ENABLE_LOGGING'))) {
    throw new MillraceError({
      code: 'NOT_TRUSTED',
      message: 'This folder is not trusted, so its SQL does not write files.',
      hint: 'Trust the folder if you know where it comes from, or export the result from the grid.',
    });
  }
}

function isExtensionUpdate(words: string[]): boolean {
  return words[0] === 'UPDATE' && words[1] === 'EXTENSIONS';
}

function isCopyTo(words: string[]): boolean {
  if (words[0] !== 'COPY') return false;
  let depth = 0;
  for (const word of words) {
    if (word === '(') depth += 1;
    if (word === ')') depth -= 1;
    if (depth === 0 && word === 'FROM') return words[1] === 'FROM';
    if (depth === 0 && word === 'TO') return true;
  }
  return false;
}

function forbidden(message: string, hint = 'Leave the statement out.'): MillraceError {
  return new MillraceError({ code: 'FORBIDDEN', message, hint });
}
