/**
 * How well `text` answers `query`: every letter of the query must appear in order; matches at word starts and in one run
 * count more, short texts win ties. Undefined where it does not match. Case is ignored.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  if (query === '') return 0;
  const wanted = query.toLowerCase().replaceAll(' ', '');
  const lower = text.toLowerCase();
  const whole = lower.indexOf(query.toLowerCase());
  if (whole >= 0) return 1000 - whole - text.length / 100 + (isWordStart(text, whole) ? 200 : 0);
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of wanted) {
    const at = lower.indexOf(letter, from);
    if (at < 0) return undefined;
    score += at === previous + 1 ? 8 : isWordStart(text, at) ? 6 : 1;
    previous = at;
    from = at + 1;
  }
  return score - text.length / 100;
}

function isWordStart(text: string, at: number): boolean {
  return (
    at === 0 ||
    /[\s_./:-]/.test(text[at - 1] ?? '') ||
    (/[A-Z]/.test(text[at] ?? '') && /[a-z]/.test(text[at - 1] ?? ''))
  );
}
