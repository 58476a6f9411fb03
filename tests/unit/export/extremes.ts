import type { EngineConnection } from '../../../src/main/engine/connection';
import type { ColumnInfo } from '../../../src/shared/columns';
import { columnKind } from '../../../src/shared/columns';

/** Extremes of each type: smallest, largest, empty, NULL and what formats stumble over. Each column is a type. */
export const EXTREMES: Record<string, { type: string; values: string[] }> = {
  boolean: { type: 'BOOLEAN', values: ['true', 'false'] },
  tinyint: { type: 'TINYINT', values: ['-128', '127'] },
  smallint: { type: 'SMALLINT', values: ['-32768', '32767'] },
  integer: { type: 'INTEGER', values: ['-2147483648', '2147483647'] },
  bigint: { type: 'BIGINT', values: ['-9223372036854775808', '9223372036854775807', '9007199254740993', '0'] },
  hugeint: {
    type: 'HUGEINT',
    values: ["'-170141183460469231731687303715884105728'", '170141183460469231731687303715884105727'],
  },
  hugeint_small: { type: 'HUGEINT', values: ['99999999999999999999999999999999999999', '-1'] },
  utinyint: { type: 'UTINYINT', values: ['0', '255'] },
  usmallint: { type: 'USMALLINT', values: ['0', '65535'] },
  uinteger: { type: 'UINTEGER', values: ['0', '4294967295'] },
  ubigint: { type: 'UBIGINT', values: ['0', '18446744073709551615'] },
  uhugeint: { type: 'UHUGEINT', values: ['0', "'340282366920938463463374607431768211455'"] },
  bignum: { type: 'BIGNUM', values: ["'-123456789012345678901234567890123456789012345678901234567890'", "'7'"] },
  decimal_small: { type: 'DECIMAL(9,2)', values: ['-9999999.99', '0.01', '0'] },
  decimal_wide: {
    type: 'DECIMAL(38,10)',
    values: ['9999999999999999999999999999.9999999999', '-0.0000000001', '1.5'],
  },
  float: { type: 'FLOAT', values: ['0.1', '3.4028235e38', "'nan'", "'-inf'", '1e-45'] },
  double: {
    type: 'DOUBLE',
    values: ['0.1', '1.7976931348623157e308', '5e-324', "'nan'", "'inf'", '123456789.12345679', '0.30000000000000004'],
  },
  text: {
    type: 'VARCHAR',
    values: [
      "''",
      "'NULL'",
      "'00420'",
      "' blank '",
      `'quote " comma , semi ; tab ' || chr(9) || ' pipe |'`,
      `'line' || chr(10) || 'break' || chr(13) || chr(10) || 'both'`,
      `'control ' || chr(1) || chr(27) || ' end'`,
      "'<b>&amp;</b> _x0041_ \\ ` * {}'",
      "'漢字 😀 é ﷽'",
      "'=1+1'",
      "'it''s'",
    ],
  },
  blob: { type: 'BLOB', values: ["'\\x00\\xFF\\x80abc'", "''"] },
  date: {
    type: 'DATE',
    values: ["'1970-01-01'", "'9999-12-31'", "'0044-03-15 (BC)'", "'1899-12-31'", "'12345-06-07'"],
  },
  date_infinite: { type: 'DATE', values: ["'infinity'", "'-infinity'", "'2024-02-29'"] },
  time: { type: 'TIME', values: ["'00:00:00'", "'23:59:59.999999'", "'24:00:00'"] },
  time_milliseconds: { type: 'TIME', values: ["'12:34:56.789'", "'00:00:00'"] },
  timetz: { type: 'TIMETZ', values: ["'00:00:00-15:59'", "'23:59:59.999999+05:30'"] },
  timestamp: {
    type: 'TIMESTAMP',
    values: ["'2024-02-29 12:34:56.123456'", "'1900-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'", "'infinity'"],
  },
  timestamp_milliseconds: { type: 'TIMESTAMP', values: ["'2024-02-29 12:34:56.123'", "'1969-12-31 23:59:59.999'"] },
  timestamp_s: { type: 'TIMESTAMP_S', values: ["'2024-02-29 12:34:56'"] },
  timestamp_ms: { type: 'TIMESTAMP_MS', values: ["'2024-02-29 12:34:56.789'"] },
  timestamp_ns: { type: 'TIMESTAMP_NS', values: ["'2024-02-29 12:34:56.123456789'"] },
  timestamptz: {
    type: 'TIMESTAMPTZ',
    values: ["'2024-10-27 00:30:00+00'", "'2024-10-27 01:30:00+00'", "'1850-01-01 00:00:00+00'", "'infinity'"],
  },
  timestamptz_plain: { type: 'TIMESTAMPTZ', values: ["'2024-06-01 12:00:00+00'", "'2024-01-01 12:00:00.5+00'"] },
  interval: {
    type: 'INTERVAL',
    values: ["'14 months -3 days 1.000001 seconds'", "'-1 microsecond'", "'0 seconds'", "'300 hours'"],
  },
  interval_plain: { type: 'INTERVAL', values: ["'1 month 2 days 3.5 seconds'"] },
  uuid: { type: 'UUID', values: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"] },
  bit: { type: 'BIT', values: ["'0'", "'010101010101010101'"] },
  enum: { type: "ENUM('a', 'it''s, \"b\"')", values: ["'a'", `'it''s, "b"'`] },
  json: {
    type: 'JSON',
    values: [`'{"a": [1, null, "x\\ny"], "big": 12345678901234567890123}'`, `'null'`, `'[1,${'\n'}2]'`],
  },
  list: { type: 'BIGINT[]', values: ['[1, NULL, 9223372036854775807]', '[]'] },
  list_hugeint: { type: 'HUGEINT[]', values: ['[170141183460469231731687303715884105727]'] },
  list_text: { type: 'VARCHAR[]', values: [`['a,b', 'it''s', '"', NULL, '', 'NULL']`] },
  array: { type: 'INTEGER[2]', values: ['[1, NULL]'] },
  struct: {
    type: 'STRUCT("a b" DECIMAL(10,2), "quote""s" VARCHAR[], n STRUCT(d DATE))',
    values: [
      `{'a b': 1.50, 'quote"s': ['x', NULL], 'n': {'d': '2024-01-01'}}`,
      `{'a b': NULL, 'quote"s': [], 'n': NULL}`,
    ],
  },
  map: { type: 'MAP(VARCHAR, TIMESTAMP)', values: [`MAP {'k''1': TIMESTAMP '2024-01-01 00:00:00.000001'}`, 'MAP {}'] },
  union: { type: 'UNION(num INTEGER, txt VARCHAR)', values: ['union_value(num := 2)', `'words'`] },
};

/** A table `extremes` with one column a type, as many rows as the longest list, and NULL below the shorter ones. */
export async function createExtremes(connection: EngineConnection): Promise<{ sql: string; columns: ColumnInfo[] }> {
  const names = Object.keys(EXTREMES);
  const rows = Math.max(...Object.values(EXTREMES).map(({ values }) => values.length)) + 1;
  const selects = Array.from({ length: rows }, (_, row) => {
    const cells = names.map((name) => {
      const { type, values } = EXTREMES[name] as { type: string; values: string[] };
      return `CAST(${values[row] ?? 'NULL'} AS ${type}) AS "${name}"`;
    });
    return `SELECT ${cells.join(', ')}`;
  });
  await connection.run(`CREATE TABLE extremes AS ${selects.join(' UNION ALL ')}`);
  const told = await connection.rows<{ name: string; type: string }>(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE extremes)`,
  );
  return {
    sql: 'SELECT * FROM extremes',
    columns: told.map(({ name, type }) => ({ name, type, kind: columnKind(type) })),
  };
}
