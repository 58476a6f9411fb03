import type { ChartTokens } from './chart-tokens';

const SVG = 'http://www.w3.org/2000/svg';

export interface Legend {
  node: SVGGElement;
  height: number;
}

const LETTER = 6.4;
const LINE = 18;

/** What is measured, and the names of the series with their colours; what does not fit the width goes to a next row. */
export function seriesLegend(
  title: string,
  entries: { name: string; color: string }[],
  width: number,
  tokens: ChartTokens,
): Legend {
  const group = legendGroup();
  group.append(textNode(title, 0, 12, tokens.text));
  let x = title.length * LETTER + 24;
  let y = 0;
  for (const entry of entries) {
    const name = entry.name.length > 28 ? `${entry.name.slice(0, 27)}…` : entry.name;
    const span = 14 + name.length * LETTER + 16;
    if (x > 0 && x + span > width) {
      x = 0;
      y += LINE;
    }
    group.append(shape('rect', { x, y: y + 3, width: 10, height: 10, rx: 2, fill: entry.color }));
    group.append(textNode(name, x + 14, y + 12, tokens.quiet));
    x += span;
  }
  return { node: group, height: y + LINE };
}

/** The colours of a heat map from its least to its most, with both ends in figures. */
export function rampLegend(
  options: { label: string; from: string; to: string; colors: string[] },
  tokens: ChartTokens,
): Legend {
  const group = legendGroup();
  const start = options.label.length * LETTER + 24;
  const ramp = start + options.from.length * 7 + 8;
  group.append(textNode(options.label, 0, 12, tokens.text), textNode(options.from, start, 12, tokens.quiet));
  const step = 96 / options.colors.length;
  options.colors.forEach((fill, at) => {
    group.append(shape('rect', { x: ramp + at * step, y: 3, width: step + 0.3, height: 10, fill }));
  });
  group.append(textNode(options.to, ramp + 104, 12, tokens.quiet));
  return { node: group, height: LINE };
}

function legendGroup(): SVGGElement {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('aria-hidden', 'true');
  group.setAttribute('text-anchor', 'start');
  return group;
}

function textNode(content: string, x: number, y: number, fill: string): SVGElement {
  const node = shape('text', { x, y, fill, 'font-size': 11.5 });
  node.textContent = content;
  return node;
}

function shape(name: 'rect' | 'text', attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
