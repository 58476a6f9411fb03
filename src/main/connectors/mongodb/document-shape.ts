import { quoteIdentifier } from '../../../shared/sql/quote';
import { type BsonKind, bsonKind, bsonText } from './bson-text';

/** Above this many names in one object they are keys of a map rather than fields, and the object is kept as JSON. */
const MOST_FIELDS = 500;
const WIDEST_DECIMAL = 38;
const EXACT_WHOLE = 2 ** 53;

/**
 * What a place in the documents holds, learnt from every document that passes: the kinds of its values, and what is
 * nested in it. Writes the documents as JSON on the way.
 */
export class ValueShape {
  readonly kinds = new Map<BsonKind, number>();
  private readonly fields = new Map<string, ValueShape>();
  private items: ValueShape | undefined;
  private isMap = false;
  private whole = 0;
  private scale = 0;
  private isPlainDecimal = true;
  private isExactDouble = true;

  /** The value as JSON; its kind is remembered. */
  write(value: unknown): string {
    const kind = bsonKind(value);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (kind === 'list') return this.writeList(value as unknown[]);
    if (kind === 'object') return this.writeObject(value as Record<string, unknown>);
    const text = bsonText(value, kind);
    if (kind === 'decimal') this.noteDecimal(text.slice(1, -1));
    if (kind === 'int') this.noteDecimal(text);
    if (kind === 'long') {
      this.noteDecimal(text);
      if (Math.abs(Number(text)) > EXACT_WHOLE) this.isExactDouble = false;
    }
    return text;
  }

  /** The type that holds every value that passed, unchanged. */
  type(): string {
    const kinds = [...this.kinds.keys()].filter((kind) => kind !== 'null');
    const [only] = kinds;
    if (only === undefined) return 'VARCHAR';
    if (kinds.length === 1) return this.typeOf(only);
    if (kinds.every((kind) => kind === 'int' || kind === 'long')) return 'BIGINT';
    if (kinds.every((kind) => kind === 'int' || kind === 'long' || kind === 'double') && this.isExactDouble)
      return 'DOUBLE';
    if (kinds.every((kind) => kind === 'int' || kind === 'long' || kind === 'decimal')) return this.decimalType();
    return 'JSON';
  }

  /** Fields by name, in the order in which they were first seen. */
  columns(): { name: string; type: string; shape: ValueShape }[] {
    return [...this.fields].map(([name, shape]) => ({ name, type: shape.type(), shape }));
  }

  private typeOf(kind: BsonKind): string {
    switch (kind) {
      case 'int':
        return 'INTEGER';
      case 'long':
        return 'BIGINT';
      case 'double':
        return 'DOUBLE';
      case 'decimal':
        return this.decimalType();
      case 'boolean':
        return 'BOOLEAN';
      case 'date':
        return 'TIMESTAMP WITH TIME ZONE';
      case 'uuid':
        return 'UUID';
      case 'list':
        return this.items === undefined ? 'VARCHAR[]' : `${this.items.type()}[]`;
      case 'object':
        return this.structType();
      default:
        return 'VARCHAR';
    }
  }

  private structType(): string {
    if (this.isMap || this.fields.size === 0) return 'JSON';
    const names = new Set([...this.fields.keys()].map((name) => name.toLowerCase()));
    // Names that differ by their case alone are one name to the engine.
    if (names.size < this.fields.size) return 'JSON';
    return `STRUCT(${this.columns()
      .map(({ name, type }) => `${quoteIdentifier(name)} ${type}`)
      .join(', ')})`;
  }

  private decimalType(): string {
    const digits = this.whole + this.scale;
    return this.isPlainDecimal && digits <= WIDEST_DECIMAL
      ? `DECIMAL(${Math.max(digits, 1)},${this.scale})`
      : 'VARCHAR';
  }

  private writeList(values: unknown[]): string {
    if (values.length === 0) return '[]';
    this.items ??= new ValueShape();
    const { items } = this;
    return `[${values.map((value) => items.write(value)).join(',')}]`;
  }

  private writeObject(value: Record<string, unknown>): string {
    const members = Object.entries(value).map(([name, member]) => {
      if (this.fields.size >= MOST_FIELDS && !this.fields.has(name)) {
        this.isMap = true;
        return `${JSON.stringify(name)}:${new ValueShape().write(member)}`;
      }
      const field = this.fields.get(name) ?? new ValueShape();
      this.fields.set(name, field);
      return `${JSON.stringify(name)}:${field.write(member)}`;
    });
    return `{${members.join(',')}}`;
  }

  private noteDecimal(text: string): void {
    const match = /^-?(\d+)(?:\.(\d+))?$/.exec(text);
    if (!match) this.isPlainDecimal = false;
    else {
      this.whole = Math.max(this.whole, (match[1] ?? '').replace(/^0+/, '').length);
      this.scale = Math.max(this.scale, (match[2] ?? '').length);
    }
  }
}
