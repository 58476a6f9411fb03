import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { OpenConnection } from '../connector';
import { agentsFor } from '../network';
import { readAuthority } from '../objects/authority';
import { type S3Login, type S3Options, s3Address, s3Options } from './s3-options';

const CONNECT_MILLISECONDS = 10_000;
/** Without a byte in either direction; a part of 32 MB on a slow line still sends some. */
const SILENT_MILLISECONDS = 60_000;
const SOCKETS = 16;

/** A client of a connection with the options it was made from. Destroy the client when the connection closes. */
export interface S3Access {
  client: S3Client;
  options: S3Options;
}

export function openS3(connection: OpenConnection): S3Access {
  const options = s3Options(connection);
  const config: S3ClientConfig = {
    forcePathStyle: options.pathStyle,
    // Older and foreign servers refuse the trailing checksums; uploads carry a checksum of their own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_MILLISECONDS,
      requestTimeout: SILENT_MILLISECONDS,
      ...agents(connection, options),
    }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint ? { endpoint: options.endpoint.origin } : {}),
    ...loginConfig(options),
  };
  return { client: new S3Client(config), options };
}

function loginConfig({ login, region, role, endpoint }: S3Options): S3ClientConfig {
  if (login.kind === 'anonymous') {
    return { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } };
  }
  const profile = login.kind === 'chain' && login.profile !== undefined ? { profile: login.profile } : {};
  const own = login.kind === 'keys' ? keysOf(login) : chain(profile, region);
  if (role === undefined) return { ...profile, credentials: own };
  const clientConfig = {
    ...(region === undefined ? {} : { region }),
    // Other servers than Amazon's give roles at the same address.
    ...(endpoint === undefined ? {} : { endpoint: endpoint.origin }),
  };
  const params = { RoleArn: role, RoleSessionName: 'millrace' };
  return { ...profile, credentials: fromTemporaryCredentials({ masterCredentials: own, params, clientConfig }) };
}

function keysOf({ keyId, secretKey, sessionToken }: Extract<S3Login, { kind: 'keys' }>) {
  return {
    accessKeyId: keyId,
    secretAccessKey: secretKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function chain(profile: { profile?: string }, region: string | undefined) {
  return fromNodeProviderChain({ ...profile, ...(region === undefined ? {} : { clientConfig: { region } }) });
}

function agents(connection: OpenConnection, options: S3Options) {
  const ca = options.caFile === undefined ? undefined : readAuthority(connection, options.caFile);
  const url = options.endpoint ?? new URL(`https://${s3Address(options).host}`);
  return agentsFor(url, { maxSockets: SOCKETS, ca });
}
