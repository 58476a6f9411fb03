/** The name under which the style sheet knows what was found. */
const NAME = 'grid-find';

/** Marks where a searched text stands in the painted cells, without touching their elements. */
export class FindHighlight {
  #ranges: Range[] = [];

  update(needle: string, texts: () => Iterable<Text>): void {
    if (needle === '' && this.#ranges.length === 0) return;
    const highlight = registered();
    if (!highlight) return;
    for (const range of this.#ranges) highlight.delete(range);
    this.#ranges = needle === '' ? [] : rangesOf(needle.toLowerCase(), texts());
    for (const range of this.#ranges) highlight.add(range);
  }

  clear(): void {
    this.update('', () => []);
  }
}

function registered(): Highlight | undefined {
  // A browser without custom highlights still shows the cells that match by their background.
  if (typeof CSS === 'undefined' || !CSS.highlights) return undefined;
  const known = CSS.highlights.get(NAME);
  if (known) return known;
  const made = new Highlight();
  CSS.highlights.set(NAME, made);
  return made;
}

function rangesOf(needle: string, texts: Iterable<Text>): Range[] {
  const ranges: Range[] = [];
  for (const text of texts) {
    const data = text.data.toLowerCase();
    for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, at + needle.length)) {
      if (at + needle.length > text.length) break;
      const range = new Range();
      range.setStart(text, at);
      range.setEnd(text, at + needle.length);
      ranges.push(range);
    }
  }
  return ranges;
}
