import { fuzzyScore } from './fuzzy';
import type { PaletteItem } from './palette-store';

/** More are not drawn: another letter finds them. */
const SHOWN = 200;
/** A match in the detail comes after every match in the label. */
const DETAIL = 2_000;

/** The items that answer what was typed, the best first; all in their order while nothing was typed. */
export function bestMatches(items: PaletteItem[], query: string): PaletteItem[] {
  const wanted = query.trim();
  if (wanted === '') return items.slice(0, SHOWN);
  return items
    .flatMap((item) => {
      const score = scoreOf(wanted, item);
      return score === undefined ? [] : [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ item }) => item);
}

function scoreOf(query: string, { label, detail = '' }: PaletteItem): number | undefined {
  const inLabel = fuzzyScore(query, label);
  if (inLabel !== undefined) return inLabel;
  // `run all` finds "Run all statements", and `view theme` a theme of the category View.
  const inBoth = fuzzyScore(query, `${detail} ${label}`);
  return inBoth === undefined ? undefined : inBoth - DETAIL;
}
