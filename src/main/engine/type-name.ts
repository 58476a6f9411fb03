import { type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import { type ColumnInfo, columnKind } from '../../shared/columns';
import { quoteIdentifier, quoteLiteral } from '../../shared/sql/quote';

/**
 * DuckDB's own spelling of a type, fit for DDL. Unlike the binding's `toString()` it keeps JSON, which is an alias of
 * VARCHAR, at any depth; other aliases (types made by CREATE TYPE) are spelled as what they stand for, as the scratch
 * file does not know them.
 */
export function typeName(type: DuckDBType): string {
  if (type.alias === 'JSON') return 'JSON';
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return `${typeName(type.valueType)}[]`;
    case DuckDBTypeId.ARRAY:
      return `${typeName(type.valueType)}[${type.length}]`;
    case DuckDBTypeId.MAP:
      return `MAP(${typeName(type.keyType)}, ${typeName(type.valueType)})`;
    case DuckDBTypeId.STRUCT:
      return `STRUCT(${members(type.entryNames, type.entryTypes)})`;
    case DuckDBTypeId.UNION:
      return `UNION(${members(type.memberTags, type.memberTypes)})`;
    case DuckDBTypeId.ENUM:
      return `ENUM(${type.values.map(quoteLiteral).join(', ')})`;
    case DuckDBTypeId.SQLNULL:
      return 'INTEGER';
    default:
      return type.toString();
  }
}

function members(names: readonly string[], types: readonly DuckDBType[]): string {
  return names.map((name, index) => `${quoteIdentifier(name)} ${typeName(types[index] as DuckDBType)}`).join(', ');
}

/** A result's column as it is told to windows. */
export function columnInfo(name: string, type: DuckDBType): ColumnInfo {
  const spelled = typeName(type);
  return { name, type: spelled, kind: columnKind(spelled) };
}
