import type { CompletionItem } from '../../../shared/language';
import type { Place } from './completion-place';

/** Words that make sense inside an expression, where the engine's own list is too long to be of use. */
const IN_EXPRESSION = `and or not in is null between like ilike case when then else end exists distinct cast try_cast
interval date timestamp true false as asc desc nulls first last over partition by filter exclude replace columns from
where group having qualify order limit union except intersect join left using on lambda within similar`.split(/\s+/);
const PAIRS = [
  'group by',
  'order by',
  'partition by',
  'is null',
  'is not null',
  'is distinct from',
  'nulls last',
  'nulls first',
  'left join',
  'inner join',
  'full join',
  'cross join',
  'asof join',
  'semi join',
  'anti join',
  'union all',
  'union by name',
  'group by all',
  'order by all',
  'not in',
  'not exists',
];
const AT_START = [
  'select',
  'from',
  'with',
  'insert into',
  'update',
  'delete from',
  'create table',
  'create or replace table',
  'create view',
  'create temp table',
  'create macro',
  'alter table',
  'drop table',
  'describe',
  'summarize',
  'explain',
  'explain analyze',
  'pivot',
  'unpivot',
  'copy',
  'attach',
  'use',
  'set',
  'show tables',
  'call',
  'merge into',
  'begin',
  'commit',
  'rollback',
];

const SNIPPETS: { label: string; insert: string; detail: string }[] = [
  { label: 'select … from', insert: 'select $2\nfrom $1\nwhere $0', detail: 'query' },
  { label: 'with … as', insert: 'with $1 as (\n  $2\n)\nfrom $1\n$0', detail: 'common table' },
  {
    label: 'from … group by all',
    insert: 'from $1\nselect $2, count(*) as rows\ngroup by all\norder by rows desc',
    detail: 'counts by column',
  },
];
const EXPRESSION_SNIPPETS: { label: string; insert: string; detail: string }[] = [
  { label: 'case when … end', insert: 'case when $1 then $2 else $3 end', detail: 'condition' },
  {
    label: 'row_number() over …',
    insert: 'row_number() over (partition by $1 order by $2)',
    detail: 'rank in a group',
  },
];

/** Keywords by context, with a few snippets where a statement or an expression begins. */
export async function completeKeywords(
  place: Place,
  engineKeywords: (text: string) => Promise<string[]>,
): Promise<CompletionItem[]> {
  if (place.kind === 'statement')
    return [...AT_START.map((word) => keyword(word, place, 100)), ...SNIPPETS.map((entry) => snippet(entry, 150))];
  if (place.kind === 'expression') {
    const words = [...IN_EXPRESSION, ...PAIRS].map((word) => keyword(word, place, 550));
    return [...words, ...EXPRESSION_SNIPPETS.map((entry) => snippet(entry, 560))];
  }
  const before = place.text.slice(place.model?.start ?? 0, place.start);
  const words = (await engineKeywords(`${before}${place.prefix}`)).filter((word) => /^[a-z_]+$/.test(word));
  const known = new Set(words);
  const pairs = PAIRS.filter((pair) => known.has(pair.split(' ')[0] ?? ''));
  const ranked = [...new Set([...words, ...pairs])];
  return ranked.map((word) => keyword(word, place, AFTER_RELATION.has(word) ? 100 : 200));
}

const AFTER_RELATION = new Set([
  'where',
  'join',
  'left join',
  'on',
  'using',
  'group by',
  'order by',
  'limit',
  'select',
  'as',
  'and',
  'group by all',
]);

/** Follows the case in which the user writes. */
function keyword(word: string, place: Place, rank: number): CompletionItem {
  const upper = place.prefix.length > 1 ? /^[A-Z_]+$/.test(place.prefix) : writesUpper(place);
  const text = upper ? word.toUpperCase() : word;
  return { label: text, insert: text, kind: 'keyword', rank };
}

function writesUpper(place: Place): boolean {
  return /^[A-Z]{2,}$/.test(place.model?.tokens[0]?.text ?? '');
}

function snippet(entry: { label: string; insert: string; detail: string }, rank: number): CompletionItem {
  return { ...entry, kind: 'snippet', rank };
}
