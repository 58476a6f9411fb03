import { MillraceError } from '../../../shared/errors';
import type { LakeTableName, PartitionField } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { lakeTable } from '../lake-names';
import { columnNamed, type ShapeColumn } from './table-shape';

/** `ALTER TABLE … SET PARTITIONED BY (…)`, or RESET for none. */
export function partitionSql(table: LakeTableName, partition: PartitionField[]): string {
  if (partition.length === 0) return `ALTER TABLE ${lakeTable(table)} RESET PARTITIONED BY`;
  return `ALTER TABLE ${lakeTable(table)} SET PARTITIONED BY (${partition.map(fieldSql).join(', ')})`;
}

function fieldSql(field: PartitionField): string {
  const column = quoteIdentifier(field.column);
  if (field.transform === 'identity') return column;
  if (field.transform === 'bucket') return `bucket(${field.buckets ?? 16}, ${column})`;
  return `${field.transform}(${column})`;
}

/** Throws BAD_REQUEST for fields that the columns do not bear. */
export function checkPartition(partition: PartitionField[], columns: ShapeColumn[]): void {
  for (const field of partition) {
    const column = columnNamed(columns, field.column);
    if (!column) throw wrong(`There is no column "${field.column}" to partition by.`);
    const isTime = /^(DATE|TIMESTAMP)/i.test(column.type);
    if (!['identity', 'bucket'].includes(field.transform) && !isTime) {
      throw wrong(`${field.transform}() needs a date or a timestamp, and "${column.name}" is ${column.type}.`);
    }
    const { buckets } = field;
    if (field.transform === 'bucket' && buckets !== undefined && !(Number.isInteger(buckets) && buckets > 0)) {
      throw wrong('The number of buckets must be a whole number above zero.');
    }
  }
}

/** What a reader of the fields would not expect. */
export function partitionNotes(partition: PartitionField[]): string[] {
  const days = partition.filter((field) => field.transform === 'day');
  return days
    .filter((day) => !partition.some((field) => field.transform === 'month' && field.column === day.column))
    .map(
      (day) =>
        `day("${day.column}") is the day of the month (1 to 31): put year and month before it for one folder a day.`,
    );
}

function wrong(message: string): MillraceError {
  return new MillraceError({ code: 'BAD_REQUEST', message, hint: 'Choose another column or another way.' });
}
