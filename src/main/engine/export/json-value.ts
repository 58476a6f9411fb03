import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { quoteLiteral } from '../../../shared/sql/quote';
import { plainText } from './plain-text';

/**
 * The SQL expression that writes a value of the type as JSON text, inside DuckDB and by type alone:
 * - integers up to 64 bits are numbers, beyond ±2^53 strings; HUGEINT, UHUGEINT, BIGNUM and DECIMAL are strings
 * - NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity", as JSON has no such numbers
 * - dates and times are ISO 8601 (years outside 1…9999 in its six-digit form), intervals ISO 8601 durations, zoned
 *   timestamps carry the offset of the connection's time zone; infinite dates are "infinity" and "-infinity"
 * - a blob is base64, a bit string its digits, a union an object with its one tag
 * - a JSON column is embedded as it is, with line breaks between its tokens as spaces; so is a VARIANT, as the JSON that
 *   DuckDB makes of it
 * NULL is `null`. The expression is never NULL itself.
 */
export function jsonValue(type: DuckDBType, ref: string, depth = 0): string {
  return `CASE WHEN ${ref} IS NULL THEN 'null' ELSE ${presentValue(type, ref, depth)} END`;
}

/** A text as a JSON string in SQL. */
export function jsonText(expression: string): string {
  return `CAST(to_json(CAST(${expression} AS VARCHAR)) AS VARCHAR)`;
}

function presentValue(type: DuckDBType, ref: string, depth: number): string {
  if (type.alias === 'JSON') return embeddedJson(ref);
  if (type.typeId === DuckDBTypeId.VARIANT) return embeddedJson(`CAST(${ref} AS JSON)`);
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return asText(ref);
    case DuckDBTypeId.BIGINT:
      return `CASE WHEN ${ref} BETWEEN -9007199254740992 AND 9007199254740992 THEN ${asText(ref)} ELSE ${quoted(ref)} END`;
    case DuckDBTypeId.UBIGINT:
      return `CASE WHEN ${ref} <= 9007199254740992 THEN ${asText(ref)} ELSE ${quoted(ref)} END`;
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
    case DuckDBTypeId.DECIMAL:
    case DuckDBTypeId.UUID:
    case DuckDBTypeId.BIT:
      return quoted(ref);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return `CASE WHEN isfinite(${ref}) THEN ${asText(ref)} WHEN isnan(${ref}) THEN '"NaN"' WHEN ${ref} > 0 THEN '"Infinity"' ELSE '"-Infinity"' END`;
    case DuckDBTypeId.BLOB:
      return `'"' || to_base64(${ref}) || '"'`;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return jsonList(type.valueType, ref, depth);
    case DuckDBTypeId.STRUCT:
      return jsonStruct(type.entryNames, type.entryTypes, ref, depth);
    case DuckDBTypeId.MAP:
      return jsonMap(type.keyType, type.valueType, ref, depth);
    case DuckDBTypeId.UNION:
      return jsonUnion(type.memberTags, type.memberTypes, ref, depth);
    default: {
      const iso = isoText(type, ref);
      return iso === undefined ? jsonText(ref) : `'"' || ${iso} || '"'`;
    }
  }
}

function asText(ref: string): string {
  return `CAST(${ref} AS VARCHAR)`;
}

function quoted(ref: string): string {
  return `'"' || CAST(${ref} AS VARCHAR) || '"'`;
}

/**
 * DuckDB accepts NaN and Infinity inside its JSON type; such a text is written as a JSON string, so that the file stays
 * valid. A raw line break can only stand between tokens.
 */
function embeddedJson(ref: string): string {
  const text = `CAST(${ref} AS VARCHAR)`;
  const outside = `regexp_replace(${text}, '"(\\\\.|[^"\\\\])*"', '""', 'g')`;
  const invalid = `regexp_matches(${text}, '(?i)nan|inf') AND regexp_matches(${outside}, '(?i)nan|inf')`;
  return `CASE WHEN ${invalid} THEN ${jsonText(ref)} ELSE translate(${text}, chr(10) || chr(13), '  ') END`;
}

function jsonList(element: DuckDBType, ref: string, depth: number): string {
  const item = `e${depth}`;
  const body = jsonValue(element, item, depth + 1);
  return `'[' || array_to_string(list_transform(${ref}, lambda ${item}: ${body}), ',') || ']'`;
}

function jsonStruct(names: readonly string[], types: readonly DuckDBType[], ref: string, depth: number): string {
  const unnamed = names.every((name) => name === '');
  const parts = types.map((type, index) => {
    const name = names[index] ?? '';
    const value = jsonValue(type, structField(ref, unnamed ? '' : name, index), depth);
    return unnamed ? value : `${quoteLiteral(`${JSON.stringify(name)}:`)} || ${value}`;
  });
  const [open, close] = unnamed ? ['[', ']'] : ['{', '}'];
  return `'${open}' || ${parts.join(` || ',' || `)} || '${close}'`;
}

/** The SQL of a struct's field; fields of an unnamed struct are read by their place. */
export function structField(ref: string, name: string, index: number): string {
  return name === '' ? `struct_extract_at(${ref}, ${index + 1})` : `struct_extract(${ref}, ${quoteLiteral(name)})`;
}

function jsonMap(keyType: DuckDBType, valueType: DuckDBType, ref: string, depth: number): string {
  const entry = `e${depth}`;
  const key = jsonText(isoText(keyType, `${entry}.key`) ?? `${entry}.key`);
  const pair = `${key} || ':' || ${jsonValue(valueType, `${entry}.value`, depth + 1)}`;
  return `'{' || array_to_string(list_transform(map_entries(${ref}), lambda ${entry}: ${pair}), ',') || '}'`;
}

function jsonUnion(tags: readonly string[], types: readonly DuckDBType[], ref: string, depth: number): string {
  const cases = tags.map((tag, index) => {
    const type = types[index];
    if (!type) return '';
    const value = jsonValue(type, `union_extract(${ref}, ${quoteLiteral(tag)})`, depth);
    return `WHEN ${quoteLiteral(tag)} THEN ${quoteLiteral(`{${JSON.stringify(tag)}:`)} || ${value} || '}'`;
  });
  return `CASE CAST(union_tag(${ref}) AS VARCHAR) ${cases.join(' ')} END`;
}

/**
 * The SQL of a date, time or interval as ISO 8601 text, undefined for other types. Offsets that have seconds (local mean
 * time before standard time) cannot be written in ISO 8601: such a timestamp is written in UTC.
 */
export function isoText(type: DuckDBType, ref: string): string | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DATE:
      return isoDated(ref, ref, `CAST(${ref} AS VARCHAR)`, '-%m-%d', '');
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return isoDated(ref, `CAST(${ref} AS TIMESTAMP)`, withT(ref), '-%m-%dT%H:%M:%S.%f', '');
    case DuckDBTypeId.TIMESTAMP_TZ:
      return isoDated(ref, `timezone('UTC', ${ref})`, isoOffset(type, ref), '-%m-%dT%H:%M:%S.%f', '+00:00');
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.TIME_NS:
      return `CAST(${ref} AS VARCHAR)`;
    case DuckDBTypeId.TIME_TZ:
      return `regexp_replace(CAST(${ref} AS VARCHAR), '([+-]\\d\\d)$', '\\1:00')`;
    case DuckDBTypeId.INTERVAL:
      return isoDuration(ref);
    default:
      return undefined;
  }
}

function withT(ref: string): string {
  return `replace(CAST(${ref} AS VARCHAR), ' ', 'T')`;
}

function isoOffset(type: DuckDBType, ref: string): string {
  return `regexp_replace(replace(${plainText(type, ref)}, ' ', 'T'), '([+-]\\d\\d)$', '\\1:00')`;
}

function isoDated(ref: string, plain: string, usual: string, rest: string, offset: string): string {
  const year = `CAST(year(${plain}) AS BIGINT)`;
  const wide = `CASE WHEN ${year} < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(${year}) AS VARCHAR), 6, '0') || strftime(${plain}, '${rest}') || '${offset}'`;
  return `CASE WHEN NOT isfinite(${ref}) THEN CAST(${ref} AS VARCHAR) WHEN ${year} BETWEEN 1 AND 9999 THEN ${usual} ELSE ${wide} END`;
}

function isoDuration(ref: string): string {
  const seconds = `CAST(datepart('microsecond', ${ref}) / 1000000 AS DECIMAL(18,6))`;
  const time = `CAST(datepart('hour', ${ref}) AS VARCHAR) || 'H' || CAST(datepart('minute', ${ref}) AS VARCHAR) || 'M' || rtrim(rtrim(CAST(${seconds} AS VARCHAR), '0'), '.') || 'S'`;
  const date = `CAST(datepart('year', ${ref}) AS VARCHAR) || 'Y' || CAST(datepart('month', ${ref}) AS VARCHAR) || 'M' || CAST(datepart('day', ${ref}) AS VARCHAR) || 'D'`;
  return `'P' || ${date} || 'T' || ${time}`;
}
