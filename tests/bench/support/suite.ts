import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchPlace, makePlace } from '../explore/bench-place';
import { type Figure, isMet, table } from '../explore/figures';

export interface Setting {
  place: BenchPlace;
  /** Fewer rounds and rows: for a look, not for a record. */
  quick: boolean;
  say(line: string): void;
}

/** What can be measured alone, by name. */
export type Measurements = Record<string, (setting: Setting) => Promise<Figure[]>>;

/** Runs the measurements that the command line names, or all; prints a table and writes JSON to bench-results/. */
export async function runSuite(suite: string, measurements: Measurements): Promise<void> {
  // An interrupted bench ends its backends with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
  const unknown = positionals.filter((name) => !(name in measurements));
  if (unknown.length > 0) {
    throw new Error(`There is no ${unknown.join(', ')}; there are ${Object.keys(measurements).join(', ')}.`);
  }
  const names = positionals.length > 0 ? positionals : Object.keys(measurements);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const place = await makePlace();
  Object.assign(process.env, place.environment);
  const setting: Setting = { place, quick: values.quick === true, say };
  const figures: Figure[] = [];
  const loadBefore = os.loadavg()[0] ?? 0;
  try {
    for (const name of names) {
      say(`Measuring ${name}…`);
      const measured = (await measurements[name]?.(setting)) ?? [];
      figures.push(...measured);
      say(table(measured));
    }
  } finally {
    await place.remove();
  }
  console.log(`\n${table(figures)}\n`);
  console.log(machineLine(loadBefore));
  console.log(`Written to ${await writeReport(suite, figures, setting.quick, loadBefore)}`);
}

function machineLine(load: number): string {
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${os.cpus().length} × ${cpu}, ${Math.round(os.totalmem() / 1e9)} GB, Node ${process.version}, load ${load.toFixed(1)} at the start`;
}

async function writeReport(suite: string, figures: Figure[], quick: boolean, load: number): Promise<string> {
  const at = new Date();
  const report = {
    suite,
    at: at.toISOString(),
    commit: commit(),
    quick,
    machine: {
      platform: process.platform,
      processors: os.cpus().length,
      model: os.cpus()[0]?.model,
      memoryBytes: os.totalmem(),
      node: process.version,
      loadAtStart: load,
    },
    figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })),
  };
  const folder = path.join(process.cwd(), 'bench-results');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${suite}-${at.toISOString().replaceAll(/[:.]/g, '-')}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return path.relative(process.cwd(), file);
}

function commit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined; // a copy without its history
  }
}
