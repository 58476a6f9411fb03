import { quoteIdentifier } from '../../../shared/sql/quote';
import { RESERVED } from './keywords';
import type { FromItem } from './statement-model';
import type { Token } from './tokens';

/** The name a token stands for, with the case it was written in. */
export function nameText(token: Token): string {
  return token.kind === 'name' || token.kind === 'string' ? token.value : token.text;
}

/** Whether two names are the same to DuckDB, which ignores case even between quotes. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A name as one would type it: DuckDB keeps case and ignores it, so only blanks, signs and reserved words need quotes. */
export function typedName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !RESERVED.has(name.toLowerCase()) ? name : quoteIdentifier(name);
}

/** The qualifier that a relation's columns go by: its alias, the table's name, or a file's name without its ending. */
export function relationName(item: FromItem): string | undefined {
  return item.alias ? nameText(item.alias) : ownName(item);
}

/** The name of what a FROM item reads, whatever alias it has. */
export function ownName(item: FromItem): string | undefined {
  const source = item.source;
  if (source.kind === 'name' || source.kind === 'call') {
    const last = source.parts.at(-1);
    return last && nameText(last);
  }
  if (source.kind === 'file') return fileBaseName(source.path);
  return undefined;
}

/** The alias DuckDB gives to a file: what stands between the last slash and the first dot. */
export function fileBaseName(path: string): string {
  return (
    (
      path
        .replace(/[/\\]+$/, '')
        .split(/[/\\]/)
        .at(-1) ?? path
    ).split('.')[0] ?? path
  );
}

/** The names most like `name`, the nearest first; those that differ too much are left out. */
export function similarNames(name: string, among: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const scored: { name: string; distance: number }[] = [];
  for (const other of new Set(among)) {
    const candidate = other.toLowerCase();
    if (Math.abs(candidate.length - wanted.length) > 4) continue;
    const distance = candidate.startsWith(wanted) || wanted.startsWith(candidate) ? 1 : editDistance(wanted, candidate);
    if (distance <= Math.max(2, Math.floor(wanted.length / 3))) scored.push({ name: other, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name));
  return scored.slice(0, limit).map((entry) => entry.name);
}

/** Levenshtein's distance with a swap of neighbours counted once. */
function editDistance(one: string, other: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1;
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, (older[column - 2] ?? 0) + 1);
      current.push(best);
    }
    older = previous;
    previous = current;
  }
  return previous[other.length] ?? 0;
}
