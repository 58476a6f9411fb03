/** JSON with numbers as their own text, so that no digit of a large number is lost on the way to the screen. */
export type JsonNode =
  | { kind: 'object'; entries: { key: string; value: JsonNode }[] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; text: string }
  | { kind: 'number' | 'literal'; raw: string };

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null|-?Infinity|NaN/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/** Parses JSON by the grammar of RFC 8259; undefined where the text is not JSON or is nested deeper than 500. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  try {
    const node = reader.value(0);
    return reader.atEnd() ? node : undefined;
  } catch {
    // Not JSON is an answer here: the value is then shown as plain text.
    return undefined;
  }
}

/** The node as JSON text with an indent of two blanks a level. */
export function formatJson(node: JsonNode, indent = ''): string {
  const inner = `${indent}  `;
  if (node.kind === 'string') return JSON.stringify(node.text);
  if (node.kind === 'object') {
    if (node.entries.length === 0) return '{}';
    const lines = node.entries.map(({ key, value }) => `${inner}${JSON.stringify(key)}: ${formatJson(value, inner)}`);
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  if (node.kind === 'array') {
    if (node.items.length === 0) return '[]';
    return `[\n${node.items.map((item) => `${inner}${formatJson(item, inner)}`).join(',\n')}\n${indent}]`;
  }
  return node.raw;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  value(depth: number): JsonNode {
    if (depth > 500) throw new Error('too deep');
    this.#skipBlanks();
    const character = this.#text[this.#at];
    if (character === '{') return { kind: 'object', entries: this.#list('}', () => this.#entry(depth)) };
    if (character === '[') return { kind: 'array', items: this.#list(']', () => this.value(depth + 1)) };
    if (character === '"') return { kind: 'string', text: this.#string() };
    const literal = this.#match(LITERAL);
    if (literal !== undefined) return { kind: 'literal', raw: literal };
    return { kind: 'number', raw: this.#demand(NUMBER) };
  }

  #entry(depth: number): { key: string; value: JsonNode } {
    this.#skipBlanks();
    const key = this.#string();
    this.#skipBlanks();
    this.#demand(/:/y);
    return { key, value: this.value(depth + 1) };
  }

  #list<T>(end: string, item: () => T): T[] {
    this.#at += 1;
    const items: T[] = [];
    this.#skipBlanks();
    if (this.#take(end)) return items;
    for (;;) {
      items.push(item());
      this.#skipBlanks();
      if (this.#take(end)) return items;
      this.#demand(/,/y);
    }
  }

  #string(): string {
    return JSON.parse(this.#demand(STRING)) as string;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #demand(pattern: RegExp): string {
    const found = this.#match(pattern);
    if (found === undefined) throw new Error(`unexpected at ${this.#at}`);
    return found;
  }

  #skipBlanks(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}
