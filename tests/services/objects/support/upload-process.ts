import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Transfer } from '../../../../src/shared/objects';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

export type Told = Transfer & { memory: number };

/** The uploading child as plain Node runs it. */
export async function bundleUploader() {
  const folder = path.join(ROOT, 'out', `test-upload-${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [path.join(ROOT, 'tests/services/objects/support/upload-child.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return {
    /** Runs it until it ends, or is killed as soon as `killWhen` holds. Gives all that it told. */
    async run(request: object, killWhen: (told: Told) => boolean = () => false): Promise<Told[]> {
      const child = spawn(process.execPath, [path.join(folder, 'upload-child.js'), JSON.stringify(request)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const told: Told[] = [];
      for await (const line of createInterface(child.stdout)) {
        const now = JSON.parse(line) as Told;
        told.push(now);
        if (killWhen(now)) child.kill('SIGKILL');
      }
      await ended;
      return told;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
