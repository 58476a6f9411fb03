/** A replacement of `[start, end)` in a SQL text, in UTF-16 units. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * Applies edits that do not overlap. `toOriginal` maps an offset in the new text to the old one; one inside of an
 * inserted text maps to the start of what it replaced, so that an error points at what the user wrote.
 */
export function applyEdits(sql: string, edits: TextEdit[]): { sql: string; toOriginal(offset: number): number } {
  const sorted = [...edits].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  const spans: { from: number; to: number; start: number; end: number }[] = [];
  let at = 0;
  let length = 0;
  for (const edit of sorted) {
    parts.push(sql.slice(at, edit.start), edit.text);
    const from = length + edit.start - at;
    length = from + edit.text.length;
    spans.push({ from, to: length, start: edit.start, end: edit.end });
    at = edit.end;
  }
  parts.push(sql.slice(at));
  return {
    sql: parts.join(''),
    toOriginal(offset) {
      let shift = 0;
      for (const span of spans) {
        if (offset < span.from) break;
        if (offset < span.to) return span.start;
        shift = span.end - span.to;
      }
      return Math.min(sql.length, Math.max(0, offset + shift));
    },
  };
}
