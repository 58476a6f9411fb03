import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A display for windows: the one that is there, or a virtual one until `stop` is called. */
export async function openDisplay(): Promise<{ stop(): void }> {
  if (process.platform !== 'linux' || process.env.DISPLAY) return { stop: () => undefined };
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)));
    (server.stdio[3] as Readable).once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  process.env.DISPLAY = `:${number}`;
  const stop = () => {
    delete process.env.DISPLAY;
    server.kill();
  };
  process.once('exit', stop);
  return { stop };
}
