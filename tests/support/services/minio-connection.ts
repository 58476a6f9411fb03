import type { OpenConnection } from '../../../src/main/connectors/connector';
import type { Minio } from './minio';

/** A connection with the options of a server's first user; `options` come over them. */
export function minioConnection(server: Minio, options: OpenConnection['options'] = {}): OpenConnection {
  return {
    type: 's3',
    name: 'minio',
    alias: 'minio',
    access: 'write',
    environment: 'dev',
    projectFolder: '/',
    options: {
      endpoint: server.endpoint,
      region: server.region,
      key_id: server.rootUser,
      secret_key: server.rootPassword,
      ...options,
    },
  };
}
