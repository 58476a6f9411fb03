import type { FunctionInfo } from '../../shared/language';
import type { EngineConnection } from './connection';

interface FunctionRow {
  function_name: string;
  function_type: string;
  parameters: string[] | null;
  parameter_types: (string | null)[] | null;
  varargs: string | null;
  return_type: string | null;
  description: string | null;
  examples: string[] | null;
  categories: string[] | null;
  alias_of: string | null;
}

const KINDS: Record<string, FunctionInfo['kind']> = {
  scalar: 'scalar',
  aggregate: 'aggregate',
  table: 'table',
  macro: 'macro',
  table_macro: 'macro',
  pragma: 'pragma',
  window: 'window',
};

/** Functions that exist only inside window clauses; DuckDB's catalog lists none of them. */
const WINDOW_FUNCTIONS: [name: string, parameters: string[], returns: string, description: string][] = [
  ['row_number', [], 'BIGINT', 'The number of the row within its partition, from 1.'],
  ['rank', [], 'BIGINT', 'The rank of the row, with gaps after equal rows.'],
  ['dense_rank', [], 'BIGINT', 'The rank of the row, without gaps.'],
  ['percent_rank', [], 'DOUBLE', 'The relative rank of the row, from 0 to 1.'],
  ['cume_dist', [], 'DOUBLE', 'The share of rows up to and including this one.'],
  ['ntile', ['buckets'], 'BIGINT', 'The number of the bucket, from 1, of equally large ones.'],
  ['lag', ['value', 'offset', 'default'], 'ANY', 'The value some rows before.'],
  ['lead', ['value', 'offset', 'default'], 'ANY', 'The value some rows behind.'],
  ['first_value', ['value'], 'ANY', 'The value of the first row of the frame.'],
  ['last_value', ['value'], 'ANY', 'The value of the last row of the frame.'],
  ['nth_value', ['value', 'n'], 'ANY', 'The value of the nth row of the frame.'],
];

/** Every function the engine knows, its overloads together; operators and internals left out. Sorted by name. */
export async function readFunctions(connection: EngineConnection): Promise<FunctionInfo[]> {
  const rows = await connection.rows<FunctionRow>(
    `SELECT function_name, function_type, to_json(parameters)::VARCHAR AS parameters,
       to_json(parameter_types)::VARCHAR AS parameter_types, varargs, return_type, description,
       to_json(examples)::VARCHAR AS examples, to_json(categories)::VARCHAR AS categories, alias_of
     FROM duckdb_functions()
     WHERE regexp_full_match(function_name, '[a-z][a-z0-9_]*') AND NOT starts_with(function_name, '__internal')
     ORDER BY function_name, function_type, len(parameters)`,
  );
  const functions = new Map<string, FunctionInfo>();
  for (const row of rows.map(parsed)) addRow(functions, row);
  for (const [name, parameters, returns, description] of WINDOW_FUNCTIONS) {
    functions.set(`window ${name}`, {
      name,
      kind: 'window',
      signatures: [{ parameters, types: parameters.map(() => 'ANY'), returns, description, examples: [] }],
      categories: ['window'],
      aliasOf: null,
    });
  }
  return [...functions.values()].sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

function parsed(row: FunctionRow): FunctionRow {
  const list = (value: unknown) => (typeof value === 'string' ? (JSON.parse(value) as string[]) : null);
  return {
    ...row,
    parameters: list(row.parameters),
    parameter_types: list(row.parameter_types),
    examples: list(row.examples),
    categories: list(row.categories),
  };
}

function addRow(functions: Map<string, FunctionInfo>, row: FunctionRow): void {
  const kind = KINDS[row.function_type] ?? 'scalar';
  const key = `${kind} ${row.function_name}`;
  const info = functions.get(key) ?? {
    name: row.function_name,
    kind,
    signatures: [],
    categories: row.categories ?? [],
    aliasOf: row.alias_of,
  };
  functions.set(key, info);
  const parameters = [...(row.parameters ?? [])];
  const types = (row.parameter_types ?? []).map((type) => type ?? 'ANY');
  if (row.varargs !== null) {
    parameters.push('…');
    types.push(row.varargs);
  }
  info.signatures.push({
    parameters,
    types,
    returns: row.return_type,
    description: row.description,
    examples: row.examples ?? [],
  });
}
