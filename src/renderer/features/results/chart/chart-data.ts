import type { ColumnInfo } from '../../../../shared/columns';
import { MillraceError } from '../../../../shared/errors';
import type { ResultInfo } from '../../../../shared/results';
import { type Measure, measureLabel } from '../../../../shared/sql/aggregate-sql';
import { groupedChartSql, pointChartSql } from '../../../../shared/sql/chart-sql';
import { automaticBin, type Dimension, type TimeBin, timeExtentSql } from '../../../../shared/sql/dimension-sql';
import { histogramSql } from '../../../../shared/sql/histogram-sql';
import { axisFamily, RESULT_RELATION } from '../../../../shared/sql/result-columns';
import type { ResultQueries } from '../../../lens/result-queries';
import { type TableCells, tableCells } from '../../../lens/table-cells';
import { formatCount } from '../../../ui/format';
import { type ChartSpec, measuredField } from './chart-spec';

export const LIMITS = {
  categories: 50,
  moments: 5_000,
  series: 6,
  heatColumns: 60,
  heatRows: 40,
  points: 20_000,
  bins: 40,
  autoBins: 400,
};

/** One mark to draw. On a number or time axis `x` is a number (times in wall-clock milliseconds), else its rank. */
export interface ChartPoint {
  x: number;
  xText: string | null;
  y: number;
  yText: string;
  /** Position in `ChartData.series`, or of the second axis of a heat map. */
  series: number;
  /** Rows behind the mark. */
  rows: number;
  /** Upper end of a histogram's bin. */
  x2?: number;
}

export interface ChartData {
  points: ChartPoint[];
  xKind: 'number' | 'time' | 'category';
  yKind: 'number' | 'time';
  /** The names on a category axis, in order. */
  categories: (string | null)[];
  /** Names of the series (or of the heat map's rows); `undefined` is what was gathered as other. */
  series: (string | null | undefined)[];
  xLabel: string;
  yLabel: string;
  colorLabel: string;
  /** The calendar step that times were gathered by. */
  bin: TimeBin;
  /** What is not in the picture, in words. */
  notes: string[];
}

export interface ChartRequest {
  result: ResultInfo;
  spec: ChartSpec;
  queries: ResultQueries;
  timeZone: string;
  signal: AbortSignal;
}

/** Fetches what a chart draws. The spec must be complete. */
export async function loadChart(request: ChartRequest): Promise<ChartData> {
  const { spec } = request;
  if (spec.mark === 'histogram') return loadHistogram(request);
  if (spec.mark === 'scatter' || spec.aggregate === 'none') return loadPoints(request);
  return loadGroups(request);
}

async function loadHistogram(request: ChartRequest): Promise<ChartData> {
  const { column, index } = need(request, 'x');
  const sql = histogramSql(column, index, LIMITS.bins);
  if (!sql) throw new MillraceError({ code: 'UNSUPPORTED', message: `${column.type} has no scale for a histogram.` });
  const cells = tableCells(await ask(request, sql, [index]));
  const time = axisFamily(column) === 'time';
  const scale = column.kind === 'date' ? 86_400_000 : 1 / 1_000;
  const at = (value: number) => (time ? value * scale : value);
  const step = column.kind === 'date' || column.kind === 'integer' ? 1 : 0;
  let drawn = 0;
  const points = rowsOf(cells, (row) => {
    const rows = cells.number(row, 'n');
    drawn += rows;
    const from = cells.text(row, 'from_text') ?? '';
    const to = cells.text(row, 'to_text') ?? '';
    return {
      x: at(cells.number(row, 'lower_edge')),
      x2: at(cells.number(row, 'upper_edge') + step),
      xText: from === to ? from : `${from} – ${to}`,
      y: rows,
      yText: formatCount(rows),
      series: 0,
      rows,
    };
  });
  const missing = request.result.rowCount - drawn;
  return {
    ...emptyData(column, 'rows'),
    points,
    notes: missing > 0 ? [`${formatCount(missing)} rows with NULL, NaN or infinity are not in the picture`] : [],
  };
}

async function loadPoints(request: ChartRequest): Promise<ChartData> {
  const { result, spec } = request;
  const x = need(request, 'x');
  const y = need(request, 'y');
  const color = field(request, 'color');
  if (axisFamily(x.column) === 'category') {
    throw new MillraceError({
      code: 'UNSUPPORTED',
      message: `${x.column.name} has no places on an axis for single rows.`,
      hint: 'Choose a number or a time for X, or an aggregate other than “each row”.',
    });
  }
  const chart = {
    x,
    y,
    ...(color ? { color } : {}),
    rowCount: result.rowCount,
    limit: LIMITS.points,
    seriesLimit: LIMITS.series,
  };
  const cells = tableCells(await ask(request, pointChartSql(chart), indexes(x, y, color)));
  const series = seriesOf(cells, cells.rows > 0 ? cells.number(0, 'series_total') : 0, color !== undefined);
  const points = rowsOf(cells, (row) => ({
    x: cells.number(row, 'x'),
    xText: cells.text(row, 'x_text'),
    y: cells.number(row, 'y'),
    yText: cells.text(row, 'y_text') ?? '',
    series: series.place(cells.number(row, 'series_at')),
    rows: 1,
  }));
  if (spec.mark === 'line') points.sort((a, b) => a.x - b.x);
  const notes = series.note ? [series.note] : [];
  if (result.rowCount > LIMITS.points) {
    notes.unshift(`${formatCount(points.length)} of ${formatCount(result.rowCount)} points sampled`);
  } else if (points.length < result.rowCount) {
    notes.unshift(
      `${formatCount(result.rowCount - points.length)} rows without a place (NULL, NaN, infinity) are not in the picture`,
    );
  }
  return {
    ...emptyData(x.column, y.column.name),
    points,
    yKind: axisFamily(y.column) === 'time' ? 'time' : 'number',
    series: series.names,
    colorLabel: color?.column.name ?? '',
    notes,
  };
}

async function loadGroups(request: ChartRequest): Promise<ChartData> {
  const { spec } = request;
  const heat = spec.mark === 'heatmap';
  const x = await dimension(request, 'x', heat ? LIMITS.heatColumns : LIMITS.autoBins);
  const measured = field(request, measuredField(spec.mark) ?? 'y');
  const seriesField = heat ? 'y' : 'color';
  const second = field(request, seriesField)
    ? await dimension(request, seriesField, heat ? LIMITS.heatRows : LIMITS.series)
    : undefined;
  const measure: Measure =
    measured && spec.aggregate !== 'none' ? { aggregate: spec.aggregate, ...measured } : { aggregate: 'count' };
  const onAxis = axisFamily(x.column) !== 'category';
  const xLimit = heat
    ? LIMITS.heatColumns
    : onAxis && spec.mark === 'line'
      ? LIMITS.moments
      : onAxis
        ? LIMITS.autoBins
        : LIMITS.categories;
  const sql = groupedChartSql({
    x,
    ...(second ? { series: second } : {}),
    measure,
    xLimit,
    seriesLimit: heat ? LIMITS.heatRows : LIMITS.series,
    gatherRest: !heat,
  });
  const cells = tableCells(await ask(request, sql, indexes(x, second, measured)));
  const xTotal = cells.rows > 0 ? cells.number(0, 'x_total') : 0;
  const seriesTotal = cells.rows > 0 ? cells.number(0, 'series_total') : 0;
  const series = seriesOf(cells, seriesTotal, second !== undefined);
  const asPlaces = heat || !onAxis || (spec.mark === 'bar' && axisFamily(x.column) === 'number');
  const categories: (string | null)[] = [];
  const points = rowsOf(cells, (row) => {
    const place = cells.number(row, 'x_at');
    categories[place] = cells.text(row, 'x_text');
    return {
      x: asPlaces ? place : cells.number(row, 'x_number'),
      xText: cells.text(row, 'x_text'),
      y: cells.number(row, 'y'),
      yText: cells.text(row, 'y_text') ?? 'NULL',
      series: series.place(cells.number(row, 'series_at')),
      rows: cells.number(row, 'n'),
    };
  });
  const notes = series.note && !heat ? [series.note] : [];
  if (heat && seriesTotal > LIMITS.heatRows)
    notes.push(limitNote(LIMITS.heatRows, seriesTotal, second?.column.name ?? ''));
  if (xTotal > xLimit) notes.unshift(limitNote(xLimit, xTotal, x.column.name, onAxis));
  return {
    ...emptyData(x.column, measureLabel(measure)),
    xKind: asPlaces ? 'category' : axisFamily(x.column),
    points,
    categories,
    series: series.names,
    colorLabel: heat ? measureLabel(measure) : (second?.column.name ?? ''),
    yLabel: heat ? (second?.column.name ?? '') : measureLabel(measure),
    bin: x.bin ?? 'none',
    notes: points.some((point) => Number.isNaN(point.y)) ? [...notes, 'Groups without a number are left out'] : notes,
  };
}

/** A field as something to group by, its calendar step chosen where that was left open. */
async function dimension(
  request: ChartRequest,
  name: 'x' | 'y' | 'color',
  most: number,
): Promise<Dimension & { column: ColumnInfo }> {
  const { index, column } = need(request, name);
  if (axisFamily(column) !== 'time') return { index, column };
  if (request.spec.bin !== 'auto') return { index, column, bin: request.spec.bin };
  const cells = tableCells(await ask(request, timeExtentSql(column, index, RESULT_RELATION), [index]));
  const extent = {
    first: cells.number(0, 'first_ms'),
    last: cells.number(0, 'last_ms'),
    moments: cells.number(0, 'moments'),
  };
  return { index, column, bin: automaticBin(extent, most) };
}

/** The series as they come from SQL: ranked from 0, and -1 for what was gathered. */
function seriesOf(cells: TableCells, total: number, used: boolean) {
  const named = new Map<number, string | null>();
  let gathered = false;
  for (let row = 0; row < cells.rows; row++) {
    const at = cells.number(row, 'series_at');
    if (at < 0) gathered = true;
    else if (!named.has(at)) named.set(at, cells.text(row, 'series_text'));
  }
  const ranks = [...named.keys()].sort((a, b) => a - b);
  const names: (string | null | undefined)[] = ranks.map((rank) => named.get(rank) ?? null);
  const places = new Map(ranks.map((rank, at) => [rank, at]));
  if (gathered) names.push(undefined);
  return {
    names: used ? names : [],
    place: (rank: number) => (rank < 0 ? names.length - 1 : (places.get(rank) ?? 0)),
    note:
      used && gathered
        ? `The ${formatCount(total - ranks.length)} smallest of ${formatCount(total)} series are drawn as “other”`
        : undefined,
  };
}

function limitNote(limit: number, total: number, name: string, first = false): string {
  return `${first ? 'First' : 'Top'} ${formatCount(limit)} of ${formatCount(total)} values of ${name}`;
}

function emptyData(x: ColumnInfo, yLabel: string): ChartData {
  return {
    points: [],
    xKind: axisFamily(x),
    yKind: 'number',
    categories: [],
    series: [],
    xLabel: x.name,
    yLabel,
    colorLabel: '',
    bin: 'none',
    notes: [],
  };
}

function field(request: ChartRequest, name: 'x' | 'y' | 'color'): { index: number; column: ColumnInfo } | undefined {
  const index = request.spec[name];
  const column = index === undefined ? undefined : request.result.columns[index];
  return index === undefined || !column ? undefined : { index, column };
}

function need(request: ChartRequest, name: 'x' | 'y' | 'color'): { index: number; column: ColumnInfo } {
  const found = field(request, name);
  if (!found) throw new MillraceError({ code: 'BAD_REQUEST', message: `The chart needs a column for ${name}.` });
  return found;
}

function ask(request: ChartRequest, sql: string, columns: number[]) {
  const { result, queries, timeZone, signal } = request;
  return queries.query(result, sql, { columns, timeZone, signal });
}

function indexes(...fields: ({ index: number } | undefined)[]): number[] {
  return fields.flatMap((each) => (each ? [each.index] : []));
}

function rowsOf<T>(cells: TableCells, read: (row: number) => T): T[] {
  return Array.from({ length: cells.rows }, (_, row) => read(row));
}
