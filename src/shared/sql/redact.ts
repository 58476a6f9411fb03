import { skipToken } from './split';

/** What stands in the place of a secret. */
export const REDACTED = '***';

const SECRET_WORD =
  /^(?:.*_)?(?:password|passwd|pwd|passphrase|secret|secret_key|secret_access_key|session_token|access_token|bearer_token|refresh_token|token|api_key|apikey|account_key|private_key|encryption_key|connection_string|client_secret|credential|credentials)$/i;

/**
 * `scheme://user:password@host`: the user stays, the password goes. It may hold any sign but blank, quote and slash. A
 * scheme starts a word and every part is bounded, so that a long text without blanks is read once and not once a letter.
 */
const URL_PASSWORD = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#'"@]{0,300}):[^\s'"/]{0,2000}@/gi;

/** `key=value` and `"key": "value"` as they stand in connection strings, URL queries, headers and JSON. */
const KEY_AND_VALUE =
  /((?:\b|_)(?:password|passwd|pwd|secret|secret_key|secret_access_key|session_token|access_token|refresh_token|token|api[_-]?key|account_?key|sharedaccesssignature|sig|x-amz-signature|x-amz-security-token|client_secret)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"'&;,)\]}]+)/gi;

const AUTHORIZATION = /\b(bearer|basic)(\s+)[a-z0-9._~+/=-]{6,}/gi;

/**
 * Any text with the secrets taken out that can be told by their form: passwords in URLs and connection strings, tokens
 * in queries and headers. For messages, logs and text that need not be SQL.
 */
export function redactText(text: string): string {
  return text
    .replace(URL_PASSWORD, `$1:${REDACTED}@`)
    .replace(KEY_AND_VALUE, (_whole, key: string, value: string) => key + keepQuotes(value))
    .replace(AUTHORIZATION, `$1$2${REDACTED}`);
}

/**
 * SQL with its secrets taken out: bodies of CREATE SECRET (the TYPE stays), literals after PASSWORD, SECRET,
 * ENCRYPTION_KEY and the like, keys of `add_parquet_key`, and whatever {@link redactText} finds inside strings and
 * comments. Text without secrets comes back as it was. Works on SQL that does not parse, as that is kept too.
 */
export function redactSql(sql: string): string {
  const tokens = tokenize(sql);
  const replacements = new Map<number, string>();
  for (let index = 0; index < tokens.length; index += 1) {
    const word = wordAt(tokens, index);
    if (word === undefined) continue;
    if (word === 'secret' && isCreateSecret(tokens, index)) index = redactSecretBody(tokens, index, replacements);
    else if (word === 'add_parquet_key') redactArguments(tokens, index, replacements);
    else if (SECRET_WORD.test(word)) redactValueAfter(tokens, index, replacements);
  }
  return redactText(tokens.map((token, index) => replacements.get(index) ?? token).join(''));
}

/** Tokens that together are the whole text: words, literals, comments, blanks and single signs. */
function tokenize(sql: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < sql.length) {
    const end = Math.max(skipToken(sql, at), at + 1);
    tokens.push(sql.slice(at, end));
    at = end;
  }
  return tokens;
}

/** The bare, double-quoted or single-quoted name at the index, in lower case; quoted ones count, as struct keys are. */
function wordAt(tokens: string[], index: number): string | undefined {
  const token = tokens[index] ?? '';
  if (/^[\p{L}_]/u.test(token) && !isLiteral(token)) return token.toLowerCase();
  if (/^(['"])[\p{L}_-]{1,60}\1$/u.test(token)) return token.slice(1, -1).replaceAll('-', '_').toLowerCase();
  return undefined;
}

function isLiteral(token: string): boolean {
  return /^(?:[eE]?'|\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)/u.test(token);
}

function isBlank(token: string): boolean {
  return token.trim() === '' || token.startsWith('--') || token.startsWith('/*');
}

function step(tokens: string[], index: number, by: 1 | -1): number {
  let next = index + by;
  while (next >= 0 && next < tokens.length && isBlank(tokens[next] ?? '')) next += by;
  return next;
}

const BEFORE_SECRET = new Set(['persistent', 'temporary', 'temp', 'replace', 'or']);

function isCreateSecret(tokens: string[], index: number): boolean {
  let before = step(tokens, index, -1);
  while (BEFORE_SECRET.has((tokens[before] ?? '').toLowerCase())) before = step(tokens, before, -1);
  return (tokens[before] ?? '').toLowerCase() === 'create';
}

/** Gives the index at which the statement goes on. */
function redactSecretBody(tokens: string[], index: number, replacements: Map<number, string>): number {
  let open = index;
  while (open < tokens.length && tokens[open] !== '(') {
    if (tokens[open] === ';') return open;
    open += 1;
  }
  const close = closingParenthesis(tokens, open);
  const body = tokens.slice(open + 1, close).join('');
  const type = /\btype\s+'?([a-z0-9_]+)'?/i.exec(body)?.[1];
  for (let inside = open + 1; inside < close; inside += 1) replacements.set(inside, '');
  if (close > open + 1) replacements.set(open + 1, type ? `TYPE ${type}, ${REDACTED}` : REDACTED);
  return close;
}

/** The index of the parenthesis that closes the one at `open`, or the end of the text where none does. */
function closingParenthesis(tokens: string[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index] === '(') depth += 1;
    if (tokens[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

function redactArguments(tokens: string[], index: number, replacements: Map<number, string>): void {
  const open = step(tokens, index, 1);
  if (tokens[open] !== '(') return;
  const close = closingParenthesis(tokens, open);
  for (let inside = open + 1; inside < close; inside += 1) {
    if (isLiteral(tokens[inside] ?? '')) replacements.set(inside, `'${REDACTED}'`);
  }
}

const BETWEEN = new Set(['=', ':', '>', 'to', '(']);

function redactValueAfter(tokens: string[], index: number, replacements: Map<number, string>): void {
  let value = step(tokens, index, 1);
  for (let signs = 0; signs < 3 && BETWEEN.has((tokens[value] ?? '').toLowerCase()); signs += 1) {
    value = step(tokens, value, 1);
  }
  if (isLiteral(tokens[value] ?? '')) replacements.set(value, `'${REDACTED}'`);
}

function keepQuotes(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return `${quote}${REDACTED}${quote}`;
}
