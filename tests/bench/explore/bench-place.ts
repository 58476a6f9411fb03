import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of the bench's own with a home for the user's settings; projects in it are trusted. */
export interface BenchPlace {
  place: string;
  environment: Record<string, string>;
  /** A fresh project with the memory that all of them share. */
  project(name: string): Promise<string>;
  remove(): Promise<void>;
}

export async function makePlace(): Promise<BenchPlace> {
  const place = await realpath(await mkdtemp(path.join(os.tmpdir(), 'millrace-bench-')));
  const home = path.join(place, 'home');
  await mkdir(home, { mode: 0o700 });
  await writeFile(path.join(home, 'trusted-folders.json'), JSON.stringify({ folders: [place] }), { mode: 0o600 });
  return {
    place,
    environment: { MILLRACE_HOME: home, MILLRACE_PROJECTS: path.join(place, 'projects') },
    async project(name) {
      const folder = path.join(place, name);
      await mkdir(path.join(folder, 'queries'), { recursive: true });
      await writeFile(path.join(folder, 'millrace.yaml'), `name: ${name}\nengine:\n  memory: ${memoryEach()}MB\n`);
      return folder;
    },
    remove: () => rm(place, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Three engines run side by side, so each gets a sixth of the machine, and 4 GB at most. */
export function memoryEach(): number {
  return Math.round(Math.min(os.totalmem() / 6, 4e9) / 1e6);
}
