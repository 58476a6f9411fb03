import { skipToken } from '../../shared/sql/split';

/** What a SQL text says of connections, besides the tables that it reads. */
export interface ConnectionReferences {
  /** Names in front of a dot where a table or schema is written to or made, and first arguments of `postgres_query(…)`. */
  databases: string[];
  /** Databases that become the default: these must not be let go of behind the worksheet's back. */
  defaults: string[];
  /** Databases that the text detaches itself. */
  detached: string[];
  /** Addresses in strings, and whether the text writes there. */
  urls: { url: string; writes: boolean }[];
}

interface Token {
  text: string;
  /** Upper case for words. */
  word: string;
}

/** Words after which the name of a table, or of what else a statement changes, stands. */
const BEFORE_TARGET = new Set(
  `INTO UPDATE TABLE VIEW COPY DESCRIBE DESC SUMMARIZE SCHEMA MACRO FUNCTION TYPE SEQUENCE CALL FROM JOIN EXISTS
  ONLY`.split(/\s+/),
);

/** Functions whose first argument names an attached database. */
const DATABASE_FUNCTION = /^(?:postgres|mysql|mongo|sqlite)_(?:query|execute|clear_cache|configure_pool)$/i;

const OBJECT_URL = /^(?:s3|s3a|s3n|gs|gcs|az|azure|abfss):\/\//i;

/**
 * Finds the databases that statements write to, make default, detach or pass to functions, and the addresses of objects
 * in any string. What is read by FROM is found too where no comma stands before it. Names may be no connections at all.
 */
export function findConnectionReferences(sql: string): ConnectionReferences {
  const found: ConnectionReferences = { databases: [], defaults: [], detached: [], urls: [] };
  const tokens = tokenize(sql);
  let first = '';
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (!before || before.text === ';') first = token.word;
    const url = stringOf(token);
    if (url !== undefined && OBJECT_URL.test(url)) {
      found.urls.push({ url, writes: before?.word === 'TO' || (first === 'EXPORT' && before?.word !== 'FROM') });
    }
    const argument = DATABASE_FUNCTION.test(before?.text === '(' ? (tokens[index - 2]?.text ?? '') : '');
    if (url !== undefined && argument) found.databases.push(url);
    const name = nameOf(token);
    if (name === undefined || !before) return;
    if (before.word === 'USE' && tokens[index - 2]?.text !== '.') found.defaults.push(name);
    else if (isDetached(tokens, index)) found.detached.push(name);
    else if (tokens[index + 1]?.text === '.' && isTarget(tokens, index, first)) found.databases.push(name);
  });
  return found;
}

function isTarget(tokens: Token[], index: number, first: string): boolean {
  const before = tokens[index - 1]?.word ?? '';
  // CREATE INDEX … ON a.b.c; in a join ON stands before a condition.
  return BEFORE_TARGET.has(before) || (before === 'ON' && (first === 'CREATE' || first === 'COMMENT'));
}

function isDetached(tokens: Token[], index: number): boolean {
  const words = [4, 3, 2, 1].map((back) => tokens[index - back]).map((token) => token?.word ?? '');
  const way = words.join(' ').trim();
  return (
    /(?:^|\s)DETACH(?: DATABASE)?(?: IF EXISTS)?$/.test(way) &&
    !['DATABASE', 'IF', 'EXISTS'].includes(tokens[index]?.word ?? '')
  );
}

function stringOf({ text }: Token): string | undefined {
  const plain = /^'([\s\S]*)'$/.exec(text)?.[1];
  return plain?.replaceAll("''", "'");
}

function nameOf({ text, word }: Token): string | undefined {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"');
  return word === '' ? undefined : text;
}

function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const end = Math.max(skipToken(sql, at), at + 1);
    const text = sql.slice(at, end);
    if (!/^\s/.test(text) && !text.startsWith('--') && !text.startsWith('/*')) {
      tokens.push({ text, word: /^[\p{L}_]/u.test(text) && !/^[eE]'/.test(text) ? text.toUpperCase() : '' });
    }
    at = end;
  }
  return tokens;
}
