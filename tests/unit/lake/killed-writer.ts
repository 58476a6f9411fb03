import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect } from 'vitest';
import type { WriteMode } from '../../../src/shared/lake';
import { openLake } from './lake-fixture';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROWS = 20_000;

/** The writing process as one file of plain JavaScript. */
export async function bundleWriter(): Promise<{ file: string; remove(): Promise<void> }> {
  const folder = path.join(HERE, '../../../out', `test-writer-${process.pid}-${Date.now()}`);
  const file = path.join(folder, 'writer.js');
  await build({
    entryPoints: [fileURLToPath(new URL('./writer-process.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts the writer, kills it at a random moment, and proves that the table is whole and goes on. Many times over. */
export async function killOften(writer: string, mode: WriteMode, times: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-killed-'));
  let last = 0;
  try {
    for (let time = 0; time < times; time += 1) {
      await killOnce(writer, folder, mode, Math.random() * (300 + 200 * Math.min(time, 5)));
      last = await proveWhole(folder, mode, last);
    }
    expect(last).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function killOnce(writer: string, folder: string, mode: WriteMode, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [writer, folder, mode, String(ROWS)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  await sleep(milliseconds);
  child.kill('SIGKILL');
  expect([await ended, said]).toEqual(['SIGKILL', '']);
}

/** Every row of exactly one round (or, appended, of all rounds up to one), no round lost, and no file left over. */
async function proveWhole(folder: string, mode: WriteMode, last: number): Promise<number> {
  const fixture = await openLake({ folder });
  try {
    if ((await fixture.lake.tables()).length === 0) return last;
    const [found] = await fixture.rows<{ rows: number; ids: number; rounds: number; newest: number }>(
      'select count(*)::int as "rows", count(distinct id)::int ids, count(distinct round)::int rounds, coalesce(max(round), 0)::int newest from lake.raw.t',
    );
    const newest = found?.newest ?? 0;
    const rounds = mode === 'append' ? newest : 1;
    expect(found).toEqual({ rows: ROWS * rounds, ids: ROWS, rounds, newest });
    expect(newest).toBeGreaterThanOrEqual(last);
    await fixture.lake.close();
    await expectNoOrphans(fixture.rows, folder);
    return newest;
  } finally {
    await fixture.lake.close();
    await fixture.engine.close();
  }
}

async function expectNoOrphans(rows: (sql: string) => Promise<{ path: string }[]>, folder: string): Promise<void> {
  const known = await rows(
    'select path from __ducklake_metadata_lake.ducklake_data_file union all select path from __ducklake_metadata_lake.ducklake_delete_file',
  );
  const names = new Set(known.map((one) => path.basename(one.path)));
  const onDisk = (await readdir(path.join(folder, 'lake/data'), { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  );
  expect(onDisk.filter((name) => !names.has(path.basename(name)))).toEqual([]);
}
