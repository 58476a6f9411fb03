import { MillraceError } from '../../../shared/errors';
import type { TableChange } from '../../../shared/lake';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { lakeTable, shownTable } from '../lake-names';
import { canWiden, lakeTypeOf } from '../lake-types';
import { checkPartition, partitionSql } from '../write/partition-sql';
import { columnNamed, type TableShape } from '../write/table-shape';

/** The statement of one change to a table, and the words for its snapshot. Throws BAD_REQUEST. */
export function changeSql(shape: TableShape, change: TableChange): { sql: string; message: string } {
  const table = lakeTable(shape.table);
  const shown = shownTable(shape.table);
  const column = 'column' in change && change.column !== undefined ? quoteIdentifier(change.column) : '';
  switch (change.change) {
    case 'addColumn': {
      if (columnNamed(shape.columns, change.column)) throw bad(`${shown} has a column "${change.column}" already.`);
      const preset = change.default === undefined ? '' : ` DEFAULT ${quoteLiteral(change.default)}`;
      return {
        sql: `ALTER TABLE ${table} ADD COLUMN ${column} ${fittingType(change.type)}${preset}`,
        message: `add ${change.column} to ${shown}`,
      };
    }
    case 'dropColumn':
      return { sql: `ALTER TABLE ${table} DROP COLUMN ${column}`, message: `drop ${change.column} of ${shown}` };
    case 'renameColumn':
      return {
        sql: `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${quoteIdentifier(change.to)}`,
        message: `rename ${change.column} of ${shown} to ${change.to}`,
      };
    case 'widenColumn': {
      const now = columnNamed(shape.columns, change.column)?.type ?? '';
      if (!canWiden(now, change.type))
        throw bad(`A column of ${now} cannot be widened to ${change.type} with every value kept.`);
      return {
        sql: `ALTER TABLE ${table} ALTER COLUMN ${column} SET DATA TYPE ${change.type}`,
        message: `widen ${change.column} of ${shown}`,
      };
    }
    case 'comment': {
      const what = change.column === undefined ? `TABLE ${table}` : `COLUMN ${table}.${column}`;
      const text = change.comment === null ? 'NULL' : quoteLiteral(change.comment);
      return { sql: `COMMENT ON ${what} IS ${text}`, message: `comment on ${shown}` };
    }
    case 'rename':
      return {
        sql: `ALTER TABLE ${table} RENAME TO ${quoteIdentifier(change.to)}`,
        message: `rename ${shown} to ${change.to}`,
      };
    case 'partition':
      checkPartition(change.partition, shape.columns);
      return { sql: partitionSql(shape.table, change.partition), message: `partition ${shown}` };
    case 'drop':
      return { sql: `DROP TABLE ${table}`, message: `drop ${shown}` };
  }
}

function fittingType(type: string): string {
  if (!/^[\w\s(),"[\]]+$/.test(type)) throw bad(`"${type}" is no type.`);
  const { type: fitting, note } = lakeTypeOf(type);
  if (note !== undefined) throw bad(`A lake column cannot be ${type}: ${note}. Take ${fitting}.`);
  return fitting;
}

function bad(message: string): MillraceError {
  return new MillraceError({ code: 'BAD_REQUEST', message, hint: 'Choose another name or type.' });
}
