import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { OpenConnection } from '../connector';
import { urlScopes } from '../url-scope';
import type { S3Access } from './s3-client';

type Credentials = Awaited<ReturnType<S3Access['client']['config']['credentials']>>;

/** The name of a connection's secret in the engine. */
export function secretName(connection: OpenConnection): string {
  return `millrace_${connection.name}`;
}

/**
 * CREATE SECRET of a connection; gives when it must be made again. The engine's secret has no way to renew itself, so
 * what the SDK resolved (a profile, SSO, a role) is written into it.
 */
export async function secretSql(
  connection: OpenConnection,
  { client, options }: S3Access,
  name = secretName(connection),
  scopes = urlScopes(connection),
): Promise<{ sql: string; expires: number | undefined }> {
  const credentials = options.login.kind === 'anonymous' ? undefined : await client.config.credentials();
  const region = options.region ?? (await client.config.region());
  const fields = [
    `TYPE ${connection.type === 'gcs' ? 'gcs' : 's3'}`,
    ...keyFields(credentials),
    `REGION ${quoteLiteral(region)}`,
    ...(options.endpoint ? [`ENDPOINT ${quoteLiteral(options.endpoint.host)}`] : []),
    `URL_STYLE ${quoteLiteral(options.pathStyle ? 'path' : 'vhost')}`,
    `USE_SSL ${options.tls}`,
    `SCOPE [${scopes.map(quoteLiteral).join(', ')}]`,
  ];
  return {
    sql: `CREATE OR REPLACE TEMPORARY SECRET ${quoteIdentifier(name)} (${fields.join(', ')})`,
    expires: credentials?.expiration?.getTime(),
  };
}

function keyFields(credentials: Credentials | undefined): string[] {
  if (!credentials) return [];
  return [
    `KEY_ID ${quoteLiteral(credentials.accessKeyId)}`,
    `SECRET ${quoteLiteral(credentials.secretAccessKey)}`,
    ...(credentials.sessionToken ? [`SESSION_TOKEN ${quoteLiteral(credentials.sessionToken)}`] : []),
  ];
}
