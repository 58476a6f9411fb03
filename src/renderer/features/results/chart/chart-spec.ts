import { type ColumnInfo, isNumeric } from '../../../../shared/columns';
import type { Aggregate } from '../../../../shared/sql/aggregate-sql';
import type { TimeBin } from '../../../../shared/sql/dimension-sql';
import { axisFamily } from '../../../../shared/sql/result-columns';

export type ChartMark = 'line' | 'bar' | 'scatter' | 'histogram' | 'heatmap';

/**
 * What a chart shows, by column indexes. Line and bar: `y` is measured along `x`, the rows themselves where it is unset,
 * and `color` parts the series. Scatter: `x` against `y`. Histogram: `x`. Heat map: `x` and `y` are its axes and `color`
 * is measured.
 */
export interface ChartSpec {
  mark: ChartMark;
  x?: number;
  y?: number;
  color?: number;
  /** `none` draws each row as it is; only lines can. */
  aggregate: Aggregate | 'none';
  bin: TimeBin | 'auto';
}

export type ChartField = 'x' | 'y' | 'color';

/** What a field of a chart is called, and which columns it takes. */
export interface FieldRule {
  field: ChartField;
  label: string;
  /** What stands for no column; absent where a column is needed. */
  empty?: string;
  accepts(column: ColumnInfo): boolean;
}

const isName = (column: ColumnInfo) => axisFamily(column) === 'category';
const onAxis = (column: ColumnInfo) => !isName(column);
const plain = (column: ColumnInfo) => !['list', 'struct', 'map', 'union', 'blob', 'json'].includes(column.kind);

const MEASURED: FieldRule = { field: 'y', label: 'Y', empty: 'rows', accepts: plain };
const FIELDS: Record<ChartMark, FieldRule[]> = {
  line: [
    { field: 'x', label: 'X', accepts: plain },
    MEASURED,
    { field: 'color', label: 'Colour', empty: 'none', accepts: plain },
  ],
  bar: [
    { field: 'x', label: 'X', accepts: plain },
    MEASURED,
    { field: 'color', label: 'Colour', empty: 'none', accepts: plain },
  ],
  scatter: [
    { field: 'x', label: 'X', accepts: onAxis },
    { field: 'y', label: 'Y', accepts: onAxis },
    { field: 'color', label: 'Colour', empty: 'none', accepts: plain },
  ],
  histogram: [{ field: 'x', label: 'X', accepts: onAxis }],
  heatmap: [
    { field: 'x', label: 'X', accepts: plain },
    { field: 'y', label: 'Y', accepts: plain },
    { field: 'color', label: 'Colour', empty: 'rows', accepts: plain },
  ],
};

/** The fields of a mark, in the order of its toolbar. */
export function fieldsOf(mark: ChartMark): FieldRule[] {
  return FIELDS[mark];
}

/** The field whose column is aggregated; undefined for marks that draw rows or counts. */
export function measuredField(mark: ChartMark): 'y' | 'color' | undefined {
  if (mark === 'line' || mark === 'bar') return 'y';
  return mark === 'heatmap' ? 'color' : undefined;
}

/** Whether all needed fields have a column that they take. */
export function isComplete(spec: ChartSpec, columns: readonly ColumnInfo[]): boolean {
  return fieldsOf(spec.mark).every((rule) => {
    const index = spec[rule.field];
    const column = index === undefined ? undefined : columns[index];
    return column ? rule.accepts(column) : index === undefined && rule.empty !== undefined;
  });
}

const AVERAGED = /price|rate|ratio|percent|pct|avg|average|mean|temp|score|age$|lat|lon|share|margin/i;
const KEY_LIKE = /(^|_)(id|key|code|uuid|zip|year|month|day)$/i;

/** How a number is best gathered by default: amounts add up, prices and rates do not. */
export function defaultAggregate(column: ColumnInfo | undefined): Aggregate {
  if (!column) return 'count';
  if (!isNumeric(column.kind)) return 'count';
  return AVERAGED.test(column.name) ? 'avg' : 'sum';
}

/**
 * The chart that a result most likely asks for, by its columns: time and number make a line, a category and a number
 * bars, two categories and a number a heat map, two numbers a scatter, one number a histogram; undefined where nothing
 * can be drawn. Identifiers are taken last.
 */
export function defaultSpec(columns: readonly ColumnInfo[]): ChartSpec | undefined {
  const ranked = columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => plain(column) && column.kind !== 'interval')
    .sort((a, b) => Number(KEY_LIKE.test(a.column.name)) - Number(KEY_LIKE.test(b.column.name)) || a.index - b.index);
  const of = (family: 'number' | 'time' | 'category') =>
    ranked.filter(({ column }) => axisFamily(column) === family).map(({ index }) => index);
  const [time] = of('time');
  const numbers = of('number');
  const measures = numbers.filter((index) => !KEY_LIKE.test(columns[index]?.name ?? ''));
  const categories = of('category').filter((index) => columns[index]?.kind !== 'uuid');
  const y = measures[0];
  const base = { aggregate: defaultAggregate(y === undefined ? undefined : columns[y]), bin: 'auto' as const };
  const withY = y === undefined ? {} : { y };
  if (time !== undefined) {
    const series = categories.length === 1 && columns.length <= 4 ? categories[0] : undefined;
    return { mark: 'line', x: time, ...withY, ...(series === undefined ? {} : { color: series }), ...base };
  }
  const [first, second] = categories;
  if (first !== undefined && second !== undefined && measures.length === 1 && columns.length <= 4) {
    return { mark: 'heatmap', x: second, y: first, ...(y === undefined ? {} : { color: y }), ...base };
  }
  if (first !== undefined) return { mark: 'bar', x: first, ...withY, ...base };
  const [left, right] = measures.length >= 2 ? measures : numbers;
  if (left !== undefined && right !== undefined) return { mark: 'scatter', x: left, y: right, ...base };
  return left === undefined ? undefined : { mark: 'histogram', x: left, ...base };
}

/** The spec with another mark: fields keep their columns where the mark takes them, needed ones are filled. */
export function withMark(spec: ChartSpec, mark: ChartMark, columns: readonly ColumnInfo[]): ChartSpec {
  const next: ChartSpec = { mark, aggregate: spec.aggregate, bin: spec.bin };
  const carried: ChartSpec = (spec.mark === 'heatmap') === (mark === 'heatmap') ? spec : exchanged(spec);
  const taken = new Set<number>();
  for (const rule of fieldsOf(mark)) {
    const kept = carried[rule.field];
    const column = kept === undefined ? undefined : columns[kept];
    let index = column && rule.accepts(column) && (kept === undefined || !taken.has(kept)) ? kept : undefined;
    if (index === undefined && rule.empty === undefined) {
      const found = columns.findIndex((each, at) => rule.accepts(each) && !taken.has(at));
      index = found >= 0 ? found : undefined;
    }
    if (index === undefined) continue;
    taken.add(index);
    next[rule.field] = index;
  }
  return withMeasure(next, columns);
}

/** The spec with a column put into a field, or the field emptied. */
export function withField(
  spec: ChartSpec,
  field: ChartField,
  index: number | undefined,
  columns: readonly ColumnInfo[],
): ChartSpec {
  const { [field]: _, ...rest } = spec;
  const next: ChartSpec = index === undefined ? rest : { ...rest, [field]: index };
  return field === measuredField(spec.mark) ? withMeasure(next, columns, true) : next;
}

/** Makes the aggregate fit the measured column. */
function withMeasure(spec: ChartSpec, columns: readonly ColumnInfo[], fresh = false): ChartSpec {
  const field = measuredField(spec.mark);
  if (!field) return spec;
  const index = spec[field];
  const column = index === undefined ? undefined : columns[index];
  if (!column) return { ...spec, aggregate: 'count' };
  const fits = spec.aggregate === 'none' ? spec.mark === 'line' && isNumeric(column.kind) : isNumeric(column.kind);
  return fits && !fresh && spec.aggregate !== 'count' ? spec : { ...spec, aggregate: defaultAggregate(column) };
}

/** A heat map measures by colour what others measure by y: the two change places. */
function exchanged(spec: ChartSpec): ChartSpec {
  const { y, color, ...rest } = spec;
  return { ...rest, ...(color === undefined ? {} : { y: color }), ...(y === undefined ? {} : { color: y }) };
}
