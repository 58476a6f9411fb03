import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import type {
  FailedKey,
  ListingPage,
  ObjectFacts,
  ObjectListing,
  ObjectReader,
  ObjectStore,
  ObjectWriter,
  PartedUpload,
  PartedUploads,
  ReadRange,
} from '../objects/object-store';
import type { S3Access } from './s3-client';
import { faultName, faultStatus, type S3Request, s3Error } from './s3-errors';

const MOST_KEYS = 1_000;

/** A store over the S3 protocol; Google's speaks it too. */
export function s3Store(connection: OpenConnection, access: S3Access): ObjectStore {
  const calls = new S3Calls(connection, access);
  return { reader: new S3Reader(calls), writer: new S3Writer(calls), uploads: new S3Uploads(calls) };
}

/** The client, with errors that say what was asked for. */
class S3Calls {
  readonly client: S3Access['client'];

  constructor(
    readonly connection: OpenConnection,
    readonly access: S3Access,
  ) {
    this.client = access.client;
  }

  async tried<T>(request: Omit<S3Request, 'connection'>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Error(error, { connection: this.connection, ...request });
    }
  }
}

class S3Reader implements ObjectReader {
  constructor(private readonly calls: S3Calls) {}

  buckets({ signal }: ListingPage) {
    return this.calls.tried({ action: 's3:ListAllMyBuckets' }, async () => {
      const { Buckets } = await this.calls.client.send(new ListBucketsCommand({}), abort(signal));
      const buckets = (Buckets ?? []).map((bucket) => ({
        name: bucket.Name ?? '',
        ...(bucket.CreationDate ? { created: bucket.CreationDate.toISOString() } : {}),
      }));
      return { buckets };
    });
  }

  objects(bucket: string, prefix: string, page: ListingPage): Promise<ObjectListing> {
    return this.calls.tried({ action: 's3:ListBucket', bucket }, async () => {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: Math.min(page.size ?? MOST_KEYS, MOST_KEYS),
        // Keys may hold signs that XML cannot.
        EncodingType: 'url',
        ...(page.deep ? {} : { Delimiter: '/' }),
        ...(page.after === undefined ? {} : { ContinuationToken: page.after }),
      });
      return listingOf(await this.calls.client.send(command, abort(page.signal)), prefix);
    });
  }

  head(bucket: string, key: string, signal?: AbortSignal): Promise<ObjectFacts> {
    return this.calls.tried({ action: 's3:GetObject', bucket, key }, async () => {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
        return factsOf(key, await this.calls.client.send(command, abort(signal)));
      } catch (error) {
        const status = faultStatus(error);
        if (status !== 403 && status !== 404) throw error;
        // HEAD tells no reason; a GET of one byte is refused with one.
        await this.calls.client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' }),
          abort(signal),
        );
        throw error;
      }
    });
  }

  read(bucket: string, key: string, range: ReadRange): Promise<Readable> {
    return this.calls.tried({ action: 's3:GetObject', bucket, key }, async () => {
      const wanted = range.start !== undefined || range.end !== undefined;
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(wanted ? { Range: `bytes=${range.start ?? 0}-${range.end ?? ''}` } : {}),
        ...(range.etag === undefined ? {} : { IfMatch: range.etag }),
      });
      const { Body } = await this.calls.client.send(command, abort(range.signal));
      return Body as Readable;
    });
  }

  link(bucket: string, key: string, seconds: number): Promise<string> {
    return this.calls.tried({ action: 's3:GetObject', bucket, key }, async () => {
      if (this.calls.access.options.login.kind === 'anonymous') throw anonymousLink(this.calls.connection);
      return getSignedUrl(this.calls.client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: seconds,
      });
    });
  }
}

class S3Writer implements ObjectWriter {
  constructor(private readonly calls: S3Calls) {}

  put(bucket: string, key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.calls.tried({ action: 's3:PutObject', bucket, key }, async () => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumCRC32: checksum(body) });
      await this.calls.client.send(command, abort(signal));
    });
  }

  async remove(bucket: string, keys: string[]): Promise<FailedKey[]> {
    // Google's door has no deletion of many keys.
    if (this.calls.connection.type === 'gcs') return this.removeEach(bucket, keys);
    return this.calls.tried({ action: 's3:DeleteObject', bucket }, async () => {
      const answer = await this.calls.client.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: { Quiet: true, Objects: keys.map((Key) => ({ Key })) },
          // This one request must carry a checksum in any case.
          ChecksumAlgorithm: 'CRC32',
        }),
      );
      return (answer.Errors ?? []).map(({ Key, Code, Message }) => ({
        key: Key ?? '',
        error: s3Error(Object.assign(new Error(Message ?? Code), { name: Code ?? 'Unknown' }), {
          connection: this.calls.connection,
          action: 's3:DeleteObject',
          bucket,
          ...(Key === undefined ? {} : { key: Key }),
        }),
      }));
    });
  }

  private async removeEach(bucket: string, keys: string[]): Promise<FailedKey[]> {
    const failed: FailedKey[] = [];
    const waiting = [...keys];
    const work = async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        try {
          const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
          await this.calls.tried({ action: 's3:DeleteObject', bucket, key }, () => this.calls.client.send(command));
        } catch (error) {
          failed.push({ key, error });
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    return failed;
  }
}

class S3Uploads implements PartedUploads {
  constructor(private readonly calls: S3Calls) {}

  start(bucket: string, key: string, contentType: string): Promise<PartedUpload> {
    return this.calls.tried({ action: 's3:PutObject', bucket, key }, async () => {
      const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType });
      const { UploadId } = await this.calls.client.send(command);
      return { bucket, key, id: UploadId ?? '' };
    });
  }

  part(upload: PartedUpload, number: number, body: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.calls.tried({ action: 's3:PutObject', ...placeOf(upload) }, async () => {
      const command = new UploadPartCommand({
        ...target(upload),
        PartNumber: number,
        Body: body,
        ContentLength: body.byteLength,
        ChecksumCRC32: checksum(body),
      });
      const { ETag } = await this.calls.client.send(command, { abortSignal: signal });
      return ETag ?? '';
    });
  }

  parts(upload: PartedUpload): Promise<Map<number, { tag: string; size: number }> | undefined> {
    return this.calls.tried({ action: 's3:ListMultipartUploadParts', ...placeOf(upload) }, async () => {
      const parts = new Map<number, { tag: string; size: number }>();
      let after: string | undefined;
      try {
        do {
          const command = new ListPartsCommand({
            ...target(upload),
            ...(after === undefined ? {} : { PartNumberMarker: after }),
          });
          const page = await this.calls.client.send(command);
          for (const part of page.Parts ?? []) {
            parts.set(part.PartNumber ?? 0, { tag: part.ETag ?? '', size: part.Size ?? 0 });
          }
          after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
        } while (after !== undefined);
      } catch (error) {
        if (faultName(error) === 'NoSuchUpload') return undefined;
        throw error;
      }
      return parts;
    });
  }

  finish(upload: PartedUpload, tags: string[]): Promise<void> {
    return this.calls.tried({ action: 's3:PutObject', ...placeOf(upload) }, async () => {
      const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      await this.calls.client.send(
        new CompleteMultipartUploadCommand({ ...target(upload), MultipartUpload: { Parts } }),
      );
    });
  }

  end(upload: PartedUpload): Promise<void> {
    return this.calls.tried({ action: 's3:AbortMultipartUpload', ...placeOf(upload) }, async () => {
      try {
        await this.calls.client.send(new AbortMultipartUploadCommand(target(upload)));
      } catch (error) {
        if (faultName(error) !== 'NoSuchUpload') throw error;
      }
    });
  }
}

function listingOf(page: ListObjectsV2CommandOutput, prefix: string): ObjectListing {
  const objects = (page.Contents ?? []).map((object) => ({
    key: decode(object.Key),
    size: object.Size ?? 0,
    ...(object.LastModified ? { modified: object.LastModified.toISOString() } : {}),
    ...(object.StorageClass ? { storageClass: object.StorageClass } : {}),
  }));
  return {
    prefixes: (page.CommonPrefixes ?? []).map((common) => decode(common.Prefix)),
    // The prefix itself is an object where somebody made an empty folder.
    objects: page.Delimiter === undefined ? objects : objects.filter((object) => object.key !== prefix),
    ...(page.IsTruncated && page.NextContinuationToken ? { next: page.NextContinuationToken } : {}),
  };
}

function factsOf(key: string, head: HeadObjectCommandOutput): ObjectFacts {
  return {
    key,
    size: head.ContentLength ?? 0,
    metadata: head.Metadata ?? {},
    ...(head.ETag ? { etag: head.ETag } : {}),
    ...(head.LastModified ? { modified: head.LastModified.toISOString() } : {}),
    ...(head.ContentType ? { contentType: head.ContentType } : {}),
    ...(head.StorageClass ? { storageClass: head.StorageClass } : {}),
    ...(head.VersionId ? { version: head.VersionId } : {}),
    ...(head.ServerSideEncryption ? { encryption: head.ServerSideEncryption } : {}),
  };
}

/** `EncodingType: url` is that of forms: a plus is a blank. */
function decode(text: string | undefined): string {
  return decodeURIComponent((text ?? '').replaceAll('+', ' '));
}

/** So that the server refuses a part that the network altered. Base64 of the four bytes, as the header wants it. */
function checksum(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

function target(upload: PartedUpload) {
  return { Bucket: upload.bucket, Key: upload.key, UploadId: upload.id };
}

function placeOf(upload: PartedUpload) {
  return { bucket: upload.bucket, key: upload.key };
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

function anonymousLink(connection: OpenConnection): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `${connection.name} has no key to sign a link with.`,
    hint: 'What it reads is public: its plain address needs no signature.',
  });
}
