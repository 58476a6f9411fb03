import { type DuckDBPreparedStatement, DuckDBTypeId } from '@duckdb/node-api';
import { MillraceError } from '../../shared/errors';
import type { ParameterValue } from '../../shared/results';
import { significantTokens } from './statement';

/** The names of the `$name` parameters in a SQL text, each once, in order. It need not be valid SQL. */
export function parameterNames(sql: string): string[] {
  const names = significantTokens(sql)
    .map((token) => /^\$([\p{L}\p{N}_]+)$/u.exec(token.text)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

/**
 * Binds each parameter of the statement. Texts are bound as such where DuckDB knows the type that the statement wants:
 * it casts them. Throws PARAMETER_MISSING naming those without a value.
 */
export function bindParameters(
  prepared: DuckDBPreparedStatement,
  values: Record<string, ParameterValue>,
  asLiterals = false,
): void {
  const missing: string[] = [];
  for (let index = 1; index <= prepared.parameterCount; index += 1) {
    const name = prepared.parameterName(index);
    const value = values[name];
    if (value === undefined) missing.push(name);
    else bindOne(prepared, index, value, asLiterals);
  }
  if (missing.length === 0) return;
  throw new MillraceError({
    code: 'PARAMETER_MISSING',
    message: `The statement asks for ${missing.map((name) => `$${name}`).join(', ')}.`,
    hint: 'Give each parameter a value; NULL is one too.',
  });
}

function bindOne(prepared: DuckDBPreparedStatement, index: number, value: ParameterValue, asLiterals: boolean): void {
  if (value === null) prepared.bindNull(index);
  else if (typeof value === 'boolean') prepared.bindBoolean(index, value);
  else if (typeof value === 'number') bindNumber(prepared, index, value);
  else if (asLiterals && prepared.parameterTypeId(index) === DuckDBTypeId.INVALID) bindLiteral(prepared, index, value);
  else prepared.bindVarchar(index, value);
}

function bindNumber(prepared: DuckDBPreparedStatement, index: number, value: number): void {
  if (Number.isSafeInteger(value)) prepared.bindBigInt(index, BigInt(value));
  else prepared.bindDouble(index, value);
}

/**
 * Where the statement leaves the type open and takes no text (`range($n)`, `$n + 1`), the value is read as the literal
 * it would be when written into the SQL.
 */
function bindLiteral(prepared: DuckDBPreparedStatement, index: number, text: string): void {
  if (/^[+-]?\d{1,18}$/.test(text)) prepared.bindBigInt(index, BigInt(text));
  else if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) prepared.bindDouble(index, Number(text));
  else if (/^(?:true|false)$/i.test(text)) prepared.bindBoolean(index, /^t/i.test(text));
  else prepared.bindVarchar(index, text);
}

/** Whether a second try with literals could bind what text did not. */
export function hasOpenTypes(prepared: DuckDBPreparedStatement): boolean {
  for (let index = 1; index <= prepared.parameterCount; index += 1) {
    if (prepared.parameterTypeId(index) === DuckDBTypeId.INVALID) return true;
  }
  return false;
}
