import type { CompletionItem, FunctionInfo } from '../../../shared/language';
import type { Place } from './completion-place';
import { signatureLabel } from './function-list';
import { isQuietFunction } from './quiet-functions';
import type { NameSpace } from './relations';

/** Functions that a person is likely to look for stand before the thousand others. */
const COMMON = new Set(
  `count sum avg min max round coalesce date_trunc date_part date_diff date_add strftime strptime lower upper trim replace
substring concat string_agg list array_agg unnest row_number rank lag lead first last any_value arg_max arg_min median
quantile_cont abs floor ceil now current_date today regexp_matches regexp_extract regexp_replace split_part contains
starts_with length list_transform list_filter json_extract struct_extract greatest least nullif ifnull read_csv
read_parquet read_json generate_series range hash md5 year month day hour approx_count_distinct try_cast`.split(/\s+/),
);

/** Functions of the live catalog: table functions where a relation is named, all others in expressions. */
export function completeFunctions(place: Place, space: NameSpace, asRelation: boolean): CompletionItem[] {
  const hasBracket = /^\s*\(/.test(place.text.slice(place.end));
  const items: CompletionItem[] = [];
  for (const entry of space.catalog.functions) {
    if (entry.kind === 'pragma' || (entry.kind === 'table') !== asRelation || isQuietFunction(entry.name)) continue;
    items.push(functionItem(entry, hasBracket));
  }
  return items;
}

function functionItem(entry: FunctionInfo, hasBracket: boolean): CompletionItem {
  const [first] = entry.signatures;
  const count = entry.signatures.length;
  const item: CompletionItem = {
    label: entry.name,
    // The editor puts the cursor where `$0` stands.
    insert: hasBracket ? entry.name : `${entry.name}($0)`,
    kind: 'function',
    detail: `${entry.kind}${first ? ` · ${signatureLabel(entry.name, first).label}` : ''}${count > 1 ? ` +${count - 1}` : ''}`,
    rank: COMMON.has(entry.name) ? 400 : entry.aliasOf && entry.aliasOf !== entry.name ? 520 : 500,
  };
  if (first?.description) item.documentation = first.description;
  return item;
}
