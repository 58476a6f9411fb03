import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { trustFolder } from '../../../src/main/project/trust';

/** A folder of a test's own, with a home for the user's settings beside the project. */
export interface TestPlace {
  place: string;
  folder: string;
  remove(): Promise<void>;
}

const ORDERS = ['order_id,customer,amount', '1,Ada,12.50', '2,Blaise,7.25', '3,Grace,100.00'].join('\n');
const EVENTS = ['{"id": 1, "kind": "view"}', '{"id": 2, "kind": "buy"}'].join('\n');

/** Writes a project of a few small files. MILLRACE_HOME is set to the place's own home until it is removed. */
export async function makeProject(options: { trusted?: boolean } = {}): Promise<TestPlace> {
  const place = await realpath(await mkdtemp(path.join(os.tmpdir(), 'millrace-api-')));
  const folder = path.join(place, 'shop');
  const before = process.env.MILLRACE_HOME;
  process.env.MILLRACE_HOME = path.join(place, 'home');
  await mkdir(path.join(folder, 'data'), { recursive: true });
  await mkdir(path.join(folder, 'queries'), { recursive: true });
  await writeFile(path.join(folder, 'millrace.yaml'), 'name: shop\n# limits of the tests\nengine:\n  memory: 2GB\n');
  await writeFile(path.join(folder, 'data', 'orders.csv'), `${ORDERS}\n`);
  await writeFile(path.join(folder, 'data', 'events.ndjson'), `${EVENTS}\n`);
  await writeFile(path.join(folder, 'queries', 'first.sql'), "from 'data/orders.csv';\n");
  if (options.trusted ?? true) await trustFolder(folder);
  return {
    place,
    folder,
    async remove() {
      if (before === undefined) delete process.env.MILLRACE_HOME;
      else process.env.MILLRACE_HOME = before;
      await rm(place, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A page to serve in place of the built one. */
export async function makeRenderer(place: string): Promise<string> {
  const renderer = path.join(place, 'renderer');
  await mkdir(path.join(renderer, 'assets'), { recursive: true });
  await writeFile(path.join(renderer, 'index.html'), '<!doctype html><title>Millrace</title>');
  await writeFile(path.join(renderer, 'assets', 'index-1.js'), 'export {};');
  await writeFile(path.join(place, 'secret.txt'), 'secret of the machine');
  return renderer;
}
