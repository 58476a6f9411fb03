import type * as PlotModule from '@observablehq/plot';
import { formatShortCount } from '../../../ui/format';
import { shortNumber } from '../parts/number-text';
import type { ChartData, ChartPoint } from './chart-data';
import { type Legend, rampLegend, seriesLegend } from './chart-legend';
import type { ChartMark } from './chart-spec';
import type { ChartTokens } from './chart-tokens';

type Plot = typeof PlotModule;

export interface Drawing {
  plot: Plot;
  data: ChartData;
  mark: ChartMark;
  tokens: ChartTokens;
  width: number;
  height: number;
}

/** Draws a chart as one SVG element with its legend inside, so that what is exported is what is seen. */
export function drawChart(drawing: Drawing): SVGSVGElement {
  const { plot, data, mark, tokens, width, height } = drawing;
  const legend = legendOf(drawing);
  const options = {
    width,
    height,
    marginTop: legend.height + 14,
    marginRight: 24,
    marginLeft: marginLeft(drawing),
    marginBottom: data.xKind === 'category' && isCrowded(drawing) ? 82 : 46,
    style: {
      background: tokens.surface,
      color: tokens.quiet,
      fontFamily: tokens.font,
      fontSize: '11.5px',
      overflow: 'visible',
    },
    x: xScale(drawing),
    y: yScale(drawing),
    marks: [...axes(drawing), ...marksOf(drawing)],
  };
  const drawn = plot.plot(options as never);
  const svg = drawn instanceof SVGSVGElement ? drawn : drawn.querySelector('svg');
  if (!svg) throw new TypeError('The chart library drew no picture.');
  // The library names its groups by an attribute that a group without a role must not have.
  for (const group of svg.querySelectorAll('g[aria-label]')) {
    group.setAttribute('data-mark', group.getAttribute('aria-label') ?? '');
    group.removeAttribute('aria-label');
  }
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${mark} chart: ${data.yLabel} by ${data.xLabel}, ${data.points.length} marks`);
  legend.node.setAttribute('transform', `translate(${mark === 'heatmap' ? options.marginLeft : 12}, 0)`);
  svg.append(legend.node);
  return svg;
}

/** How a series is named: NULL and what was gathered told from names that read the same. */
export function seriesName(name: string | null | undefined): string {
  if (name === undefined) return 'other';
  if (name === null) return 'NULL';
  if (name === '') return '(empty)';
  return name === 'NULL' || name === 'other' ? `'${name}'` : name;
}

/** The colour of a series; what was gathered is grey. */
function seriesColor(data: ChartData, tokens: ChartTokens, at: number): string {
  if (data.series.length > 0 && data.series[at] === undefined) return tokens.rest;
  return tokens.series[at % tokens.series.length] ?? tokens.accent;
}

function legendOf(drawing: Drawing): Legend {
  const { data, mark, tokens, width } = drawing;
  if (mark === 'heatmap') {
    const [low, high] = extent(data.points.map((point) => point.y));
    const colors = Array.from({ length: 24 }, (_, at) => heatColor(tokens, at / 23));
    return rampLegend(
      { label: data.colorLabel, from: shortNumber(String(low)), to: shortNumber(String(high)), colors },
      tokens,
    );
  }
  const entries = data.series.map((name, at) => ({ name: seriesName(name), color: seriesColor(data, tokens, at) }));
  return seriesLegend(`↑ ${data.yLabel}`, entries, width - 40, tokens);
}

function xScale({ data }: Drawing) {
  if (data.xKind === 'time') return { type: 'utc', label: null, axis: null };
  if (data.xKind === 'number') return { type: 'linear', label: null, axis: null };
  return { type: 'band', domain: data.categories.map((_, at) => at), label: null, axis: null, padding: 0.15 };
}

function yScale({ data, mark }: Drawing) {
  if (mark === 'heatmap') return { type: 'band', domain: data.series.map((_, at) => at), axis: null, padding: 0.06 };
  if (data.yKind === 'time') return { type: 'utc', axis: null };
  return { type: 'linear', axis: null, nice: true, zero: mark === 'bar' || mark === 'histogram' };
}

function axes(drawing: Drawing) {
  const { plot, data, mark, tokens, width } = drawing;
  const shared = { color: tokens.quiet, fontSize: 11.5, tickSize: 4 };
  const room = roomOf(data, width);
  const name = (at: number) => cut(data.categories[at] === null ? 'NULL' : (data.categories[at] ?? ''), 18);
  const every = Math.max(1, Math.ceil(20 / room));
  const ticks = data.categories.map((_, at) => at).filter((at) => at % every === 0);
  const x =
    data.xKind === 'category'
      ? plot.axisX({
          ...shared,
          ticks,
          tickFormat: name,
          tickRotate: isCrowded(drawing) ? -35 : 0,
          label: data.xLabel,
          labelAnchor: 'right',
        } as never)
      : plot.axisX({
          ...shared,
          label: data.xLabel,
          labelAnchor: 'right',
          ticks: Math.max(3, Math.floor(width / 110)),
        } as never);
  const y =
    mark === 'heatmap'
      ? plot.axisY({
          ...shared,
          tickFormat: (at: number) => cut(seriesName(data.series[at]), 20),
          label: data.yLabel,
        } as never)
      : plot.axisY({ ...shared, label: null, ...(data.yKind === 'number' ? { tickFormat: shortTick } : {}) } as never);
  const grid = mark === 'heatmap' ? [] : [plot.gridY({ stroke: tokens.line, strokeOpacity: 1 })];
  const zero = mark === 'bar' || mark === 'histogram' ? [plot.ruleY([0], { stroke: tokens.line })] : [];
  return [...grid, x, y, ...zero];
}

function marksOf(drawing: Drawing) {
  const { plot, data, mark, tokens } = drawing;
  const points = data.points.filter((point) => Number.isFinite(point.y));
  const at = (point: ChartPoint) => (data.xKind === 'time' ? new Date(point.x) : point.x);
  const y = (point: ChartPoint) => (data.yKind === 'time' ? new Date(point.y) : point.y);
  const color = (point: ChartPoint) => seriesColor(data, tokens, point.series);
  const tip = { fill: tokens.raised, stroke: tokens.line, textPadding: 8, fontSize: 12, lineHeight: 1.35 };
  const title = (point: ChartPoint) => tooltip(data, mark, point);
  switch (mark) {
    case 'histogram':
      return [
        plot.rectY(points, {
          x1: at,
          x2: (point: ChartPoint) => (data.xKind === 'time' ? new Date(point.x2 ?? point.x) : widened(point, points)),
          y,
          fill: tokens.series[0],
          insetLeft: 0.5,
          insetRight: 0.5,
          title,
          tip,
        } as never),
      ];
    case 'bar':
      if (data.xKind === 'time') return timeBars(drawing, points, { title, tip, color });
      return [plot.barY(points, { x: at, y, fill: color, title, tip, order: 'series' } as never)];
    case 'scatter':
      return [
        plot.dot(points, {
          x: at,
          y,
          r: points.length > 5_000 ? 1.5 : 2.5,
          fill: color,
          fillOpacity: points.length > 2_000 ? 0.45 : 0.75,
          title,
          tip,
        } as never),
      ];
    case 'heatmap': {
      const [low, high] = extent(points.map((point) => point.y));
      const share = (point: ChartPoint) => (high > low ? (point.y - low) / (high - low) : 1);
      return [
        plot.cell(points, {
          x: at,
          y: (point: ChartPoint) => point.series,
          fill: (point: ChartPoint) => heatColor(tokens, share(point)),
          title,
          tip,
        } as never),
      ];
    }
    default:
      return [
        plot.line(points, {
          x: at,
          y,
          z: (point: ChartPoint) => point.series,
          stroke: color,
          strokeWidth: 1.6,
          curve: 'linear',
        } as never),
        ...(points.length <= 120 ? [plot.dot(points, { x: at, y, r: 2.2, fill: color } as never)] : []),
        plot.tip(points, plot.pointer({ x: at, y, title, ...tip } as never)),
      ];
  }
}

/** Pixels that a category has on the axis. */
function roomOf(data: ChartData, width: number): number {
  return data.categories.length === 0 ? 80 : (width - 90) / data.categories.length;
}

/** Whether the names on the axis must be turned to fit. */
function isCrowded({ data, width }: Drawing): boolean {
  const longest = Math.max(0, ...data.categories.map((name) => Math.min(18, (name ?? 'NULL').length)));
  return roomOf(data, width) < longest * 6.6 + 8;
}

/** Bars over time are as wide as the shortest step between two of them. */
function timeBars({ plot }: Drawing, points: ChartPoint[], look: { title: unknown; tip: unknown; color: unknown }) {
  const moments = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const steps = moments.slice(1).map((moment, at) => moment - (moments[at] ?? 0));
  const step = steps.length > 0 ? Math.min(...steps) : 86_400_000;
  return [
    plot.rectY(
      points,
      plot.stackY({
        x1: (point: ChartPoint) => new Date(point.x),
        x2: (point: ChartPoint) => new Date(point.x + step * 0.9),
        y: (point: ChartPoint) => point.y,
        fill: look.color,
        title: look.title,
        tip: look.tip,
      } as never),
    ),
  ];
}

function tooltip(data: ChartData, mark: ChartMark, point: ChartPoint): string {
  const x = point.xText ?? 'NULL';
  const lines = [`${data.xLabel}: ${x}`];
  if (mark === 'heatmap')
    lines.push(`${data.yLabel}: ${seriesName(data.series[point.series])}`, `${data.colorLabel}: ${shown(point)}`);
  else {
    if (data.series.length > 0) lines.push(`${data.colorLabel}: ${seriesName(data.series[point.series])}`);
    lines.push(`${data.yLabel}: ${shown(point)}`);
  }
  return lines.join('\n');
}

function shown(point: ChartPoint): string {
  return shortNumber(point.yText, 12);
}

/** A histogram of one value alone has no width of its own. */
function widened(point: ChartPoint, points: ChartPoint[]): number {
  const upper = point.x2 ?? point.x;
  return upper > point.x || points.length > 1 ? upper : point.x + (Math.abs(point.x) / 100 || 1);
}

function shortTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  if (size >= 10_000) return `${value < 0 ? '−' : ''}${formatShortCount(size).replace('.00', '')}`;
  return shortNumber(String(value));
}

/** From the colour of the surface to the first chart colour; the least value stays visible. */
function heatColor(tokens: ChartTokens, share: number): string {
  const amount = Math.round((0.08 + 0.92 * Math.min(1, Math.max(0, share))) * 100);
  return mix(tokens.surface, tokens.series[0] ?? tokens.accent, amount / 100);
}

function mix(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((value, at) => Math.round(value + ((b[at] ?? 0) - value) * share)).join(' ')})`;
}

/** Red, green and blue of `#rrggbb` or `#rgb`, as tokens are written. */
function channels(color: string): number[] {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color);
  const hex = short
    ? short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')
    : (/^#([0-9a-f]{6})$/i.exec(color)?.[1] ?? '808080');
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function extent(values: number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

function marginLeft({ data, mark }: Drawing): number {
  if (mark !== 'heatmap') return 68;
  const longest = Math.max(4, ...data.series.map((name) => Math.min(20, seriesName(name).length)));
  return 24 + longest * 6.6;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
