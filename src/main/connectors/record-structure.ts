import { type ColumnInfo, columnKind } from '../../shared/columns';

/** A field as seen in a sample: its types with their shares, and what is nested in it. */
interface FieldSeen {
  types: Map<string, number>;
  fields: Map<string, FieldSeen>;
}

type SampledColumn = ColumnInfo & { nullable?: boolean; nativeType?: string; comment?: string };

/**
 * The fields of sampled records in the order of their appearance. `comment` tells shares where a field has several types
 * or is missing in some records. For looking alone: an ingest takes its types from every record.
 */
export function describeRecords(records: string[]): { columns: SampledColumn[]; records: number } {
  const root: FieldSeen = { types: new Map(), fields: new Map() };
  for (const record of records) {
    const value = JSON.parse(record) as unknown;
    if (typeof value === 'object' && value !== null) note(root, value);
  }
  const columns = [...root.fields].map(([name, field]) => columnOf(name, field, records.length));
  return { columns, records: records.length };
}

function note(into: FieldSeen, value: object): void {
  for (const [name, member] of Object.entries(value)) {
    const field = into.fields.get(name) ?? { types: new Map<string, number>(), fields: new Map<string, FieldSeen>() };
    into.fields.set(name, field);
    const type = typeOf(member);
    field.types.set(type, (field.types.get(type) ?? 0) + 1);
    if (type === 'object') note(field, member as object);
  }
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'whole number' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'text' : 'object';
}

const ENGINE_TYPES: Record<string, string> = {
  'whole number': 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
  list: 'JSON',
};

function columnOf(name: string, field: FieldSeen, total: number): SampledColumn {
  const told = [...field.types].filter(([type]) => type !== 'null');
  const type = told.length === 1 ? engineType(told[0]?.[0] ?? '', field) : told.length === 0 ? 'VARCHAR' : mixed(told);
  const present = told.reduce((sum, [, count]) => sum + count, 0);
  const shares = told.map(([one, count]) => `${one} ${Math.round((count / Math.max(total, 1)) * 100)} %`);
  const missing = present < total ? [`missing or null ${Math.round(((total - present) / total) * 100)} %`] : [];
  return {
    name,
    type,
    kind: columnKind(type),
    nullable: present < total,
    nativeType: told.map(([one]) => one).join(' | ') || 'null',
    ...(told.length > 1 || missing.length > 0 ? { comment: [...shares, ...missing].join(', ') } : {}),
  };
}

function mixed(told: [string, number][]): string {
  const isNumber = told.every(([type]) => ['whole number', 'number'].includes(type));
  return isNumber ? 'DOUBLE' : 'JSON';
}

function engineType(type: string, field: FieldSeen): string {
  if (type !== 'object') return ENGINE_TYPES[type] ?? 'VARCHAR';
  const members = [...field.fields].map(([name, member]) => {
    const { type: inner } = columnOf(name, member, 0);
    return `"${name.replaceAll('"', '""')}" ${inner}`;
  });
  return members.length > 0 ? `STRUCT(${members.join(', ')})` : 'JSON';
}
