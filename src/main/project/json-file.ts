import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode, exists, fileError, randomName, writeFileAtomic } from './atomic-file';
import { KeyedQueue } from './keyed-queue';

const queue = new KeyedQueue();

/** A small JSON file that several processes read and update; `parse` throws on content that is not as it must be. */
export interface JsonFile<T> {
  path: string;
  parse(json: unknown): T;
  empty(): T;
}

/**
 * The content, or the empty one where there is no file. A broken file is kept aside as `<name>.broken-<n>.json` and
 * counts as empty from then on.
 */
export async function readJsonFile<T>(file: JsonFile<T>): Promise<T> {
  const text = await readText(file.path);
  if (text === undefined) return file.empty();
  try {
    return file.parse(JSON.parse(text));
  } catch {
    // Broken content is no reason to stop, and is not lost: it lies beside under another name.
    await keepAside(file.path, text);
    return file.empty();
  }
}

/**
 * Reads, edits and writes under a lock that holds between processes too, so that two writers never lose each other's
 * part. Gives what was written.
 */
export function updateJsonFile<T>(file: JsonFile<T>, edit: (content: T) => T): Promise<T> {
  return queue.run(file.path, async () => {
    const release = await lock(`${file.path}.lock`);
    try {
      const content = edit(await readJsonFile(file));
      await writeFileAtomic(file.path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
      return content;
    } finally {
      await release();
    }
  });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}

async function keepAside(file: string, text: string): Promise<void> {
  const stem = file.replace(/\.json$/, '');
  for (let number = 1; ; number += 1) {
    const aside = `${stem}.broken-${number}.json`;
    if (await exists(aside)) continue;
    // Another process may have put it aside or mended it meanwhile: only what was read is moved.
    if ((await readText(file)) === text) await rename(file, aside).catch(ignoreMissing);
    return;
  }
}

const STALE_MILLISECONDS = 5_000;

/** A lock file; one whose holder died is taken over after some seconds. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.close();
      return () => unlink(file).catch(ignoreMissing);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fileError(error, path.dirname(file));
    }
    await removeStale(file);
    await wait(5 + Math.random() * 20);
  }
}

async function removeStale(file: string): Promise<void> {
  const found = await stat(file).catch(ignoreMissing);
  if (!found || Date.now() - found.mtimeMs < STALE_MILLISECONDS) return;
  // Renamed first, so that of two who saw the stale lock only one removes it, and never a fresh one.
  const taken = `${file}.${randomName()}`;
  await rename(file, taken).catch(ignoreMissing);
  const moved = await stat(taken).catch(ignoreMissing);
  if (moved && moved.ino !== found.ino) await rename(taken, file);
  else await unlink(taken).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
  return undefined;
}
