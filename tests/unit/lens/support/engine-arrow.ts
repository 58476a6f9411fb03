import { type DuckDBConnection, DuckDBDecimalValue } from '@duckdb/node-api';
import * as arrow from 'apache-arrow';

/** How each type crosses to Arrow in these tests: the Arrow type, and its raw value from DuckDB's. */
function arrowType(type: string): arrow.DataType {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return new arrow.Decimal(Number(decimal[2]), Number(decimal[1]), 128);
  const plain: Record<string, arrow.DataType> = {
    BOOLEAN: new arrow.Bool(),
    TINYINT: new arrow.Int8(),
    SMALLINT: new arrow.Int16(),
    INTEGER: new arrow.Int32(),
    BIGINT: new arrow.Int64(),
    UTINYINT: new arrow.Uint8(),
    USMALLINT: new arrow.Uint16(),
    UINTEGER: new arrow.Uint32(),
    UBIGINT: new arrow.Uint64(),
    FLOAT: new arrow.Float32(),
    DOUBLE: new arrow.Float64(),
    VARCHAR: new arrow.Utf8(),
    DATE: new arrow.DateDay(),
    TIME: new arrow.TimeMicrosecond(),
    TIMESTAMP: new arrow.TimestampMicrosecond(),
  };
  const found = plain[type];
  if (!found) throw new Error(`No Arrow type for ${type}`);
  return found;
}

function words(value: bigint, type: arrow.DataType): ArrayBufferView {
  const bytes = new BigInt64Array(2);
  bytes[0] = BigInt.asIntN(64, value);
  bytes[1] = value >> 64n;
  return arrow.DataType.isDecimal(type) ? new Uint32Array(bytes.buffer) : bytes;
}

/** The raw array of a column: what DuckDB and Arrow both keep in memory for the type. */
function rawColumn(values: unknown[], type: arrow.DataType): arrow.Data {
  const length = values.length;
  const nullBitmap = new Uint8Array(Math.ceil(length / 8) + 8);
  values.forEach((value, at) => {
    if (value !== null) nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7));
  });
  const common = { length, nullCount: values.filter((value) => value === null).length, nullBitmap };
  if (arrow.DataType.isDate(type)) {
    const data = Int32Array.from(values, (value) => (value as { days: number } | null)?.days ?? 0);
    return arrow.makeData({ ...common, type, data });
  }
  if (arrow.DataType.isTime(type) || arrow.DataType.isTimestamp(type)) {
    const data = BigInt64Array.from(values, (value) => (value as { micros: bigint } | null)?.micros ?? 0n);
    return arrow.makeData({ ...common, type, data } as never);
  }
  const data = new Uint32Array(length * 4);
  values.forEach((value, at) => {
    if (value instanceof DuckDBDecimalValue) data.set(words(value.value, type) as Uint32Array, at * 4);
  });
  return arrow.makeData({ ...common, type, data } as never);
}

/** Runs the SQL on the engine and gives its rows as Arrow IPC, value by value as DuckDB holds them. */
export async function engineArrow(connection: DuckDBConnection, sql: string): Promise<Uint8Array> {
  const reader = await connection.runAndReadAll(sql);
  const columns = reader.getColumns();
  const fields = reader.columnNames().map((name, at) => {
    const type = arrowType(reader.columnType(at).toString());
    const values = (columns[at] ?? []) as unknown[];
    const raw =
      arrow.DataType.isDate(type) ||
      arrow.DataType.isTime(type) ||
      arrow.DataType.isTimestamp(type) ||
      arrow.DataType.isDecimal(type);
    const vector = raw ? new arrow.Vector([rawColumn(values, type)]) : arrow.vectorFromArray(values, type);
    return { name, type, data: vector.data[0] as arrow.Data };
  });
  const schema = new arrow.Schema(fields.map((field) => new arrow.Field(field.name, field.type, true)));
  const struct = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: reader.currentRowCount,
    nullCount: 0,
    children: fields.map((field) => field.data),
  });
  return arrow.tableToIPC(new arrow.Table(new arrow.RecordBatch(schema, struct)), 'stream');
}
