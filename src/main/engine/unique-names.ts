/**
 * Column names told from each other without regard to case, as SQL takes them: `a, A, ''` becomes `a, A_1, column2`.
 * Names that are unique already stay as they are.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const given = names.map((name, index) => (name === '' ? `column${index}` : name));
  const wanted = new Set(given.map((name) => name.toLowerCase()));
  return given.map((name) => {
    let unique = name;
    for (let count = 1; taken.has(unique.toLowerCase()); count += 1) {
      const candidate = `${name}_${count}`;
      if (!wanted.has(candidate.toLowerCase())) unique = candidate;
    }
    taken.add(unique.toLowerCase());
    return unique;
  });
}
