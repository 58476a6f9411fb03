import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { TestStep } from '../../../shared/connections';
import { errorShape, MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { readAuthority } from '../objects/authority';
import { boundPlace, formatObjectPath } from '../objects/object-path';
import { storeSteps } from '../objects/route-steps';
import { openS3, type S3Access } from './s3-client';
import { faultName, isLoginFault, s3Error } from './s3-errors';
import { s3Address } from './s3-options';

const SKEW_MILLISECONDS = 15 * 60_000;

/** The steps of a test of an S3 server; see `Connector.test`. The client is one of its own: options may not be kept yet. */
export async function* testS3(connection: OpenConnection, signal: AbortSignal): AsyncIterable<TestStep> {
  let access: S3Access;
  try {
    access = openS3(connection);
  } catch (error) {
    const shape = errorShape(error);
    yield { step: 'name', state: 'failed', message: shape.message, milliseconds: 0, error: shape };
    return;
  }
  try {
    yield* stepsOf(connection, access, signal);
  } finally {
    access.client.destroy();
  }
}

async function* stepsOf(connection: OpenConnection, access: S3Access, signal: AbortSignal): AsyncIterable<TestStep> {
  const { options } = access;
  const route = {
    connection: connection.name,
    ...s3Address(options),
    tls: options.tls,
    authority: () => (options.caFile === undefined ? undefined : readAuthority(connection, options.caFile)),
  };
  const tries = {
    login: () => tryLogin(connection, access, signal),
    right: () => tryRights(connection, access, signal),
  };
  yield* storeSteps(route, tries, signal);
}

/** Asks for something and takes a refusal for rights as a login that worked: the server knows the key then. */
async function tryLogin(connection: OpenConnection, access: S3Access, signal: AbortSignal): Promise<string> {
  const { login } = access.options;
  const clock = new ServerClock();
  clock.watch(access);
  try {
    await access.client.send(new ListBucketsCommand({}), { abortSignal: signal });
  } catch (error) {
    if (isLoginFault(error) || !REFUSALS.has(faultName(error))) {
      throw s3Error(error, { connection, action: 's3:ListAllMyBuckets' });
    }
  } finally {
    clock.leave(access);
  }
  clock.check(connection);
  if (login.kind === 'anonymous') return 'Without a key.';
  const { accessKeyId } = await access.client.config.credentials();
  return `The server knows the key ${accessKeyId}.`;
}

const REFUSALS = new Set(['AccessDenied', 'AllAccessDisabled']);

async function tryRights(connection: OpenConnection, access: S3Access, signal: AbortSignal): Promise<string> {
  const { bucket, key } = boundPlace(connection);
  if (bucket === '') return tryBuckets(connection, access, signal);
  try {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
    await access.client.send(command, { abortSignal: signal });
  } catch (error) {
    throw s3Error(error, { connection, action: 's3:ListBucket', bucket });
  }
  const place = formatObjectPath({ bucket, key });
  if (connection.access === 'read') return `May list ${place}.`;
  await tryWrite(connection, access, { bucket, key: `${key}millrace-test` }, signal);
  return `May list ${place} and write to it.`;
}

async function tryBuckets(connection: OpenConnection, access: S3Access, signal: AbortSignal): Promise<string> {
  try {
    const { Buckets } = await access.client.send(new ListBucketsCommand({}), { abortSignal: signal });
    const count = Buckets?.length ?? 0;
    return `Sees ${count} ${count === 1 ? 'bucket' : 'buckets'}.`;
  } catch (error) {
    const reason = s3Error(error, { connection, action: 's3:ListAllMyBuckets' });
    if (reason.code !== 'ACCESS_DENIED') throw reason;
    throw new MillraceError({
      ...reason.toShape(),
      hint: `Name the bucket that the key may read: \`bucket: NAME\` in the connection ${connection.name}.`,
    });
  }
}

/** Starts an upload and ends it: the right to write is asked for, and nothing written. */
async function tryWrite(
  connection: OpenConnection,
  access: S3Access,
  place: { bucket: string; key: string },
  signal: AbortSignal,
): Promise<void> {
  const target = { Bucket: place.bucket, Key: place.key };
  try {
    const { UploadId } = await access.client.send(new CreateMultipartUploadCommand(target), { abortSignal: signal });
    await access.client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
  } catch (error) {
    throw s3Error(error, { connection, action: 's3:PutObject', ...place });
  }
}

/** The SDK quietly signs by the server's clock when its own is wrong. The engine does not, so a test has to say it. */
class ServerClock {
  private difference = 0;

  watch({ client }: S3Access): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const headers = (result.response as { headers?: Record<string, string> } | undefined)?.headers;
        const date = Date.parse(headers?.date ?? '');
        if (!Number.isNaN(date)) this.difference = date - Date.now();
        return result;
      },
      { step: 'deserialize', name: 'millraceServerClock', priority: 'low', override: true },
    );
  }

  leave({ client }: S3Access): void {
    client.middlewareStack.remove('millraceServerClock');
  }

  check(connection: OpenConnection): void {
    if (Math.abs(this.difference) <= SKEW_MILLISECONDS) return;
    throw s3Error(Object.assign(new Error('skewed'), { name: 'RequestTimeTooSkewed' }), { connection, action: '' });
  }
}
