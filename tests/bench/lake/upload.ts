import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { startMinio } from '../../support/services/minio';
import { minioConnection } from '../../support/services/minio-connection';
import type { BenchPlace } from '../explore/bench-place';
import { type Figure, median } from '../explore/figures';
import { randomFile } from './random-file';

const MEGABYTES = 500;
const ROOT = process.cwd();

interface Told {
  state: string;
  memory: number;
}

/** 500 MB to a MinIO by our upload in a process of its own and by `mc cp`, by turns. */
export async function measureUpload(place: BenchPlace, rounds: number): Promise<Figure[]> {
  const server = await startMinio();
  try {
    await server.mc('mb', 't/bench');
    const file = path.join(place.place, 'upload.bin');
    await randomFile(file, MEGABYTES);
    const uploader = await bundleUploader();
    const ours: number[] = [];
    const theirs: number[] = [];
    let memory = 0;
    for (let round = 0; round <= rounds; round += 1) {
      const request = { connection: minioConnection(server), stateFolder: place.place, file };
      const own = await runUploader(uploader, { ...request, path: `bench/own-${round}` });
      const start = performance.now();
      await server.mc('cp', file, `t/bench/mc-${round}`);
      const other = performance.now() - start;
      await server.mc('rm', '--recursive', '--force', 't/bench/');
      // The first round warms the disk's cache.
      if (round === 0) continue;
      ours.push(own.milliseconds);
      theirs.push(other);
      memory = Math.max(memory, own.memory);
    }
    const [own, other] = [median(ours), median(theirs)];
    const rate = (milliseconds: number) => `${Math.round(MEGABYTES / (milliseconds / 1000))} MB/s`;
    return [
      {
        name: 'upload: time beside mc cp',
        value: own / other,
        unit: 'ratio',
        atMost: 1 / 0.8,
        detail: `${rate(own)} against ${rate(other)}, ${rounds} rounds by turns, each with its process's start`,
        samples: { ours, theirs },
      },
      {
        name: 'upload: memory',
        value: memory / 1e6,
        unit: 'MB',
        atMost: 256,
        detail: 'most resident bytes of the process',
      },
    ];
  } finally {
    await server.stop();
  }
}

/** The uploading process of the tests, in out/ from where it finds its packages. */
async function bundleUploader(): Promise<string> {
  const outdir = path.join(ROOT, 'out', 'bench', 'uploader');
  await build({
    entryPoints: [path.join(ROOT, 'tests', 'services', 'objects', 'support', 'upload-child.ts')],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return path.join(outdir, 'upload-child.js');
}

async function runUploader(script: string, request: object): Promise<{ milliseconds: number; memory: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [script, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const told: Told[] = [];
  for await (const line of createInterface(child.stdout)) told.push(JSON.parse(line) as Told);
  await ended;
  if (told.at(-1)?.state !== 'done') throw new Error(`the upload ended as ${told.at(-1)?.state}`);
  return { milliseconds: performance.now() - start, memory: Math.max(...told.map(({ memory }) => memory)) };
}
