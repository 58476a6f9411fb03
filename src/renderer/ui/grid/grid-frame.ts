/** The fixed elements of a grid. Rows and titles are made by the painters. */
export interface GridFrame {
  scroller: HTMLElement;
  canvas: HTMLElement;
  viewport: HTMLElement;
  titles: HTMLElement;
  corner: HTMLElement;
  pinnedTitles: HTMLElement;
  movingTitles: HTMLElement;
  body: HTMLElement;
  layer: HTMLElement;
  /** Shows where a dragged column would land, or how wide a resized one will be. */
  guide: HTMLElement;
  help: HTMLElement;
  live: HTMLElement;
}

/**
 * Builds a grid into `root`. The viewport is sticky within a tall canvas: the browser scrolls natively, while what is seen
 * stays in place until the painters move it in the same frame, so that no blank strip ever shows.
 */
export function buildFrame(root: HTMLElement, id: string, label: string): GridFrame {
  const scroller = element('div', 'grid-scroller');
  setAttributes(scroller, {
    role: 'grid',
    tabindex: '0',
    'aria-multiselectable': 'true',
    'aria-readonly': 'true',
    'aria-label': label,
    'aria-describedby': `${id}-help`,
  });
  const canvas = child(scroller, 'grid-canvas', 'presentation');
  const viewport = child(canvas, 'grid-viewport', 'presentation');
  const head = child(viewport, 'grid-head', 'rowgroup');
  const titles = child(head, 'grid-titles', 'row');
  titles.setAttribute('aria-rowindex', '1');
  const movingTitles = child(titles, 'grid-moving', 'presentation');
  const pinnedTitles = child(titles, 'grid-pinned', 'presentation');
  const corner = child(titles, 'grid-corner', 'columnheader');
  setAttributes(corner, { 'aria-colindex': '1', title: 'Select all' });
  corner.append(hidden('Row'));
  const body = child(viewport, 'grid-body', 'rowgroup');
  const layer = child(body, 'grid-layer', 'presentation');
  const guide = child(viewport, 'grid-guide', 'presentation');
  const help = hidden(
    'Arrow keys move, Shift extends, Enter opens the value, Shift F10 opens the menu. Escape, then Tab, leaves the grid.',
  );
  help.id = `${id}-help`;
  const live = hidden('');
  setAttributes(live, { 'aria-live': 'polite', role: 'status' });
  root.append(scroller, help, live);
  return { scroller, canvas, viewport, titles, corner, pinnedTitles, movingTitles, body, layer, guide, help, live };
}

export function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

export function child(parent: HTMLElement, className: string, role: string): HTMLElement {
  const made = element('div', className);
  made.setAttribute('role', role);
  parent.append(made);
  return made;
}

function hidden(text: string): HTMLElement {
  const made = element('span', 'grid-hidden');
  made.textContent = text;
  return made;
}

export function setAttributes(target: HTMLElement, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}
