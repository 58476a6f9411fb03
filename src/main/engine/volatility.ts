import type { DuckDBConnection } from '@duckdb/node-api';
import { callsAny, significantTokens } from './statement';

/**
 * Whether a second run of the query could give other rows or leave a trace: it calls a volatile function, itself or
 * through the views and macros it names. Plans do not show that, as an alias hides what it stands for. Names are matched
 * wherever they stand, so a doubtful case counts as volatile.
 */
export async function isVolatileQuery(
  connection: DuckDBConnection,
  sql: string,
  volatileFunctions: ReadonlySet<string>,
): Promise<boolean> {
  const definitions = await readDefinitions(connection);
  const seen = new Set<string>();
  const texts = [sql];
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    if (callsAny(text, volatileFunctions)) return true;
    for (const token of significantTokens(text)) {
      const name = token.text.replace(/^"(.*)"$/s, '$1').toLowerCase();
      if (seen.has(name)) continue;
      seen.add(name);
      texts.push(...(definitions.get(name) ?? []));
    }
  }
  return false;
}

/** What views and macros stand for, by name in lower case; a name may have several. */
async function readDefinitions(connection: DuckDBConnection): Promise<Map<string, string[]>> {
  const result = await connection.run(
    `SELECT lower(view_name), sql FROM duckdb_views() WHERE NOT internal
     UNION ALL
     SELECT lower(function_name), macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL`,
  );
  const definitions = new Map<string, string[]>();
  for (const [name, definition] of await result.getRows()) {
    const key = String(name);
    definitions.set(key, [...(definitions.get(key) ?? []), String(definition)]);
  }
  return definitions;
}
