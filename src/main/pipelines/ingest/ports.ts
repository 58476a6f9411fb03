import type { RemotePage } from '../../../shared/connections';
import type { Connector, OpenConnection } from '../../connectors/connector';

/** What an ingest needs of the project's connections. */
export interface IngestConnections {
  open(name: string): Promise<OpenConnection>;
  connectorOf(name: string): Connector;
  listRemote(name: string, path: string[], page?: { after?: string; size?: number }): Promise<RemotePage>;
}
