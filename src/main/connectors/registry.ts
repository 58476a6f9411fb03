import type { ConnectionType } from '../../shared/connections';
import { MillraceError } from '../../shared/errors';
import type { Connector } from './connector';
import { postgresConnector } from './postgres/postgres';

/** Connectors by type. Each is made once a process and keeps its pools, tunnels and agents itself. */
const CONNECTORS: Partial<Record<ConnectionType, Connector>> = {
  postgres: postgresConnector,
};

/** What every process has; throws UNSUPPORTED for a type that it has no connector for. */
export function findConnector(type: ConnectionType): Connector {
  const connector = CONNECTORS[type];
  if (connector) return connector;
  throw new MillraceError({
    code: 'UNSUPPORTED',
    message: `Connections of the type ${type} cannot be opened yet.`,
    hint: 'A later version of Millrace opens them.',
  });
}
