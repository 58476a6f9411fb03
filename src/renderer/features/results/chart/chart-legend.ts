import type { ChartTokens } from './chart-tokens';

const SVG = 'http://www.w3.org/2000/svg';

/** A row of names with their colours, drawn at the top of a chart; what does not fit the width goes to a next row. */
export function seriesLegend(
  entries: { name: string; color: string }[],
  width: number,
  tokens: ChartTokens,
): { node: SVGGElement; height: number } {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('aria-hidden', 'true');
  let x = 0;
  let y = 0;
  for (const entry of entries) {
    const name = entry.name.length > 28 ? `${entry.name.slice(0, 27)}…` : entry.name;
    const span = 14 + name.length * 6.4 + 16;
    if (x > 0 && x + span > width) {
      x = 0;
      y += 18;
    }
    const swatch = shape('rect', { x, y: y + 3, width: 10, height: 10, rx: 2, fill: entry.color });
    const label = shape('text', { x: x + 14, y: y + 12, fill: tokens.quiet, 'font-size': 11.5 });
    label.textContent = name;
    group.append(swatch, label);
    x += span;
  }
  return { node: group, height: y + 24 };
}

/** The colours of a heat map from its least to its most, with both ends in figures. */
export function rampLegend(
  options: { label: string; from: string; to: string; colors: string[] },
  tokens: ChartTokens,
): { node: SVGGElement; height: number } {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('aria-hidden', 'true');
  const text = (content: string, x: number) => {
    const node = shape('text', { x, y: 12, fill: tokens.quiet, 'font-size': 11.5 });
    node.textContent = content;
    return node;
  };
  const start = options.label.length * 6.4 + 12;
  const ramp = start + options.from.length * 6.6 + 6;
  group.append(text(options.label, 0), text(options.from, start));
  const step = 96 / options.colors.length;
  options.colors.forEach((fill, at) => {
    group.append(shape('rect', { x: ramp + at * step, y: 3, width: step + 0.3, height: 10, fill }));
  });
  group.append(text(options.to, ramp + 102));
  return { node: group, height: 24 };
}

function shape(name: 'rect' | 'text', attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
