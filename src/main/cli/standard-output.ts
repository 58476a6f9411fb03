import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Thrown by `writeOut` when whoever read the output has gone (`| head`): a reason to stop, not an error. */
export class ClosedPipe extends Error {
  constructor() {
    super('The output was closed by its reader.');
    this.name = 'ClosedPipe';
  }
}

const closed = new WeakSet<Writable>();

/** Remembers that a stream's reader has gone, instead of letting the process die of it. Call it once, at the start. */
export function watchForClosedPipe(stream: Writable, onClosed: () => void): void {
  // The launcher's listener ends the process at once; a command that uses this one closes what it has open first.
  stream.removeAllListeners('error');
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    closed.add(stream);
    onClosed();
  });
}

/** Writes and waits until the stream wants more. Throws ClosedPipe. */
export async function writeOut(stream: Writable, bytes: Uint8Array | string): Promise<void> {
  if (closed.has(stream)) throw new ClosedPipe();
  if (stream.write(bytes)) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } catch (error) {
    if (!closed.has(stream)) throw error;
  } finally {
    waiting.abort();
  }
  if (closed.has(stream)) throw new ClosedPipe();
}

/** Resolves when all that was written has left the process, or nobody reads it any more. */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (closed.has(stream) || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}
