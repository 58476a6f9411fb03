import type { NamedColumn } from './ports';
import { closingIndex, isName, isSymbol, isWord, tokenize } from './tokens';

/** The fields of a STRUCT type as DuckDB spells it, also of a list of structs; undefined for any other type. */
export function structFields(type: string): NamedColumn[] | undefined {
  const tokens = tokenize(type);
  if (!isWord(tokens[0], 'struct', 'union') || !isSymbol(tokens[1], '(')) return undefined;
  const close = closingIndex(tokens, 1);
  const fields: NamedColumn[] = [];
  let at = 2;
  while (at < close) {
    const name = tokens[at];
    let stop = at + 1;
    while (stop < close && !isSymbol(tokens[stop], ','))
      stop = isSymbol(tokens[stop], '(') ? closingIndex(tokens, stop, close) + 1 : stop + 1;
    const first = tokens[at + 1];
    const last = tokens[stop - 1];
    if (name && isName(name) && first && last) {
      fields.push({ name: name.kind === 'name' ? name.value : name.text, type: type.slice(first.start, last.end) });
    }
    at = stop + 1;
  }
  return fields;
}
