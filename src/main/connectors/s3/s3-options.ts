import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { textOption } from '../objects/object-path';

/** How requests are signed; `chain` is left to the SDK: environment, profile (SSO, roles, processes), machine. */
export type S3Login =
  | { kind: 'keys'; keyId: string; secretKey: string; sessionToken: string | undefined }
  | { kind: 'anonymous' }
  | { kind: 'chain'; profile: string | undefined };

/** The options of a connection of type s3 or gcs, checked and with their defaults. */
export interface S3Options {
  /** With scheme; absent for Amazon's own. */
  endpoint: URL | undefined;
  region: string | undefined;
  pathStyle: boolean;
  tls: boolean;
  caFile: string | undefined;
  login: S3Login;
  /** A role that the login is exchanged for. */
  role: string | undefined;
}

const GOOGLE = 'https://storage.googleapis.com';

/** Throws BAD_REQUEST for what cannot be meant, SECRET_MISSING for half a key. */
export function s3Options(connection: OpenConnection): S3Options {
  const written = textOption(connection, 'endpoint') ?? (connection.type === 'gcs' ? GOOGLE : undefined);
  const tlsOption = connection.options.tls;
  const endpoint = written === undefined ? undefined : parseEndpoint(connection, written, tlsOption !== false);
  const pathStyle = connection.options.path_style;
  return {
    endpoint,
    region: textOption(connection, 'region') ?? (endpoint && !isAmazon(endpoint) ? 'us-east-1' : undefined),
    // Servers with an endpoint of their own seldom have a DNS name for each bucket.
    pathStyle: typeof pathStyle === 'boolean' ? pathStyle : endpoint !== undefined && !isAmazon(endpoint),
    tls: endpoint ? endpoint.protocol === 'https:' : true,
    caFile: textOption(connection, 'ca_file'),
    login: loginOf(connection),
    role: textOption(connection, 'role_arn'),
  };
}

/** The host and port that requests for the connection go to first. */
export function s3Address(options: S3Options): { host: string; port: number } {
  if (!options.endpoint) return { host: `s3.${options.region ?? 'us-east-1'}.amazonaws.com`, port: 443 };
  const { hostname, port, protocol } = options.endpoint;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  };
}

function parseEndpoint(connection: OpenConnection, text: string, tls: boolean): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const address = hasScheme ? text : `${tls ? 'https' : 'http'}://${text}`;
  const problem = (message: string, hint: string) => new MillraceError({ code: 'BAD_REQUEST', message, hint });
  const example = 'Write it as `https://host:port`, `http://127.0.0.1:9000` for example.';
  let endpoint: URL;
  try {
    endpoint = new URL(address);
  } catch {
    throw problem(`The endpoint "${text}" of ${connection.name} is no address.`, example);
  }
  if (!['http:', 'https:'].includes(endpoint.protocol)) {
    throw problem(
      `The endpoint of ${connection.name} begins with ${endpoint.protocol}//, not http:// or https://.`,
      example,
    );
  }
  if (endpoint.pathname !== '/' || endpoint.search !== '' || endpoint.username !== '') {
    throw problem(
      `The endpoint of ${connection.name} holds more than a host and a port.`,
      'Put the bucket into `bucket`, the folder into `prefix` and the key into `key_id` and `secret_key`.',
    );
  }
  if (hasScheme && connection.options.tls === true && endpoint.protocol === 'http:') {
    throw problem(
      `The endpoint of ${connection.name} begins with http://, but \`tls\` is true.`,
      'Write https:// or leave `tls` out.',
    );
  }
  if (hasScheme && connection.options.tls === false) endpoint.protocol = 'http:';
  return endpoint;
}

function isAmazon(endpoint: URL): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(endpoint.hostname);
}

function loginOf(connection: OpenConnection): S3Login {
  if (connection.options.anonymous === true) return { kind: 'anonymous' };
  const keyId = textOption(connection, 'key_id');
  const secretKey = textOption(connection, 'secret_key');
  if (keyId !== undefined && secretKey !== undefined) {
    return { kind: 'keys', keyId, secretKey, sessionToken: textOption(connection, 'session_token') };
  }
  if (keyId !== undefined || secretKey !== undefined) {
    const absent = keyId === undefined ? 'key_id' : 'secret_key';
    throw new MillraceError({
      code: 'SECRET_MISSING',
      message: `The connection ${connection.name} has a ${keyId === undefined ? 'secret_key' : 'key_id'} but no ${absent}.`,
      hint: `Add ${absent}, or leave both out to use a profile of ~/.aws.`,
    });
  }
  if (connection.type === 'gcs') {
    throw new MillraceError({
      code: 'SECRET_MISSING',
      message: `The connection ${connection.name} has no HMAC key.`,
      hint: 'Make one with `gcloud storage hmac create SERVICE_ACCOUNT` and enter it as key_id and secret_key, or set `anonymous: true` for public buckets.',
    });
  }
  return { kind: 'chain', profile: textOption(connection, 'profile') };
}
