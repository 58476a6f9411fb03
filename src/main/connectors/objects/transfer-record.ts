import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errorCode, writeFileAtomic } from '../../project/atomic-file';

const record = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  direction: z.enum(['upload', 'download']),
  connection: z.string(),
  bucket: z.string(),
  key: z.string(),
  /** Absolute. */
  file: z.string(),
  size: z.number(),
  /** Whether what stands at the target may be replaced. */
  overwrite: z.boolean(),
  /** Of the file that is sent, in milliseconds since 1970: another time is another content. */
  modified: z.number().optional(),
  /** The server's name of an upload in parts, and their size. */
  upload: z.string().optional(),
  partSize: z.number().optional(),
  /** The file is a copy of ours, removed with the record. */
  staged: z.boolean().optional(),
  /** Of the object that is fetched. */
  etag: z.string().optional(),
});

/** What must outlive this process so that a transfer can go on. */
export type TransferRecord = z.infer<typeof record>;

/** Records as files of a folder, one each. */
export class TransferRecords {
  constructor(private readonly folder: string) {}

  async all(): Promise<TransferRecord[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const found = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.read(name)));
    return found.filter((one) => one !== undefined);
  }

  async save(saved: TransferRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.fileOf(saved.id), JSON.stringify(saved), { mode: 0o600 });
  }

  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
  }

  /** A file that is no record tells nothing that could be gone on with. */
  private async read(name: string): Promise<TransferRecord | undefined> {
    const text = await readFile(path.join(this.folder, name), 'utf8');
    try {
      return record.parse(JSON.parse(text));
    } catch {
      await rm(path.join(this.folder, name), { force: true }); // cut off in a crash, or of another version
      return undefined;
    }
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }
}
