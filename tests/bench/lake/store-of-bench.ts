import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import type { Minio } from '../../support/services/minio';

/** A connection to the bench's MinIO as its first user. */
export function benchConnection(server: Minio): OpenConnection {
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
    },
  };
}

/** A file that nothing can make smaller on its way. */
export async function randomFile(file: string, megabytes: number): Promise<void> {
  const handle = await open(file, 'w');
  const piece = Buffer.allocUnsafe(1_000_000);
  for (let at = 0; at < megabytes; at += 1) await handle.write(randomFillSync(piece));
  await handle.close();
}
