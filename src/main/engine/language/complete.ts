import type { CompletionItem, CompletionList } from '../../../shared/language';
import { completeColumns, completeMembers, completeUsing } from './complete-columns';
import { completeFunctions } from './complete-functions';
import { completeJoinConditions } from './complete-join';
import { completeKeywords } from './complete-keywords';
import { completePaths } from './complete-paths';
import { completeRelations } from './complete-relations';
import { type Place, placeAt } from './completion-place';
import type { NameSpace } from './relations';

const MOST_ITEMS = 1000;

/** Proposals for the cursor at `offset`, the best first; an empty list where nothing fits, as inside a comment. */
export async function completeText(
  space: NameSpace,
  offset: number,
  keywords: (text: string) => Promise<string[]>,
): Promise<CompletionList> {
  const place = placeAt(space.text, offset);
  const items = await itemsFor(place, space, keywords);
  const fitting = items
    .filter((item) => fits(item.label, place.prefix))
    .map((item) => rankByPrefix(item, place.prefix));
  fitting.sort((a, b) => a.rank - b.rank || a.label.localeCompare(b.label));
  return { start: place.start, end: place.end, items: withoutDoubles(fitting).slice(0, MOST_ITEMS) };
}

async function itemsFor(
  place: Place,
  space: NameSpace,
  keywords: (text: string) => Promise<string[]>,
): Promise<CompletionItem[]> {
  switch (place.kind) {
    case 'nothing':
      return [];
    case 'path':
      return completePaths(place, space);
    case 'parameter':
      return completeParameters(place);
    case 'using':
      return completeUsing(place, space);
    case 'relation':
      return [
        ...(await completeRelations(place, space)),
        ...(place.qualifiers.length === 0 ? completeFunctions(place, space, true) : []),
      ];
    case 'expression':
      if (place.qualifiers.length > 0) return completeMembers(place, space);
      return [
        ...(await completeJoinConditions(place, space)),
        ...(await completeColumns(place, space)),
        ...completeFunctions(place, space, false),
        ...completeParameters(place),
        ...(await completeKeywords(place, keywords)),
      ];
    default:
      return place.qualifiers.length > 0 ? completeMembers(place, space) : completeKeywords(place, keywords);
  }
}

/** `$name` parameters that the text uses already. */
function completeParameters(place: Place): CompletionItem[] {
  const names = new Set(place.text.match(/\$[\p{L}_][\p{L}\p{N}_]*(?!\$)/gu) ?? []);
  names.delete(place.text.slice(place.start, place.end));
  return [...names].map((name) => ({ label: name, insert: name, kind: 'parameter', detail: 'parameter', rank: 600 }));
}

/** Whether the letters of the prefix stand in the label in this order. */
function fits(label: string, prefix: string): boolean {
  const wanted = prefix.replace(/^"/, '').toLowerCase();
  const text = label.toLowerCase();
  let at = 0;
  for (const letter of wanted) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What begins with the typed letters stands before what only holds them. */
function rankByPrefix(item: CompletionItem, prefix: string): CompletionItem {
  const wanted = prefix.replace(/^"/, '').toLowerCase();
  const label = item.label.toLowerCase();
  const begins = label.startsWith(wanted) || label.slice(label.search(/[^./]*$/)).startsWith(wanted);
  return begins ? item : { ...item, rank: item.rank + (label.includes(wanted) ? 1000 : 2000) };
}

function withoutDoubles(items: CompletionItem[]): CompletionItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = `${item.kind} ${item.insert} ${item.detail ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
