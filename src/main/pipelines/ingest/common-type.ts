/** A DuckDB type, looked into as far as widening needs it. */
type TypeTree =
  | { kind: 'struct'; fields: { name: string; type: TypeTree }[] }
  | { kind: 'list'; of: TypeTree }
  | { kind: 'plain'; text: string };

const DIGITS: Record<string, number> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
};

const WIDEST = 38;

/**
 * The type that holds the values of both and is of their family: whole numbers and decimals, floating numbers, dates,
 * structs by their fields, lists. Undefined for types of different families, such as a number and a text. Whether old
 * values fit a DOUBLE unchanged must be proved on them.
 */
export function commonType(one: string, other: string): string | undefined {
  const found = common(parse(one), parse(other));
  return found && print(found);
}

function common(one: TypeTree, other: TypeTree): TypeTree | undefined {
  if (print(one) === print(other)) return one;
  if (one.kind === 'struct' && other.kind === 'struct') return commonStruct(one.fields, other.fields);
  if (one.kind === 'list' && other.kind === 'list') {
    const of = common(one.of, other.of);
    return of && { kind: 'list', of };
  }
  if (one.kind !== 'plain' || other.kind !== 'plain') return undefined;
  const text = commonPlain(one.text.toUpperCase(), other.text.toUpperCase());
  return text === undefined ? undefined : { kind: 'plain', text };
}

function commonStruct(
  one: { name: string; type: TypeTree }[],
  other: { name: string; type: TypeTree }[],
): TypeTree | undefined {
  const fields: { name: string; type: TypeTree }[] = [];
  for (const field of one) {
    const twin = other.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    const type = twin ? common(field.type, twin.type) : field.type;
    if (!type) return undefined;
    fields.push({ name: field.name, type });
  }
  for (const field of other) {
    if (!one.some(({ name }) => name.toLowerCase() === field.name.toLowerCase())) fields.push(field);
  }
  return { kind: 'struct', fields };
}

function commonPlain(one: string, other: string): string | undefined {
  const types = [one, other];
  if (types.every((type) => type === 'DATE' || type === 'TIMESTAMP')) return 'TIMESTAMP';
  const floats = types.some((type) => type === 'DOUBLE' || type === 'FLOAT');
  const numbers = types.every((type) => type === 'DOUBLE' || type === 'FLOAT' || decimalOf(type) !== undefined);
  if (!numbers) return undefined;
  if (floats) return 'DOUBLE';
  const [first, second] = types.map(decimalOf);
  if (!first || !second) return undefined;
  if (DIGITS[one] !== undefined && DIGITS[other] !== undefined && first.whole <= 19 && second.whole <= 19)
    return 'BIGINT';
  const whole = Math.max(first.whole, second.whole);
  const scale = Math.max(first.scale, second.scale);
  return whole + scale <= WIDEST ? `DECIMAL(${whole + scale},${scale})` : undefined;
}

function decimalOf(type: string): { whole: number; scale: number } | undefined {
  const digits = DIGITS[type];
  if (digits !== undefined) return { whole: digits, scale: 0 };
  const match = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  return match ? { whole: Number(match[1]) - Number(match[2]), scale: Number(match[2]) } : undefined;
}

function parse(type: string): TypeTree {
  const text = type.trim();
  if (text.endsWith('[]')) return { kind: 'list', of: parse(text.slice(0, -2)) };
  const struct = /^STRUCT\(([\s\S]*)\)$/i.exec(text);
  if (!struct) return { kind: 'plain', text };
  const fields = splitFields(struct[1] ?? '').map((field) => {
    const match = /^("(?:[^"]|"")*"|\S+)\s+([\s\S]+)$/.exec(field);
    const name = match?.[1] ?? field;
    return {
      name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
      type: parse(match?.[2] ?? 'VARCHAR'),
    };
  });
  return { kind: 'struct', fields };
}

/** Splits at the commas outside of parentheses and quotes. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (sign === ',' && depth === 0) {
      fields.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...fields, text.slice(start).trim()].filter((field) => field !== '');
}

function print(tree: TypeTree): string {
  switch (tree.kind) {
    case 'plain':
      return tree.text;
    case 'list':
      return `${print(tree.of)}[]`;
    case 'struct':
      return `STRUCT(${tree.fields.map(({ name, type }) => `"${name.replaceAll('"', '""')}" ${print(type)}`).join(', ')})`;
  }
}
