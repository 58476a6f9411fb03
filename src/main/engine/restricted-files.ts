import path from 'node:path';
import { significantTokens } from './statement';

/** SQL with some of its literals made longer, and the way back to offsets in the text it came from. */
export interface RewrittenSql {
  sql: string;
  toOriginal(offset: number): number;
}

/** Functions whose first argument names files. */
const FILE_FUNCTIONS =
  /^(?:read_\w+|glob|sniff_csv|parquet_\w+|scan_parquet|parquet_scan|sqlite_scan|arrow_scan|st_read)$/i;

/**
 * Makes the relative file names in a SQL text absolute. The restricted instance needs that: it checks a path against
 * the allowed folders before it looks into `file_search_path` (seen in 1.5.5), so that `'data/x.csv'` would be refused.
 * File names are told by their place: after FROM, JOIN, COPY or ATTACH, or in the first argument of a file function.
 */
export function absoluteFiles(sql: string, projectFolder: string): RewrittenSql {
  return makeAbsolute(sql, projectFolder, isFilePlace);
}

/**
 * Makes the relative names absolute that DuckDB would take from where the process was started: what COPY and EXPORT
 * write and what ATTACH opens. Files that are read it finds by `file_search_path`.
 */
export function absoluteTargets(sql: string, projectFolder: string): RewrittenSql {
  return makeAbsolute(sql, projectFolder, isTargetPlace);
}

type IsPlace = (tokens: { text: string }[], index: number, leading: string) => boolean;

function makeAbsolute(sql: string, projectFolder: string, isPlace: IsPlace): RewrittenSql {
  const tokens = significantTokens(sql);
  // Once for the text: a file of 5,000 columns that is spelled out has 10,000 literals.
  const leading = leadingWord(tokens);
  const edits: { at: number; inserted: string }[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token?.text.startsWith("'") || !isPlace(tokens, index, leading)) continue;
    const name = token.text.slice(1, -1).replaceAll("''", "'");
    if (path.isAbsolute(name) || /^(?:[a-z][a-z0-9+.-]+)?:/i.test(name) || name.startsWith('~') || name === '')
      continue;
    const prefix = `${projectFolder.replaceAll("'", "''")}/`;
    edits.push({ at: token.start + 1, inserted: prefix });
  }
  return apply(sql, edits);
}

function isFilePlace(tokens: { text: string }[], index: number, leading: string): boolean {
  const before = (tokens[index - 1]?.text ?? '').toUpperCase();
  if (/^(?:FROM|JOIN|COPY)$/.test(before) || isTargetPlace(tokens, index, leading)) return true;
  let at = index - 1;
  if (tokens[at]?.text === ',' || tokens[at]?.text === '[') {
    while (at >= 0 && (tokens[at]?.text === ',' || tokens[at]?.text.startsWith("'"))) at -= 1;
    if (/^(?:FROM|JOIN)$/i.test(tokens[at]?.text ?? '')) return true;
    if (tokens[at]?.text !== '[') return false;
    at -= 1;
  }
  return tokens[at]?.text === '(' && FILE_FUNCTIONS.test(tokens[at - 1]?.text ?? '');
}

const TARGETS: Record<string, RegExp> = {
  COPY: /^TO$/,
  EXPORT: /^(?:DATABASE|TO)$/,
  IMPORT: /^DATABASE$/,
  ATTACH: /^(?:ATTACH|DATABASE|EXISTS)$/,
};

function isTargetPlace(tokens: { text: string }[], index: number, leading: string): boolean {
  const targets = TARGETS[leading];
  return targets?.test((tokens[index - 1]?.text ?? '').toUpperCase()) ?? false;
}

/** The statement's first word, past an EXPLAIN with or without its options. */
function leadingWord(tokens: { text: string }[]): string {
  const first = tokens.find(
    ({ text }) => /^(?:SELECT|WITH|FROM|SET|ALTER|CREATE|INSERT)$/i.test(text) || text.toUpperCase() in TARGETS,
  );
  return first?.text.toUpperCase() ?? '';
}

function apply(sql: string, edits: { at: number; inserted: string }[]): RewrittenSql {
  if (edits.length === 0) return { sql, toOriginal: (offset) => offset };
  let text = '';
  let from = 0;
  for (const edit of edits) {
    text += sql.slice(from, edit.at) + edit.inserted;
    from = edit.at;
  }
  text += sql.slice(from);
  return {
    sql: text,
    toOriginal(offset) {
      let shift = 0;
      for (const edit of edits) {
        const start = edit.at + shift;
        if (offset < start) break;
        if (offset < start + edit.inserted.length) return edit.at;
        shift += edit.inserted.length;
      }
      return offset - shift;
    },
  };
}
