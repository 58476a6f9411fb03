import { significantTokens } from '../engine/statement';
import type { Connector, OpenConnection } from './connector';
import { findRemoteRelations } from './remote-relations';
import type { KnownConnections } from './remote-statements';

/** Tells of a query that runs on a server whether it can be part of the statement that is to be cancelled. */
export interface RunningStatement {
  /** Since it was started. */
  milliseconds: number;
  /** Whether the server's text of a query, with names in these quotes, comes from the statement. */
  sent(query: string, quote: '"' | '`'): boolean;
}

/** A system whose own work has to be stopped there, as the engine cannot while it waits for it. */
export interface Cancelling {
  cancelRunning(connection: OpenConnection, statement: RunningStatement): Promise<void>;
}

function isCancelling(connector: Connector): connector is Connector & Cancelling {
  return 'cancelRunning' in connector;
}

/** A text this short stands in queries of others, too. */
const SHORTEST = 8;

/**
 * Gives what stops a statement on the servers that it waits for; to be called again and again until it has ended. Only
 * queries of this engine are stopped, started after the statement, and by their text a part of it.
 */
export function createRemoteCancel(connections: KnownConnections) {
  return async (sql: string, startedAt: number): Promise<void> => {
    const { remote } = findRemoteRelations(sql, (name) => connections.nameOf(name) !== undefined);
    const texts = significantTokens(sql).flatMap(({ text }) => stringValue(text) ?? []);
    const names = [...remote.map((relation) => relation.alias), ...texts].flatMap(
      (alias) => connections.nameOf(alias) ?? [],
    );
    const sent = (query: string, quote: '"' | '`') => {
      const quoted = (name: string) => quote + name.replaceAll(quote, quote + quote) + quote;
      return (
        texts.some((text) => text.length >= SHORTEST && query.includes(text.trim())) ||
        remote.some(({ path }) => query.includes(path.map(quoted).join('.')))
      );
    };
    for (const name of new Set(names)) {
      const connector = connections.connectorOf(name);
      if (!isCancelling(connector)) continue;
      await connector.cancelRunning(await connections.open(name), { milliseconds: Date.now() - startedAt, sent });
    }
  };
}

function stringValue(token: string): string | undefined {
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(token);
  if (dollar) return dollar[2];
  return /^'[\s\S]*'$/.test(token) ? token.slice(1, -1).replaceAll("''", "'") : undefined;
}
