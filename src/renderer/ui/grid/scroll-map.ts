/** Browsers lose pixels in taller elements, so the scrolled canvas is never taller than this. */
export const MAXIMUM_CANVAS = 8_000_000;

/** Near both ends one pixel scrolled is one pixel of rows, so that the ends are reached exactly. */
const EDGE = 200_000;

/** A scroll of at most this many pixels in one event is a movement by hand: it moves rows by exactly so many. */
const SMALL_STEP = 4_000;

/** How the scroll bar's range stands for the rows' height; heights in pixels, without the header. */
export interface ScrollMap {
  /** Height of all rows, up to 5e10. */
  content: number;
  canvas: number;
  /** The largest `position` and the largest scroll offset. */
  maximumPosition: number;
  maximumScroll: number;
}

export function scrollMap(rowCount: number, rowHeight: number, viewHeight: number): ScrollMap {
  const content = rowCount * rowHeight;
  const canvas = Math.min(content, Math.max(MAXIMUM_CANVAS, viewHeight));
  return {
    content,
    canvas,
    maximumPosition: Math.max(0, content - viewHeight),
    maximumScroll: Math.max(0, canvas - viewHeight),
  };
}

/** The pixel of the rows that a scroll offset stands for. */
export function positionOf(map: ScrollMap, scrollTop: number): number {
  const top = Math.min(Math.max(scrollTop, 0), map.maximumScroll);
  if (map.canvas === map.content) return top;
  const edge = edgeOf(map);
  if (top <= edge) return top;
  if (top >= map.maximumScroll - edge) return map.maximumPosition - (map.maximumScroll - top);
  return edge + ((top - edge) * (map.maximumPosition - 2 * edge)) / (map.maximumScroll - 2 * edge);
}

/** The scroll offset that stands for a pixel of the rows: the inverse of {@link positionOf}. */
export function scrollTopOf(map: ScrollMap, position: number): number {
  const wanted = Math.min(Math.max(position, 0), map.maximumPosition);
  if (map.canvas === map.content) return wanted;
  const edge = edgeOf(map);
  if (wanted <= edge) return wanted;
  if (wanted >= map.maximumPosition - edge) return map.maximumScroll - (map.maximumPosition - wanted);
  return edge + ((wanted - edge) * (map.maximumScroll - 2 * edge)) / (map.maximumPosition - 2 * edge);
}

/**
 * The position after the scroll bar went from one offset to another: small steps move exactly, large ones (a dragged
 * thumb) in proportion to the whole.
 */
export function followScroll(map: ScrollMap, position: number, fromTop: number, toTop: number): number {
  if (map.canvas === map.content) return positionOf(map, toTop);
  const delta = toTop - fromTop;
  if (Math.abs(delta) > SMALL_STEP) return positionOf(map, toTop);
  return Math.min(Math.max(position + delta, 0), map.maximumPosition);
}

function edgeOf(map: ScrollMap): number {
  return Math.min(EDGE, map.maximumScroll / 4);
}
