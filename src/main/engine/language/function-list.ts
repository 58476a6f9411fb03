import type { FunctionInfo } from '../../../shared/language';

interface FunctionRow {
  name: string;
  kind: string;
  alias: string | null;
  description: string | null;
  returns: string | null;
  parameters: string;
  types: string;
  varargs: string | null;
  examples: string;
  categories: string;
}

const FUNCTIONS_SQL = `select function_name as name, function_type as kind, alias_of as alias, description, return_type as returns,
  to_json(parameters)::varchar as parameters, to_json(parameter_types)::varchar as types, varargs,
  to_json(examples)::varchar as examples, to_json(categories)::varchar as categories
  from duckdb_functions() where database_name not in ('results', 'results_staging') order by all`;

const KINDS: Record<string, FunctionInfo['kind']> = {
  scalar: 'scalar',
  aggregate: 'aggregate',
  table: 'table',
  macro: 'macro',
  table_macro: 'macro',
  pragma: 'pragma',
};

/** The catalog calls window functions aggregates and tells nothing of them; from DuckDB's documentation of them. */
const WINDOW_FUNCTIONS: [name: string, parameters: string[], returns: string | null, description: string][] = [
  ['row_number', [], 'BIGINT', 'The number of the row within its partition, from 1.'],
  ['rank', [], 'BIGINT', 'The rank of the row, with gaps after ties.'],
  ['dense_rank', [], 'BIGINT', 'The rank of the row, without gaps.'],
  ['percent_rank', [], 'DOUBLE', 'The relative rank of the row, from 0 to 1.'],
  ['cume_dist', [], 'DOUBLE', 'The share of rows that stand before or beside the row.'],
  ['ntile', ['buckets'], 'BIGINT', 'The bucket of the row when the partition is cut into equal parts.'],
  ['lag', ['expression', 'offset', 'default'], null, 'The value `offset` rows before the row, else `default`.'],
  ['lead', ['expression', 'offset', 'default'], null, 'The value `offset` rows after the row, else `default`.'],
  ['first_value', ['expression'], null, 'The value of the first row of the frame.'],
  ['last_value', ['expression'], null, 'The value of the last row of the frame.'],
  ['nth_value', ['expression', 'nth'], null, 'The value of the nth row of the frame.'],
];

/** Every function of the live catalog, one entry a name and kind with all its signatures; operators are left out. */
export async function readFunctions(rows: <T>(sql: string) => Promise<T[]>): Promise<FunctionInfo[]> {
  const byKey = new Map<string, FunctionInfo>();
  for (const row of await rows<FunctionRow>(FUNCTIONS_SQL)) {
    if (!/^[a-z_][a-z0-9_]*$/i.test(row.name) || row.name.startsWith('__')) continue;
    const kind = KINDS[row.kind] ?? 'scalar';
    const key = `${kind} ${row.name}`;
    const entry = byKey.get(key) ?? { name: row.name, kind, signatures: [], categories: [], aliasOf: row.alias };
    byKey.set(key, entry);
    addSignature(entry, row);
  }
  for (const [name, parameters, returns, description] of WINDOW_FUNCTIONS) {
    byKey.delete(`aggregate ${name}`);
    const types = parameters.map(() => 'ANY');
    const examples = [`${name}(${parameters[0] === undefined ? '' : 'x'}) over (order by x)`];
    const signatures = [{ parameters, types, returns, description, examples }];
    byKey.set(`window ${name}`, { name, kind: 'window', signatures, categories: ['window'], aliasOf: null });
  }
  return [...byKey.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function addSignature(entry: FunctionInfo, row: FunctionRow): void {
  const types = (parseList(row.types) as (string | null)[]).map((type) => type ?? 'ANY');
  const names = parseList(row.parameters) as string[];
  const parameters = types.map((_, index) => names[index] ?? `arg${index + 1}`);
  if (row.varargs) {
    parameters.push('…');
    types.push(row.varargs);
  }
  const known = JSON.stringify([types, row.returns]);
  if (entry.signatures.some((signature) => JSON.stringify([signature.types, signature.returns]) === known)) return;
  const examples = parseList(row.examples) as string[];
  entry.signatures.push({ parameters, types, returns: row.returns, description: row.description, examples });
  for (const category of parseList(row.categories) as string[]) {
    if (!entry.categories.includes(category)) entry.categories.push(category);
  }
}

function parseList(json: string | null): unknown[] {
  return json === null ? [] : ((JSON.parse(json) as unknown[] | null) ?? []);
}

/** How a signature is written: `date_trunc(part VARCHAR, timestamp DATE) → TIMESTAMP`. */
export function signatureLabel(
  name: string,
  signature: FunctionInfo['signatures'][number],
): { label: string; parameters: string[] } {
  const parameters = signature.parameters.map((parameter, index) => {
    const type = signature.types[index];
    return type && type !== 'ANY' ? `${parameter} ${type}` : parameter;
  });
  const returns = signature.returns ? ` → ${signature.returns}` : '';
  return { label: `${name}(${parameters.join(', ')})${returns}`, parameters };
}
