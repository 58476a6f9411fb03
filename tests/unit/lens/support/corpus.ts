/** One column of the corpus: DuckDB's own spelling of its type, and values from the ordinary to the extreme. */
interface CorpusColumn {
  type: string;
  values: string[];
}

const integers = (type: string, low: string, high: string): CorpusColumn => ({
  type,
  values: ['1', '2', '2', '0', '7', low, high, 'NULL'].map((value) => (value === 'NULL' ? value : `${value}::${type}`)),
});
const texts = (type: string, values: string[]): CorpusColumn => ({
  type,
  values: values.map((value) => (value === 'NULL' ? value : `'${value}'::${type}`)),
});

/** Every type that a result can hold, each with NULLs, repeats, and the values that formats and orders stumble on. */
export const CORPUS: CorpusColumn[] = [
  { type: 'BOOLEAN', values: ['true', 'false', 'true', 'NULL'] },
  integers('TINYINT', '(-128)', '127'),
  integers('SMALLINT', '(-32768)', '32767'),
  integers('INTEGER', '(-2147483648)', '2147483647'),
  integers('BIGINT', '(-9223372036854775808)', '9223372036854775807'),
  integers('HUGEINT', '(-170141183460469231731687303715884105728)', '170141183460469231731687303715884105727'),
  integers('UTINYINT', '0', '255'),
  integers('USMALLINT', '0', '65535'),
  integers('UINTEGER', '0', '4294967295'),
  integers('UBIGINT', '0', '18446744073709551615'),
  integers('UHUGEINT', '0', '340282366920938463463374607431768211455'),
  texts('BIGNUM', ['1', '2', '2', '-123456789012345678901234567890123456789012345', 'NULL']),
  texts('DECIMAL(4,1)', ['1.5', '-999.9', '999.9', '0.0', '1.5', 'NULL']),
  texts('DECIMAL(9,2)', ['1.25', '-1234567.89', '9999999.99', '0', '1.25', 'NULL']),
  texts('DECIMAL(18,3)', ['1.125', '-123456789012345.678', '0', '1.125', 'NULL']),
  texts('DECIMAL(38,10)', ['1.5', '-1234567890123456789012345678.0123456789', '0', '1.5', 'NULL']),
  texts('FLOAT', ['0.1', '1e10', '-0.0', '3.4028235e38', 'nan', 'inf', '-inf', '0.1', '16777216', '1e-7', 'NULL']),
  texts('DOUBLE', [
    '0.1',
    '1e15',
    '1e16',
    '123456789.125',
    '-0.0',
    '1.7976931348623157e308',
    '-1.7976931348623157e308',
    '5e-324',
    'nan',
    'inf',
    '-inf',
    '0.1',
    '1e-5',
    '1e-4',
    '0.30000000000000004',
    'NULL',
  ]),
  texts('VARCHAR', [
    '',
    'a',
    'A',
    'b',
    'a',
    'ä',
    'Zürich',
    '日本語',
    '🦆 duck',
    ' lead',
    'tab\tbed',
    "it''s",
    'NULL',
    '10',
    '9',
  ]),
  texts('DATE', [
    '2024-02-29',
    '1970-01-01',
    '1969-12-31',
    '0001-01-01',
    '9999-12-31',
    '2024-02-29',
    'infinity',
    'NULL',
  ]),
  texts('TIME', ['00:00:00', '23:59:59.999999', '12:30:00', '12:30:00', '24:00:00', 'NULL']),
  texts('TIME_NS', ['00:00:00', '23:59:59.999999999', 'NULL']),
  texts('TIMETZ', ['12:00:00+02', '12:00:00-05:30', '12:00:00+02', 'NULL']),
  texts('TIMESTAMP', [
    '2024-02-29 12:34:56.123456',
    '2024-02-29 12:34:56',
    '1969-12-31 23:59:59.999999',
    '1969-12-31 23:59:59.5',
    '0044-03-15 00:00:00',
    '2024-02-29 12:34:56',
    'infinity',
    '-infinity',
    'NULL',
  ]),
  texts('TIMESTAMP_S', ['2024-02-29 12:34:56', '1969-12-31 23:59:59', 'NULL']),
  texts('TIMESTAMP_MS', ['2024-02-29 12:34:56.123', '1969-12-31 23:59:59.999', 'NULL']),
  texts('TIMESTAMP_NS', ['2024-02-29 12:34:56.123456789', '1969-12-31 23:59:59.999999999', 'NULL']),
  texts('TIMESTAMPTZ', [
    '2024-03-31 00:59:59.5+00',
    '2024-03-31 01:00:00+00',
    '2024-10-27 00:30:00+00',
    '2024-10-27 01:30:00+00',
    'infinity',
    'NULL',
  ]),
  {
    type: 'INTERVAL',
    values: ["INTERVAL '1 day'", "INTERVAL '24 hours'", "INTERVAL '1 month 2 days 3.5 seconds'", 'NULL'],
  },
  texts('BLOB', ['abc', '\\x00\\xFF', '', 'abc', 'NULL']),
  texts('BIT', ['101', '0', '11111111000000001', 'NULL']),
  texts('UUID', ['00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'NULL']),
  texts('JSON', ['{"a": [1, 2]}', '"text"', 'null', '1', 'NULL']),
  texts("ENUM('small', 'large', 'medium')", ['large', 'small', 'medium', 'small', 'NULL']),
  { type: 'INTEGER[]', values: ['[1, NULL, 3]', '[]', '[1, NULL, 3]', 'NULL'] },
  { type: 'INTEGER[2]', values: ['[1, 2]::INTEGER[2]', 'NULL'] },
  { type: 'VARCHAR[]', values: ["['a', NULL, 'b, c']", "['']", 'NULL'] },
  { type: 'STRUCT(a INTEGER, b VARCHAR)', values: ["{'a': 1, 'b': 'x'}", "{'a': NULL, 'b': 'it''s'}", 'NULL'] },
  { type: 'MAP(VARCHAR, INTEGER)', values: ["MAP {'k': 1, 'l': NULL}", 'MAP {}', 'NULL'] },
  {
    type: 'UNION(num INTEGER, str VARCHAR)',
    values: [
      'union_value(num := 2)::UNION(num INTEGER, str VARCHAR)',
      "union_value(str := 'q')::UNION(num INTEGER, str VARCHAR)",
      'NULL',
    ],
  },
];

/** A SELECT of `rows` rows; each column walks through its values at a pace of its own, so that rows differ. */
export function corpusSql(rows: number): string {
  const cells = CORPUS.map(
    (column, at) =>
      `list_extract([${column.values.join(', ')}]::${column.type}[], ((i * ${[1, 17, 19, 23][at % 4]} + ${at}) % ${column.values.length} + 1)::BIGINT) AS c${at}`,
  );
  return `SELECT ${cells.join(', ')} FROM range(${rows}) t(i) ORDER BY i`;
}
