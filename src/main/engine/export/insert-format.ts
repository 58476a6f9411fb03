import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { MillraceError } from '../../../shared/errors';
import type { InsertOptions } from '../../../shared/export';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { structField } from './json-value';
import { joinTexts, type LineFormat } from './line-format';
import { plainText } from './plain-text';
import type { ExportColumn } from './relation';

const ROW_NUMBER = 'row_number() OVER ()';

/**
 * SQL INSERT statements of `batchSize` rows with every column named. Numbers stand bare, texts in single quotes, dates and
 * times as standard typed literals; what standard SQL has no literal for (UUID, INTERVAL, BLOB, NaN, HUGEINT beyond 64
 * bits, lists, structs, maps) is written as DuckDB reads it, with a CAST that names the type.
 * Throws BAD_REQUEST for a table name or batch size that cannot be.
 */
export function insertFormat(columns: ExportColumn[], options: InsertOptions): LineFormat {
  if (!Number.isInteger(options.batchSize) || options.batchSize < 1) {
    throw new MillraceError({ code: 'BAD_REQUEST', message: 'Rows per INSERT must be a whole number from 1.' });
  }
  const table = quoteTable(options.table);
  const names = columns.map((column) => quoteIdentifier(column.uniqueName)).join(', ');
  const opening = `INSERT INTO ${table} (${names}) VALUES\n  `;
  const starts = `${ROW_NUMBER} % ${options.batchSize} = ${1 % options.batchSize}`;
  const lead = `CASE WHEN ${starts} THEN ${quoteLiteral(`;\n${opening}`)} ELSE ${quoteLiteral(',\n  ')} END`;
  const values = columns.flatMap((column) => [`', '`, sqlLiteral(column.type, column.ref)]).slice(1);
  return {
    head: options.createTable ? createTable(table, columns) : '',
    line: joinTexts([lead, `'('`, ...values, `')'`]),
    tail: ';\n',
    emptyTail: '',
    skipFirst: 2,
  };
}

function quoteTable(name: string): string {
  const parts = name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
  const joined = parts.join('.');
  if (parts.length === 0 || parts.length > 3 || joined !== name) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `${JSON.stringify(name)} is no table name.`,
      hint: 'Write it as table, schema.table or database.schema.table; put a name with a point in double quotes.',
    });
  }
  return parts.map((part) => (part.startsWith('"') ? part : plainOrQuoted(part))).join('.');
}

function plainOrQuoted(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}

function createTable(table: string, columns: ExportColumn[]): string {
  const lines = columns.map((column) => `  ${quoteIdentifier(column.uniqueName)} ${column.info.type}`);
  return `CREATE TABLE ${table} (\n${lines.join(',\n')}\n);\n`;
}

/** The SQL expression that writes a value as a literal of its type; never NULL itself. */
export function sqlLiteral(type: DuckDBType, ref: string, depth = 0): string {
  return `CASE WHEN ${ref} IS NULL THEN 'NULL' ELSE ${presentLiteral(type, ref, depth)} END`;
}

function presentLiteral(type: DuckDBType, ref: string, depth: number): string {
  const text = plainText(type, ref);
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return `CASE WHEN ${ref} THEN 'TRUE' ELSE 'FALSE' END`;
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
      return text;
    case DuckDBTypeId.DECIMAL:
      return text;
    case DuckDBTypeId.FLOAT:
      return floatLiteral(ref, 'REAL');
    case DuckDBTypeId.DOUBLE:
      return floatLiteral(ref, 'DOUBLE PRECISION');
    case DuckDBTypeId.DATE:
      return `'DATE ''' || ${text} || ''''`;
    case DuckDBTypeId.TIME:
      return `'TIME ''' || ${text} || ''''`;
    case DuckDBTypeId.TIMESTAMP:
      return `'TIMESTAMP ''' || ${text} || ''''`;
    case DuckDBTypeId.TIMESTAMP_TZ:
      return `'TIMESTAMP WITH TIME ZONE ''' || ${text} || ''''`;
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.ENUM:
      return escapedText(text);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return listLiteral(type.valueType, ref, depth);
    case DuckDBTypeId.STRUCT:
      return structLiteral(type.entryNames, type.entryTypes, ref, depth);
    case DuckDBTypeId.MAP:
      return mapLiteral(type.keyType, type.valueType, ref, depth);
    case DuckDBTypeId.UNION:
      return unionLiteral(type.memberTags, type.memberTypes, ref, depth);
    case DuckDBTypeId.VARIANT:
      return `'CAST(CAST(' || ${escapedText(`CAST(CAST(${ref} AS JSON) AS VARCHAR)`)} || ' AS JSON) AS VARIANT)'`;
    default:
      return castLiteral(text, type.toString());
  }
}

function escapedText(text: string): string {
  return `'''' || replace(${text}, '''', '''''') || ''''`;
}

function castLiteral(text: string, typeName: string): string {
  return `'CAST(' || ${escapedText(text)} || ${quoteLiteral(` AS ${typeName})`)}`;
}

/** A bare `0.1` would be read as DECIMAL and a bare NaN not at all, so only values in exponent form stand without CAST. */
function floatLiteral(ref: string, typeName: string): string {
  const text = `CAST(${ref} AS VARCHAR)`;
  const bare = `CASE WHEN contains(${text}, 'e') THEN ${text} ELSE ${text} || 'e0' END`;
  return `CASE WHEN isfinite(${ref}) THEN ${bare} ELSE ${castLiteral(text, typeName)} END`;
}

function listLiteral(element: DuckDBType, ref: string, depth: number): string {
  const item = `e${depth}`;
  const body = sqlLiteral(element, item, depth + 1);
  return `'[' || array_to_string(list_transform(${ref}, lambda ${item}: ${body}), ', ') || ']'`;
}

function structLiteral(names: readonly string[], types: readonly DuckDBType[], ref: string, depth: number): string {
  const unnamed = names.every((name) => name === '');
  const parts = types.map((type, index) => {
    const name = names[index] ?? '';
    const value = sqlLiteral(type, structField(ref, unnamed ? '' : name, index), depth);
    return unnamed ? value : `${quoteLiteral(`${quoteLiteral(name)}: `)} || ${value}`;
  });
  const [open, close] = unnamed ? ['row(', ')'] : ['{', '}'];
  return `'${open}' || ${parts.join(` || ', ' || `)} || '${close}'`;
}

function mapLiteral(keyType: DuckDBType, valueType: DuckDBType, ref: string, depth: number): string {
  const entry = `e${depth}`;
  const key = sqlLiteral(keyType, `${entry}.key`, depth + 1);
  const pair = `${key} || ': ' || ${sqlLiteral(valueType, `${entry}.value`, depth + 1)}`;
  return `'MAP {' || array_to_string(list_transform(map_entries(${ref}), lambda ${entry}: ${pair}), ', ') || '}'`;
}

function unionLiteral(tags: readonly string[], types: readonly DuckDBType[], ref: string, depth: number): string {
  const cases = tags.map((tag, index) => {
    const type = types[index];
    if (!type) return '';
    const value = sqlLiteral(type, `union_extract(${ref}, ${quoteLiteral(tag)})`, depth);
    const opening = quoteLiteral(`union_value(${quoteIdentifier(tag)} := `);
    return `WHEN ${quoteLiteral(tag)} THEN ${opening} || ${value} || ')'`;
  });
  return `CASE CAST(union_tag(${ref}) AS VARCHAR) ${cases.join(' ')} END`;
}
