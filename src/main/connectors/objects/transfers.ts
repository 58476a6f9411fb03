import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CancelledError, errorShape, MillraceError } from '../../../shared/errors';
import type { Transfer } from '../../../shared/objects';
import { exists, fileError } from '../../project/atomic-file';
import type { OpenConnection } from '../connector';
import { partialFile, runDownload } from './download-run';
import { formatObjectPath, insideOf, type ObjectPlace, parseObjectPath, requireWritable } from './object-path';
import type { ObjectStore } from './object-store';
import { type TransferRecord, TransferRecords } from './transfer-record';
import { partSizeFor, runUpload, uploadOf } from './upload-run';

export interface TransfersOptions {
  /** `.millrace` of the project. */
  stateFolder: string;
  projectFolder: string;
  /** Opens the connection of that name. Throws what opening does. */
  storeOf(connection: string): Promise<{ connection: OpenConnection; store: ObjectStore }>;
  emit(transfer: Transfer): void;
}

export interface TransferRequest {
  connection: string;
  /** `bucket/key`. */
  path: string;
  /** On this machine; relative to the project. */
  file: string;
  overwrite?: boolean | undefined;
  /** The file is a copy of ours, removed when the transfer has ended. */
  staged?: boolean | undefined;
}

interface Running {
  record: TransferRecord;
  transfer: Transfer;
  abort: AbortController;
  ended: Promise<void>;
}

/** Each holds up to 64 MB of parts in memory. */
const AT_ONCE = 2;
const TELL_MILLISECONDS = 100;

/**
 * Uploads and downloads of a project. Each has a record on the disk while it is not done, so that one that was cut off, by
 * the network or by a crash, goes on where it was when it is resumed. Nothing is resumed by itself: that would connect.
 */
export class Transfers {
  private readonly records: TransferRecords;
  private readonly known = new Map<string, Running>();
  private readonly waiting: (() => void)[] = [];
  private active = 0;
  private loaded: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: TransfersOptions) {
    this.records = new TransferRecords(path.join(options.stateFolder, 'transfers'));
  }

  /** Those that run, have ended since the start, or wait to be resumed. */
  async list(): Promise<Transfer[]> {
    await this.load();
    return [...this.known.values()].map(({ transfer }) => ({ ...transfer }));
  }

  /** Throws CONNECTION_READ_ONLY, NAME_TAKEN where the object is there and not to be replaced, FILE_NOT_FOUND. */
  async upload(request: TransferRequest): Promise<Transfer> {
    await this.load();
    const { connection, store } = await this.options.storeOf(request.connection);
    requireWritable(connection);
    const place = objectPlace(connection, request.path);
    const file = path.resolve(this.options.projectFolder, request.file);
    const found = await stat(file).catch((error: unknown) => {
      throw fileError(error, request.file);
    });
    if (found.isDirectory()) {
      throw new MillraceError({ code: 'BAD_REQUEST', message: `${request.file} is a folder.`, hint: 'Choose files.' });
    }
    if (!request.overwrite) await refuseTaken(store, place);
    return this.begin({
      ...this.recordOf('upload', request, place, file),
      size: found.size,
      modified: found.mtimeMs,
      partSize: partSizeFor(found.size),
    });
  }

  /** Throws NOT_FOUND, FILE_CHANGED where the file is there and not to be replaced. */
  async download(request: TransferRequest): Promise<Transfer> {
    await this.load();
    const { connection, store } = await this.options.storeOf(request.connection);
    const place = objectPlace(connection, request.path);
    const file = path.resolve(this.options.projectFolder, request.file);
    if (!request.overwrite && (await exists(file))) {
      throw new MillraceError({
        code: 'FILE_CHANGED',
        message: `${request.file} exists already.`,
        hint: 'Choose another name, or replace it.',
      });
    }
    const { size, etag } = await store.reader.head(place.bucket, place.key);
    return this.begin({
      ...this.recordOf('download', request, place, file),
      size,
      ...(etag === undefined ? {} : { etag }),
    });
  }

  /** Goes on with one that stopped. Throws NOT_FOUND. */
  async resume(id: string): Promise<Transfer> {
    const { record, transfer } = await this.find(id);
    if (transfer.state !== 'stopped') return { ...transfer };
    return this.begin(await this.latest(record));
  }

  /** Ends one for good: its half file, or its parts on the server, are removed. Harmless for one that is done. */
  async cancel(id: string): Promise<void> {
    const running = await this.find(id);
    if (running.transfer.state === 'done' || running.transfer.state === 'cancelled') return;
    running.transfer.state = 'cancelled';
    running.abort.abort();
    await running.ended;
    await this.clean(await this.latest(running.record));
    this.tell(running);
  }

  /** Takes those that are done or cancelled off the list. */
  async forget(id: string): Promise<void> {
    const { transfer } = await this.find(id);
    if (transfer.state === 'done' || transfer.state === 'cancelled') this.known.delete(id);
  }

  /** Stops what runs; it can be resumed at the next start. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { abort } of this.known.values()) abort.abort();
    for (const wake of this.waiting.splice(0)) wake();
    await Promise.all([...this.known.values()].map(({ ended }) => ended));
  }

  private load(): Promise<void> {
    this.loaded ??= this.records.all().then((records) => {
      for (const record of records) {
        if (this.known.has(record.id)) continue;
        const transfer: Transfer = { ...transferOf(record), state: 'stopped' };
        this.known.set(record.id, { record, transfer, abort: new AbortController(), ended: Promise.resolve() });
      }
    });
    return this.loaded;
  }

  private recordOf(
    direction: Transfer['direction'],
    request: TransferRequest,
    place: ObjectPlace,
    file: string,
  ): Omit<TransferRecord, 'size'> {
    return {
      id: randomUUID(),
      direction,
      connection: request.connection,
      ...place,
      file,
      overwrite: request.overwrite ?? false,
      ...(request.staged ? { staged: true } : {}),
    };
  }

  private async begin(record: TransferRecord): Promise<Transfer> {
    await this.records.save(record);
    const running: Running = {
      record,
      transfer: transferOf(record),
      abort: new AbortController(),
      ended: Promise.resolve(),
    };
    this.known.set(record.id, running);
    running.ended = this.run(running);
    return { ...running.transfer };
  }

  private async run(running: Running): Promise<void> {
    const { transfer, abort } = running;
    let told = 0;
    try {
      this.tell(running);
      await this.turn(abort.signal);
      try {
        transfer.state = 'running';
        this.tell(running);
        const { store } = await this.options.storeOf(transfer.connection);
        const work = transfer.direction === 'upload' ? runUpload : runDownload;
        await work(running.record, {
          store,
          signal: abort.signal,
          save: async (record) => {
            running.record = record;
            transfer.totalBytes = record.size;
            await this.records.save(record);
          },
          onBytes: (bytes) => {
            transfer.bytes = bytes;
            if (Date.now() - told < TELL_MILLISECONDS) return;
            told = Date.now();
            this.tell(running);
          },
        });
      } finally {
        this.leave();
      }
      transfer.state = 'done';
      await this.finished(running.record);
    } catch (error) {
      // A cancelled one is told by whoever cancels it, when its parts are gone.
      if ((transfer.state as string) === 'cancelled') return;
      transfer.state = 'stopped';
      if (!(error instanceof CancelledError)) transfer.error = errorShape(error);
    }
    this.tell(running);
  }

  private async turn(signal: AbortSignal): Promise<void> {
    while (this.active >= AT_ONCE && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.active += 1;
    if (!signal.aborted) return;
    this.leave();
    throw new CancelledError();
  }

  private leave(): void {
    this.active -= 1;
    this.waiting.shift()?.();
  }

  private async finished(record: TransferRecord): Promise<void> {
    await this.records.remove(record.id);
    if (record.staged) await rm(record.file, { force: true });
  }

  private async clean(record: TransferRecord): Promise<void> {
    if (record.direction === 'download') await rm(partialFile(record), { force: true });
    if (record.upload !== undefined) {
      const { store } = await this.options.storeOf(record.connection);
      await store.uploads.end(uploadOf(record, record.upload));
    }
    await this.finished(record);
  }

  /** The record as it is on the disk: a run may have added the upload's name to it. */
  private async latest(record: TransferRecord): Promise<TransferRecord> {
    return (await this.records.all()).find((one) => one.id === record.id) ?? record;
  }

  private async find(id: string): Promise<Running> {
    await this.load();
    const running = this.known.get(id);
    if (running) return running;
    throw new MillraceError({ code: 'NOT_FOUND', message: 'There is no such transfer.' });
  }

  private tell({ transfer }: Running): void {
    if (!this.closed) this.options.emit({ ...transfer });
  }
}

function transferOf(record: TransferRecord): Transfer {
  return {
    id: record.id,
    direction: record.direction,
    connection: record.connection,
    path: formatObjectPath(record),
    file: record.file,
    state: 'waiting',
    bytes: 0,
    totalBytes: record.size,
  };
}

function objectPlace(connection: OpenConnection, text: string): ObjectPlace {
  const place = insideOf(connection, parseObjectPath(text));
  if (place.bucket !== '' && place.key !== '' && !place.key.endsWith('/')) return place;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${text}" names no object.`,
    hint: 'Write bucket/key, without a slash at the end.',
  });
}

async function refuseTaken(store: ObjectStore, place: ObjectPlace): Promise<void> {
  try {
    await store.reader.head(place.bucket, place.key);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'NOT_FOUND' && /no object/.test(error.message)) return;
    // A key that may write but not look cannot know; the server has the last word.
    if (error instanceof MillraceError && error.code === 'ACCESS_DENIED') return;
    throw error;
  }
  throw new MillraceError({
    code: 'NAME_TAKEN',
    message: `${formatObjectPath(place)} exists already.`,
    hint: 'Choose another name, or replace it.',
  });
}
