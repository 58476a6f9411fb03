import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  BlobSASPermissions,
  type BlockBlobClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { contentTypeOf } from '../objects/content-type';
import type {
  BucketListing,
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
  StoredObject,
} from '../objects/object-store';
import type { AzureAccess } from './azure-client';
import { type AzureRequest, azureError, azureFault } from './azure-errors';

const MOST_KEYS = 1_000;
const REMOVED_AT_ONCE = 8;

/** A store over Azure's blobs; a container is its bucket. */
export function azureStore(connection: OpenConnection, access: AzureAccess): ObjectStore {
  const calls = new AzureCalls(connection, access);
  return { reader: new AzureReader(calls), writer: new AzureWriter(calls), uploads: new AzureUploads(calls) };
}

class AzureCalls {
  constructor(
    readonly connection: OpenConnection,
    readonly access: AzureAccess,
  ) {}

  blob(bucket: string, key: string): BlockBlobClient {
    return this.access.service.getContainerClient(bucket).getBlockBlobClient(key);
  }

  async tried<T>(request: Omit<AzureRequest, 'connection'>, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw azureError(error, { connection: this.connection, ...request });
    }
  }
}

class AzureReader implements ObjectReader {
  constructor(private readonly calls: AzureCalls) {}

  buckets({ after, size, signal }: ListingPage): Promise<BucketListing> {
    return this.calls.tried({ action: 'list' }, async () => {
      const pages = this.calls.access.service.listContainers(abort(signal)).byPage(paging(after, size));
      const { value } = await pages.next();
      const items = (value?.containerItems ?? []) as { name: string; properties: { lastModified?: Date } }[];
      const buckets = items.map(({ name, properties }) => ({
        name,
        ...(properties.lastModified ? { created: properties.lastModified.toISOString() } : {}),
      }));
      return { buckets, ...(value?.continuationToken ? { next: value.continuationToken as string } : {}) };
    });
  }

  objects(bucket: string, prefix: string, { after, size, deep, signal }: ListingPage): Promise<ObjectListing> {
    return this.calls.tried({ action: 'list', bucket }, async () => {
      const container = this.calls.access.service.getContainerClient(bucket);
      const options = { prefix, ...abort(signal) };
      const pages = deep
        ? container.listBlobsFlat(options).byPage(paging(after, size))
        : container.listBlobsByHierarchy('/', options).byPage(paging(after, size));
      const { value } = await pages.next();
      const segment = value?.segment as Segment | undefined;
      const objects = (segment?.blobItems ?? []).map(storedObject);
      return {
        prefixes: (segment?.blobPrefixes ?? []).map(({ name }) => name),
        objects: deep ? objects : objects.filter(({ key }) => key !== prefix),
        ...(value?.continuationToken ? { next: value.continuationToken as string } : {}),
      };
    });
  }

  head(bucket: string, key: string, signal?: AbortSignal): Promise<ObjectFacts> {
    return this.calls.tried({ action: 'read', bucket, key }, async () => {
      try {
        const facts = await this.calls.blob(bucket, key).getProperties(abort(signal));
        return {
          key,
          size: facts.contentLength ?? 0,
          metadata: facts.metadata ?? {},
          ...(facts.etag ? { etag: facts.etag } : {}),
          ...(facts.lastModified ? { modified: facts.lastModified.toISOString() } : {}),
          ...(facts.contentType ? { contentType: facts.contentType } : {}),
          ...(facts.accessTier ? { storageClass: facts.accessTier } : {}),
          ...(facts.versionId ? { version: facts.versionId } : {}),
        };
      } catch (error) {
        if (azureFault(error).status !== 404) throw error;
        // HEAD does not tell a container from a blob: a listing of one does.
        await this.objects(bucket, key, { size: 1, signal });
        throw error;
      }
    });
  }

  read(bucket: string, key: string, { start = 0, end, etag, signal }: ReadRange): Promise<Readable> {
    return this.calls.tried({ action: 'read', bucket, key }, async () => {
      const count = end === undefined ? undefined : end - start + 1;
      const answer = await this.calls.blob(bucket, key).download(start, count, {
        ...abort(signal),
        ...(etag === undefined ? {} : { conditions: { ifMatch: etag } }),
      });
      return answer.readableStreamBody as Readable;
    });
  }

  async link(bucket: string, key: string, seconds: number): Promise<string> {
    const { login, account } = this.calls.access.options;
    const blob = this.calls.blob(bucket, key);
    if (login.kind === 'sas') return blob.url;
    if (login.kind === 'anonymous') return blob.url;
    if (account === '') throw noAccount(this.calls.connection);
    const values = {
      containerName: bucket,
      blobName: key,
      permissions: BlobSASPermissions.parse('r'),
      expiresOn: new Date(Date.now() + seconds * 1_000),
    };
    const signature = generateBlobSASQueryParameters(values, new StorageSharedKeyCredential(account, login.key));
    return `${blob.url}?${signature}`;
  }
}

class AzureWriter implements ObjectWriter {
  constructor(private readonly calls: AzureCalls) {}

  put(bucket: string, key: string, body: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.calls.tried({ action: 'write', bucket, key }, async () => {
      const headers = { blobContentType: contentTypeOf(key) };
      await this.calls.blob(bucket, key).upload(body, body.byteLength, { ...abort(signal), blobHTTPHeaders: headers });
    });
  }

  async remove(bucket: string, keys: string[]): Promise<FailedKey[]> {
    const failed: FailedKey[] = [];
    const waiting = [...keys];
    const work = async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        const one = key;
        try {
          await this.calls.tried({ action: 'delete', bucket, key: one }, async () => {
            await this.calls.blob(bucket, one).deleteIfExists({ deleteSnapshots: 'include' });
          });
        } catch (error) {
          failed.push({ key: one, error });
        }
      }
    };
    await Promise.all(Array.from({ length: REMOVED_AT_ONCE }, work));
    return failed;
  }
}

/** Blocks that no list names yet are kept for a week; the id of an upload begins the ids of its blocks. */
class AzureUploads implements PartedUploads {
  constructor(private readonly calls: AzureCalls) {}

  async start(bucket: string, key: string): Promise<PartedUpload> {
    return { bucket, key, id: randomBytes(8).toString('hex') };
  }

  part(upload: PartedUpload, number: number, body: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.calls.tried({ action: 'write', ...placeOf(upload) }, async () => {
      const id = blockId(upload, number);
      await this.calls.blob(upload.bucket, upload.key).stageBlock(id, body, body.byteLength, { abortSignal: signal });
      return id;
    });
  }

  parts(upload: PartedUpload): Promise<Map<number, { tag: string; size: number }> | undefined> {
    return this.calls.tried({ action: 'read', ...placeOf(upload) }, async () => {
      const parts = new Map<number, { tag: string; size: number }>();
      try {
        const { uncommittedBlocks } = await this.calls.blob(upload.bucket, upload.key).getBlockList('uncommitted');
        for (const { name, size } of uncommittedBlocks ?? []) {
          const [id, number] = Buffer.from(name, 'base64').toString().split(':');
          if (id === upload.id) parts.set(Number(number), { tag: name, size });
        }
      } catch (error) {
        if (azureFault(error).status !== 404) throw error;
      }
      return parts;
    });
  }

  finish(upload: PartedUpload, tags: string[]): Promise<void> {
    return this.calls.tried({ action: 'write', ...placeOf(upload) }, async () => {
      const headers = { blobContentType: contentTypeOf(upload.key) };
      await this.calls.blob(upload.bucket, upload.key).commitBlockList(tags, { blobHTTPHeaders: headers });
    });
  }

  async end(): Promise<void> {
    // Nothing takes blocks away but a week's time, or a list without them, which would change what is there.
  }
}

interface Segment {
  blobPrefixes?: { name: string }[];
  blobItems: { name: string; properties: { contentLength?: number; lastModified?: Date; accessTier?: string } }[];
}

function storedObject({ name, properties }: Segment['blobItems'][number]): StoredObject {
  return {
    key: name,
    size: properties.contentLength ?? 0,
    ...(properties.lastModified ? { modified: properties.lastModified.toISOString() } : {}),
    ...(properties.accessTier ? { storageClass: properties.accessTier } : {}),
  };
}

function paging(after: string | undefined, size: number | undefined) {
  return {
    maxPageSize: Math.min(size ?? MOST_KEYS, MOST_KEYS),
    ...(after === undefined ? {} : { continuationToken: after }),
  };
}

/** All ids of a blob must have one length. */
function blockId(upload: PartedUpload, number: number): string {
  return Buffer.from(`${upload.id}:${String(number).padStart(6, '0')}`).toString('base64');
}

function placeOf({ bucket, key }: PartedUpload) {
  return { bucket, key };
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

function noAccount(connection: OpenConnection): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `A link of ${connection.name} cannot be signed without the name of the account.`,
    hint: 'Enter `account` in the connection.',
  });
}
