import { element } from './grid-frame';
import type { HeaderPicture } from './grid-source';

const PICTURE_HEIGHT = 18;

/** Draws a column's distribution as bars, or the shares of its most frequent values as a strip. */
export function drawPicture(host: HTMLElement, picture: HeaderPicture | null): void {
  if (!picture) {
    host.replaceChildren();
    return;
  }
  host.title = picture.label;
  host.replaceChildren(picture.kind === 'bars' ? bars(picture.values) : shares(picture.parts));
}

function bars(values: readonly number[]): HTMLElement {
  const strip = element('div', 'grid-bars');
  const top = Math.max(...values, 1);
  for (const value of values) {
    const bar = element('i', '');
    bar.style.height = `${value === 0 ? 0 : Math.max(1, (value / top) * PICTURE_HEIGHT)}px`;
    strip.append(bar);
  }
  return strip;
}

function shares(parts: readonly number[]): HTMLElement {
  const strip = element('div', 'grid-shares');
  parts.slice(0, 6).forEach((part, index) => {
    const piece = element('i', '');
    piece.style.flexGrow = String(part);
    piece.style.background = `var(--chart-${index + 1})`;
    strip.append(piece);
  });
  return strip;
}
