import { columnKind } from '../../../shared/columns';
import type { CompletionItem } from '../../../shared/language';
import { relationsInScope, type ScopedRelation } from './complete-columns';
import type { Place } from './completion-place';
import { sameName, typedName } from './names';
import type { NamedColumn } from './ports';
import type { NameSpace } from './relations';
import { isWord } from './tokens';

/** Equalities for `join x on …`: columns of the same name first, then `customer_id = customers.id` and its like. */
export async function completeJoinConditions(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  if (place.scope.clause !== 'on' || !isWord(place.before.at(-1), 'on', 'and')) return [];
  const joined = await relationsBefore(place, space);
  const right = joined.at(-1);
  if (!right) return [];
  const items: CompletionItem[] = [];
  for (const left of joined.slice(0, -1)) {
    for (const column of left.columns) {
      for (const other of right.columns) {
        const rank = likeness(left, column, right, other);
        if (rank === undefined) continue;
        const text = `${qualified(left, column)} = ${qualified(right, other)}`;
        items.push({ label: text, insert: text, kind: 'join', detail: 'join condition', rank });
      }
    }
  }
  return items;
}

/** The relations written before the cursor: the last of them is the one being joined. */
async function relationsBefore(place: Place, space: NameSpace): Promise<ScopedRelation[]> {
  const items = (place.scope.levels[0] ?? []).filter((item) => item.end <= place.offset);
  return relationsInScope({ ...place, scope: { ...place.scope, levels: [items] } }, space);
}

function qualified(relation: ScopedRelation, column: NamedColumn): string {
  return relation.name === undefined ? typedName(column.name) : `${typedName(relation.name)}.${typedName(column.name)}`;
}

function likeness(
  left: ScopedRelation,
  column: NamedColumn,
  right: ScopedRelation,
  other: NamedColumn,
): number | undefined {
  if (!comparable(column.type, other.type)) return undefined;
  const isKey = /(?:^|_)(?:id|key|code|sku|uuid)$/i.test(column.name);
  if (sameName(column.name, other.name)) return isKey && !/^id$/i.test(column.name) ? 10 : 30;
  if (
    pointsTo(column.name, right.table ?? right.name, other.name) ||
    pointsTo(other.name, left.table ?? left.name, column.name)
  )
    return 15;
  return undefined;
}

/** Whether `customer_id` names the `id` of `customers`. */
function pointsTo(name: string, relation: string | undefined, key: string): boolean {
  if (!/^(?:id|key|code)$/i.test(key) || !relation) return false;
  const owner = name.toLowerCase().replace(new RegExp(`_?${key}$`, 'i'), '');
  const table = relation.toLowerCase();
  return (
    owner !== '' &&
    owner !== name.toLowerCase() &&
    (table === owner ||
      table === `${owner}s` ||
      table === `${owner}es` ||
      table === owner.replace(/y$/, 'ies') ||
      owner.startsWith(table))
  );
}

function comparable(one: string, other: string): boolean {
  if (one === '' || other === '') return true;
  const group = (type: string) => {
    const kind = columnKind(type);
    return kind === 'decimal' || kind === 'float'
      ? 'integer'
      : kind === 'timestamp'
        ? 'date'
        : kind === 'enum'
          ? 'text'
          : kind;
  };
  return group(one) === group(other);
}
