import { nameText, relationName, sameName, typedName } from './names';
import { columnsOf, excludedNames, type NameSpace } from './relations';
import { modelAt, type Scope, scopeAt } from './scope';
import type { Select, SelectItem } from './statement-model';
import { closingIndex, isName, isSymbol, isWord, type Token } from './tokens';

const LINE = 100;

/** The `*` or `t.*` nearest to the offset as a list of columns, or null where its relations are not known. */
export async function expandStarAt(
  space: NameSpace,
  offset: number,
): Promise<{ start: number; end: number; text: string } | null> {
  const model = modelAt(space.text, offset);
  if (!model) return null;
  const scope = scopeAt(model, offset);
  const select = scope.select;
  if (!select || select.pivoted) return null;
  const items = select.items.filter((item) => item.star);
  const item = items.find((entry) => entry.start <= offset && offset <= entry.end) ?? items[0];
  if (!item) return null;
  const names = await columnNames(item, select, scope, space);
  if (!names || names.length === 0) return null;
  return { start: item.start, end: item.end, text: layOut(names, space.text, item.start) };
}

async function columnNames(
  item: SelectItem,
  select: Select,
  scope: Scope,
  space: NameSpace,
): Promise<string[] | undefined> {
  const dot = item.tokens.findIndex((token) => isSymbol(token, '*'));
  const qualifier = dot >= 2 ? item.tokens[dot - 2] : undefined;
  const from = qualifier
    ? select.from.filter((entry) => sameName(relationName(entry) ?? '', nameText(qualifier)))
    : select.from;
  const excluded = new Set(excludedNames(item.tokens));
  const replaced = replacements(item.tokens, space.text);
  const merged = mergedByUsing(select, scope, space.text);
  const found: { relation: string | undefined; name: string }[] = [];
  const seen = new Set<string>();
  for (const entry of from) {
    const columns = await columnsOf(entry, scope.commonTables, space);
    if (!columns) return undefined;
    for (const { name } of columns) {
      const key = name.toLowerCase();
      if (excluded.has(key) || (merged.has(key) && seen.has(key))) continue;
      seen.add(key);
      found.push({ relation: relationName(entry), name });
    }
  }
  const many = from.length > 1 || qualifier !== undefined;
  return found.map(({ relation, name }) => {
    const replacement = replaced.get(name.toLowerCase());
    if (replacement) return replacement;
    // The column that USING merges has a value of its own (in a full join), so it is not qualified.
    const plain = !many || relation === undefined || (merged.has(name.toLowerCase()) && !qualifier);
    return plain ? typedName(name) : `${typedName(relation)}.${typedName(name)}`;
  });
}

/** `replace (expression as name)` by lower-case name. */
function replacements(tokens: readonly Token[], text: string): Map<string, string> {
  const found = new Map<string, string>();
  const at = tokens.findIndex((token) => isWord(token, 'replace'));
  if (at < 0 || !isSymbol(tokens[at + 1], '(')) return found;
  const all = [...tokens];
  const close = closingIndex(all, at + 1);
  let begin = at + 2;
  for (let index = begin; index <= close; index += 1) {
    const token = all[index];
    if (isSymbol(token, '(')) index = closingIndex(all, index, close);
    else if (index === close || isSymbol(token, ',')) {
      const name = all[index - 1];
      const first = all[begin];
      if (name && first && isName(name)) found.set(nameText(name).toLowerCase(), text.slice(first.start, name.end));
      begin = index + 1;
    }
  }
  return found;
}

function mergedByUsing(select: Select, scope: Scope, text: string): Set<string> {
  const names = new Set<string>();
  for (const clause of scope.select?.clauses ?? select.clauses) {
    if (clause.name !== 'using') continue;
    const list = /^\s*\(([^)]*)\)/.exec(text.slice(clause.start, select.end))?.[1];
    for (const name of list?.split(',') ?? []) names.add(name.trim().replace(/^"|"$/g, '').toLowerCase());
  }
  return names;
}

/** Fills lines up to a readable width and aligns them under the first column. */
function layOut(names: string[], text: string, start: number): string {
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  let lines = '';
  let line = '';
  for (const [index, name] of names.entries()) {
    const piece = index < names.length - 1 ? `${name},` : name;
    if (line !== '' && indent + line.length + piece.length + 1 > LINE) {
      lines += `${line}\n${' '.repeat(indent)}`;
      line = '';
    }
    line += line === '' ? piece : ` ${piece}`;
  }
  return lines + line;
}
