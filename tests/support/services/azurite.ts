import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './database-process';

/** The emulator's account and key, which are the same everywhere. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  /** With the account as its path. */
  endpoint: string;
  account: string;
  key: string;
  stop(): Promise<void>;
}

/** Azure's blob storage in memory. */
export async function startAzurite(): Promise<Azurite> {
  const port = await freePort();
  const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
  const words = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--inMemoryPersistence'];
  const child = spawn(process.execPath, [main, ...words, '--blobHost', '127.0.0.1', '--blobPort', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`;
  const until = Date.now() + 60_000;
  // Any answer will do: without a key it refuses.
  while (
    !(await fetch(endpoint).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > until) throw new Error('azurite did not start');
    await sleep(100);
  }
  return {
    endpoint,
    account: ACCOUNT,
    key: KEY,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
