import type { ConnectionType } from '../../shared/connections';
import { MillraceError } from '../../shared/errors';
import { azureConnector } from './azure/azure';
import type { Connector } from './connector';
import { duckdbConnector } from './duckdb/duckdb';
import { folderConnector } from './folder/folder';
import { gcsConnector } from './gcs/gcs';
import { createHttpConnector } from './http/http';
import { mongodbConnector } from './mongodb/mongodb';
import { mysqlConnector } from './mysql/mysql';
import { postgresConnector } from './postgres/postgres';
import { s3Connector } from './s3/s3';
import { sqliteConnector } from './sqlite/sqlite';

/** Connectors by type. Each is made once a process and keeps its pools, tunnels and agents itself. */
const CONNECTORS: Partial<Record<ConnectionType, Connector>> = {
  azure: azureConnector,
  duckdb: duckdbConnector,
  folder: folderConnector,
  http: createHttpConnector(),
  mongodb: mongodbConnector,
  gcs: gcsConnector,
  mysql: mysqlConnector,
  postgres: postgresConnector,
  s3: s3Connector,
  sqlite: sqliteConnector,
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
