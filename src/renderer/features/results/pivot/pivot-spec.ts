import { type ColumnInfo, isNumeric } from '../../../../shared/columns';
import { type Aggregate, aggregatesOf } from '../../../../shared/sql/aggregate-sql';
import type { TimeBin } from '../../../../shared/sql/dimension-sql';
import type { PivotSort } from '../../../../shared/sql/pivot-sql';
import { axisFamily } from '../../../../shared/sql/result-columns';

export interface PivotField {
  column: number;
  /** Of a time. */
  bin?: TimeBin;
}

export interface PivotValue {
  /** Unset for the rows themselves. */
  column?: number;
  aggregate: Aggregate;
}

/** What a pivot table is made of. */
export interface PivotSpec {
  rows: PivotField[];
  columns: PivotField[];
  values: PivotValue[];
  sort: PivotSort;
}

export type PivotWell = 'rows' | 'columns' | 'values';

/** A column as a field of rows or columns; times by month unless told otherwise. */
export function fieldOf(columns: readonly ColumnInfo[], column: number): PivotField {
  const info = columns[column];
  return info && axisFamily(info) === 'time' ? { column, bin: 'month' } : { column };
}

/** A column as a value: numbers add up, others are counted. */
export function valueField(columns: readonly ColumnInfo[], column: number): PivotValue {
  return { column, aggregate: isNumeric(columns[column]?.kind ?? 'other') ? 'sum' : 'count' };
}

/** The first table of a result: its first category by its second or its time, measured by its first number. */
export function defaultPivot(columns: readonly ColumnInfo[]): PivotSpec {
  const of = (wanted: (column: ColumnInfo) => boolean) =>
    columns.flatMap((column, index) => (wanted(column) ? [index] : []));
  const categories = of((column) => ['text', 'enum', 'boolean'].includes(column.kind));
  const times = of((column) => axisFamily(column) === 'time');
  const measures = of((column) => isNumeric(column.kind) && !/(^|_)(id|key|code|year|month)$/i.test(column.name));
  const [row, column] = [...categories, ...times];
  return {
    rows: row === undefined ? [] : [fieldOf(columns, row)],
    columns: column === undefined ? [] : [fieldOf(columns, column)],
    values: measures[0] === undefined ? [{ aggregate: 'count' }] : [valueField(columns, measures[0])],
    sort: { by: 'label', descending: false },
  };
}

/** The spec with a column added to a well; a column stands once among rows and columns. */
export function withAdded(
  spec: PivotSpec,
  well: PivotWell,
  column: number | undefined,
  columns: readonly ColumnInfo[],
  at?: number,
): PivotSpec {
  if (well === 'values') {
    const value = unusedValue(spec, column, columns);
    return value ? { ...spec, values: inserted(spec.values, value, at) } : spec;
  }
  if (column === undefined) return spec;
  const without = (fields: PivotField[]) => fields.filter((field) => field.column !== column);
  const kept = [...spec.rows, ...spec.columns].find((field) => field.column === column) ?? fieldOf(columns, column);
  const next = { ...spec, rows: without(spec.rows), columns: without(spec.columns) };
  return { ...next, [well]: inserted(next[well], kept, at) };
}

/** The spec without an entry of a well; the last value becomes the number of rows. */
export function withRemoved(spec: PivotSpec, well: PivotWell, at: number): PivotSpec {
  if (well !== 'values') return { ...spec, [well]: spec[well].filter((_, index) => index !== at) };
  const values = spec.values.filter((_, index) => index !== at);
  const sort: PivotSort =
    spec.sort.by === 'value' && spec.sort.value >= values.length ? { by: 'label', descending: false } : spec.sort;
  return { ...spec, sort, values: values.length > 0 ? values : [{ aggregate: 'count' }] };
}

/** The spec with rows and columns exchanged. */
export function turned(spec: PivotSpec): PivotSpec {
  return { ...spec, rows: spec.columns, columns: spec.rows };
}

/** A column's first aggregate that is not in the table yet; undefined where all are. */
function unusedValue(
  spec: PivotSpec,
  column: number | undefined,
  columns: readonly ColumnInfo[],
): PivotValue | undefined {
  const used = new Set(spec.values.filter((value) => value.column === column).map((value) => value.aggregate));
  if (column === undefined) return used.size > 0 ? undefined : { aggregate: 'count' };
  const aggregate = aggregatesOf(columns[column]).find((each) => !used.has(each));
  return aggregate ? { column, aggregate } : undefined;
}

function inserted<T>(list: T[], entry: T, at = list.length): T[] {
  return [...list.slice(0, at), entry, ...list.slice(at)];
}
