import type { monaco } from './monaco';

export const SQL_LANGUAGE = 'millrace-sql';

const KEYWORDS = `all alter analyze and anti any array as asc asof at attach begin between by call cascade case cast
checkpoint collate column columns commit constraint copy create cross cube current database default delete desc describe
detach distinct do drop else end escape except exclude execute exists explain export extension false fetch filter
following for force foreign from full function generated glob group grouping having if ignore ilike import in index inner
insert install intersect into is isnull join key lambda lateral left like limit load macro matched materialized merge
natural not nothing notnull null nulls of offset on only or order outer over partition pivot positional pragma preceding
prepare primary qualify range recursive references rename replace reset respect returning right rollback rollup row rows
sample schema secret select semi sequence set sets show similar some summarize table tablesample temp temporary then ties
to transaction trigger true truncate try_cast type unbounded union unique unpivot update use using vacuum values view when
where window with within`.split(/\s+/);

const TYPES =
  `bigint bignum bit bitstring blob bool boolean bpchar bytea char date datetime decimal double enum float float4
float8 geometry hugeint int int1 int2 int4 int8 int16 int32 int64 int128 integer interval json list logical long map
numeric real short signed smallint string struct text time timestamp timestamptz timestamp_s timestamp_ms timestamp_ns
timetz tinyint ubigint uhugeint uint8 uint16 uint32 uint64 uinteger union usmallint utinyint uuid varbinary varchar
variant`.split(/\s+/);

/** DuckDB's lexical rules for colouring: nested comments, dollar quotes, `E''` strings, `$name` parameters. */
export const SQL_GRAMMAR: monaco.languages.IMonarchLanguage = {
  ignoreCase: true,
  unicode: true,
  defaultToken: '',
  keywords: KEYWORDS,
  types: TYPES,
  brackets: [
    { open: '(', close: ')', token: 'delimiter.parenthesis' },
    { open: '[', close: ']', token: 'delimiter.square' },
    { open: '{', close: '}', token: 'delimiter.curly' },
  ],
  tokenizer: {
    root: [
      [/--.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/e'/, 'string', '@escaped'],
      [/x'[\da-f]*'/, 'string'],
      [/'/, 'string', '@string'],
      [/"/, 'identifier.quoted', '@quoted'],
      [/\$([\p{L}_][\p{L}\d_]*)?\$/u, { token: 'string', next: '@dollar.$0' }],
      [/\$[\p{L}\d_]+/u, 'parameter'],
      [/\?/, 'parameter'],
      [/(\.)(\s*)([\p{L}_][\p{L}\d_$]*)(?=\s*\()/u, ['delimiter', '', 'function']],
      [/(\.)([\p{L}_][\p{L}\d_$]*)/u, ['delimiter', 'identifier']],
      [/0x[\da-f_]+|\d[\d_]*(\.\d[\d_]*)?(e[+-]?\d+)?|\.\d[\d_]*(e[+-]?\d+)?/, 'number'],
      [/(::)(\s*)([\p{L}_][\p{L}\d_]*)/u, ['operator', '', 'type']],
      [
        /[\p{L}_][\p{L}\d_$]*(?=\s*\()/u,
        { cases: { '@keywords': 'keyword', '@types': 'type', '@default': 'function' } },
      ],
      [/[\p{L}_][\p{L}\d_$]*(?=\s*\.)/u, 'identifier'],
      [/[\p{L}_][\p{L}\d_$]*(?=\s*:(?!:))/u, 'identifier'],
      [/[\p{L}_][\p{L}\d_$]*/u, { cases: { '@keywords': 'keyword', '@types': 'type', '@default': 'identifier' } }],
      [/[()[\]{}]/, '@brackets'],
      [/[;,.]/, 'delimiter'],
      [/[+\-*/<>=~!@#%^&|:]+/, 'operator'],
    ],
    comment: [
      [/\/\*/, 'comment', '@push'],
      [/\*\//, 'comment', '@pop'],
      [/[^/*]+|[/*]/, 'comment'],
    ],
    string: [
      [/''/, 'string'],
      [/'/, 'string', '@pop'],
      [/[^']+/, 'string'],
    ],
    escaped: [
      [/\\./, 'string.escape'],
      [/''/, 'string'],
      [/'/, 'string', '@pop'],
      [/[^'\\]+|\\/, 'string'],
    ],
    quoted: [
      [/""/, 'identifier.quoted'],
      [/"/, 'identifier.quoted', '@pop'],
      [/[^"]+/, 'identifier.quoted'],
    ],
    dollar: [
      [
        /\$([\p{L}_][\p{L}\d_]*)?\$/u,
        { cases: { '$0==$S2': { token: 'string', next: '@pop' }, '@default': 'string' } },
      ],
      [/[^$]+|\$/, 'string'],
    ],
  },
};

/** Comments, brackets and what closes by itself. */
export const SQL_CONFIGURATION: monaco.languages.LanguageConfiguration = {
  comments: { lineComment: '--', blockComment: ['/*', '*/'] },
  brackets: [
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: '{', close: '}' },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
  ],
  surroundingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: '{', close: '}' },
    { open: "'", close: "'" },
    { open: '"', close: '"' },
  ],
  wordPattern: /[\p{L}_$][\p{L}\p{N}_$]*|\d+(?:\.\d+)?/u,
};
