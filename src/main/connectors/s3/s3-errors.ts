import { CancelledError, MillraceError } from '../../../shared/errors';
import { redactText } from '../../../shared/sql/redact';
import type { OpenConnection } from '../connector';
import { networkError } from '../objects/network-error';
import { s3Address, s3Options } from './s3-options';

/** What was asked for when it failed; `action` is the right it needs, as policies spell it. */
export interface S3Request {
  connection: OpenConnection;
  action: string;
  bucket?: string;
  key?: string;
}

/** The fields of an error of the SDK that tell what happened. */
interface ServiceFault {
  name: string;
  message: string;
  status: number | undefined;
  region: string | undefined;
}

/**
 * An error of the SDK as what is wrong and what to do. HEAD answers have no body, so a 403 there is a bare refusal and a
 * 404 does not tell a bucket from a key; callers who need to know ask with a request that has one. Codes:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function s3Error(error: unknown, request: S3Request): MillraceError {
  if (error instanceof MillraceError) return error;
  const fault = faultOf(error);
  if (fault.name === 'AbortError') return new CancelledError();
  return (
    loginError(fault, request, error) ??
    placeError(fault, request, error) ??
    networkError(error, networkPlace(request.connection)) ??
    unknownError(fault, request, error)
  );
}

/** Whether the request is refused before rights are looked at: the key itself is no good. */
export function isLoginFault(error: unknown): boolean {
  return LOGIN_FAULTS.has(faultOf(error).name);
}

export function faultName(error: unknown): string {
  return faultOf(error).name;
}

export function faultStatus(error: unknown): number | undefined {
  return faultOf(error).status;
}

const LOGIN_FAULTS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidToken',
  'InvalidTokenId',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
  'TokenProviderError',
]);

function loginError(fault: ServiceFault, { connection }: S3Request, cause: unknown): MillraceError | undefined {
  const { name } = connection;
  const keyId = typeof connection.options.key_id === 'string' ? ` ${connection.options.key_id}` : '';
  const failure = (code: 'ACCESS_DENIED' | 'SECRET_MISSING' | 'CONNECTION_FAILED', message: string, hint: string) =>
    new MillraceError({ code, message, hint, cause: causeText(cause) });
  switch (fault.name) {
    case 'InvalidAccessKeyId':
      return failure(
        'ACCESS_DENIED',
        `The server does not know the access key${keyId} of ${name}.`,
        'Check key_id: it may be of another server, or was deleted. Enter a new key in the connection.',
      );
    case 'SignatureDoesNotMatch':
      return failure(
        'ACCESS_DENIED',
        `The secret key of ${name} does not belong to the access key${keyId}.`,
        'Enter secret_key again; a blank or a line end may have come along when it was copied.',
      );
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return failure('ACCESS_DENIED', `The session token of ${name} has expired.`, renewHint(connection));
    case 'InvalidToken':
    case 'InvalidTokenId':
      return failure(
        'ACCESS_DENIED',
        `The server does not take the session token of ${name}: it has expired, or belongs to another key.`,
        renewHint(connection),
      );
    case 'RequestTimeTooSkewed':
      return failure(
        'CONNECTION_FAILED',
        'The clock of this machine and that of the server differ by more than 15 minutes.',
        "Set the clock: `timedatectl set-ntp true` on Linux, the date settings elsewhere. If this clock is right, the server's is not.",
      );
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return failure(
        'SECRET_MISSING',
        `No credentials for ${name}: ${redactText(fault.message)}`,
        profileHint(connection),
      );
    default:
      return undefined;
  }
}

function placeError(fault: ServiceFault, request: S3Request, cause: unknown): MillraceError | undefined {
  const { connection, bucket, key } = request;
  const failure = (
    code: 'NOT_FOUND' | 'ACCESS_DENIED' | 'CONNECTION_FAILED' | 'FILE_CHANGED',
    message: string,
    hint: string,
  ) => new MillraceError({ code, message, hint, cause: causeText(cause) });
  const what = key ? `${bucket}/${key}` : bucket ? `the bucket ${bucket}` : 'the list of buckets';
  if (
    fault.region !== undefined ||
    fault.name === 'PermanentRedirect' ||
    fault.name === 'AuthorizationHeaderMalformed'
  ) {
    const region = fault.region;
    return failure(
      'CONNECTION_FAILED',
      `${bucket ? `The bucket ${bucket}` : 'The server'} is in ${region ? `the region ${region}` : 'another region'}, not in ${s3Options(connection).region ?? 'the one of the profile'}.`,
      region
        ? `Set \`region: ${region}\` in the connection ${connection.name}.`
        : 'Set `region` in the connection; `aws s3api get-bucket-location` tells it.',
    );
  }
  if (fault.name === 'NoSuchBucket' || (fault.status === 404 && !key && bucket)) {
    return failure(
      'NOT_FOUND',
      `There is no bucket ${bucket} at ${addressOf(connection)}.`,
      'It may have been deleted or renamed, or be on another server; open the connection to see its buckets.',
    );
  }
  if (fault.name === 'NoSuchKey' || fault.status === 404) {
    return failure(
      'NOT_FOUND',
      `There is no object ${what}.`,
      'It may have been deleted or moved; names tell upper from lower case. Refresh the list.',
    );
  }
  if (fault.status === 412)
    return failure('FILE_CHANGED', `${what} was changed meanwhile.`, 'Start again to get it as it is now.');
  if (fault.name === 'AccessDenied' || fault.name === 'AllAccessDisabled' || fault.status === 403) {
    const anonymous = connection.options.anonymous === true;
    return failure(
      'ACCESS_DENIED',
      anonymous
        ? `${connection.name} reads without a key, and ${what} is not public.`
        : `The key of ${connection.name} may not do ${request.action} on ${what}.`,
      anonymous
        ? 'Enter a key in the connection, or ask the owner to open the bucket.'
        : `Ask for the right ${request.action}${bucket ? ` on arn:aws:s3:::${bucket}` : ' on *'}. A key with few rights also hears this of a bucket that does not exist: check its name.`,
    );
  }
  return undefined;
}

function unknownError(fault: ServiceFault, { connection }: S3Request, cause: unknown): MillraceError {
  const where = addressOf(connection);
  if (/HTTP request to an HTTPS server/i.test(bodyText(cause) + fault.message)) {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${where} speaks TLS, and the connection ${connection.name} does not.`,
      hint: 'Write https:// in `endpoint`, or `tls: true`.',
      cause: causeText(cause),
    });
  }
  const isForeign =
    cause instanceof SyntaxError || /deserializ|not expected|char '/i.test(fault.message) || fault.status === 405;
  if (
    isForeign ||
    (fault.status !== undefined && fault.status < 500 && /^(Unknown|UnknownError|\d+)$/.test(fault.name))
  ) {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${where} answers, but not as an object store does.`,
      hint: 'Check `endpoint`: it must be the address of the S3 API, which is not that of the web console (MinIO: 9000, not 9001).',
      cause: causeText(cause),
    });
  }
  const isServerDown = fault.status !== undefined && fault.status >= 500;
  return new MillraceError({
    code: isServerDown ? 'CONNECTION_LOST' : 'CONNECTION_FAILED',
    message: `${where}: ${redactText(fault.message || fault.name)}`,
    hint: isServerDown
      ? 'The server has trouble of its own; try again in a while.'
      : 'Test the connection: it says which step fails.',
    cause: causeText(cause),
  });
}

export function addressOf(connection: OpenConnection): string {
  const { host, port } = s3Address(s3Options(connection));
  return `${host}:${port}`;
}

function networkPlace(connection: OpenConnection) {
  const options = s3Options(connection);
  return { connection: connection.name, ...s3Address(options), tls: options.tls };
}

function renewHint(connection: OpenConnection): string {
  const profile = connection.options.profile;
  if (typeof profile === 'string')
    return `Run \`aws sso login --profile ${profile}\`, or what else renews that profile.`;
  return 'Get new temporary keys and enter key_id, secret_key and session_token again, or name a `profile` that renews them.';
}

function profileHint(connection: OpenConnection): string {
  const profile = connection.options.profile;
  if (typeof profile !== 'string') {
    return 'Enter key_id and secret_key, name a `profile` of ~/.aws/config, or set `anonymous: true` for public buckets.';
  }
  return `Run \`aws sso login --profile ${profile}\` where it is an SSO profile; \`aws configure list --profile ${profile}\` shows what it holds.`;
}

function faultOf(error: unknown): ServiceFault {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const metadata = fields.$metadata as { httpStatusCode?: number } | undefined;
  const headers = (fields.$response as { headers?: Record<string, string> } | undefined)?.headers;
  const status = metadata?.httpStatusCode;
  const isElsewhere = status === 301 || status === 400 || status === 307;
  // MinIO names its region in every error.
  const region = isElsewhere ? (headers?.['x-amz-bucket-region'] ?? fields.Region) : undefined;
  return {
    name: String(fields.Code ?? fields.name ?? ''),
    message: error instanceof Error ? error.message : String(error),
    status,
    region: typeof region === 'string' && region !== '' ? region : undefined,
  };
}

function bodyText(error: unknown): string {
  const body = (error as { $response?: { body?: unknown } } | undefined)?.$response?.body;
  return typeof body === 'string' ? body : '';
}

/** The words alone: the SDK's errors carry the request with its signature. */
function causeText(error: unknown): string {
  return redactText(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
