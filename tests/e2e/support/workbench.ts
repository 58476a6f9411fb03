import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base, type Page } from '@playwright/test';
import { ROOT, startChromium, startElectron, type Workbench } from './doors';
import { remoteRequests } from './network-record';
import { writeSmallProject } from './small-project';
import { trustForTest } from './trust';

export type Door = 'electron' | 'chromium';

interface Fixtures {
  /** `small` is a project of a few files; `sample` starts as a first start does. */
  project: 'small' | 'sample';
  /** A folder of this test's own: home, projects and logs. */
  place: string;
  /** The project's folder. */
  folder: string;
  workbench: Workbench;
  page: Page;
  /** Ends the workbench and tells each address outside this machine that any of its processes asked for. */
  endAndListRequests(): Promise<string[]>;
}

/** Somebody who has chosen keys and left the tour. */
const SETTLED_USER = { keymap: 'vscode', tourSeen: true };

/** Playwright's `test` with a running workbench in the door of the project that runs: `page` is its window. */
export const test = base.extend<Fixtures & { door: Door }>({
  door: ['chromium', { option: true }],
  project: ['small', { option: true }],
  place: async ({ door }, use) => {
    const place = await realpath(await mkdtemp(path.join(os.tmpdir(), `millrace-${door}-`)));
    await use(place);
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  },
  folder: async ({ place, project }, use) => {
    if (project === 'sample') {
      await use(path.join(place, 'projects', 'shop'));
      return;
    }
    const folder = path.join(place, 'small');
    await writeSmallProject(folder);
    await trustForTest(folder, path.join(place, 'home'));
    await use(folder);
  },
  workbench: async ({ door, place, folder, project }, use) => {
    await mkdir(path.join(place, 'home'), { recursive: true, mode: 0o700 });
    if (project === 'small') await writeFile(path.join(place, 'home', 'settings.json'), JSON.stringify(SETTLED_USER));
    const start = door === 'electron' ? startElectron : startChromium;
    const workbench = await start({
      folder: project === 'sample' ? undefined : folder,
      netLog: path.join(place, 'net-log.json'),
      environment: {
        MILLRACE_HOME: path.join(place, 'home'),
        MILLRACE_PROJECTS: path.join(place, 'projects'),
        MILLRACE_TEST_CONNECTIONS: path.join(place, 'connections.log'),
        NODE_OPTIONS: `--require=${path.join(ROOT, 'tests', 'e2e', 'support', 'record-connections.cjs')}`,
      },
    });
    await use(workbench);
    await workbench.close();
  },
  page: async ({ workbench }, use) => {
    const errors: string[] = [];
    workbench.page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
    await use(workbench.page);
    if (errors.length > 0) throw new Error(`The page threw:\n${errors.join('\n')}`);
  },
  endAndListRequests: async ({ workbench, place, door }, use) => {
    await use(async () => {
      await workbench.close();
      const connections = await readFile(path.join(place, 'connections.log'), 'utf8').catch(() => '');
      return [
        ...(await remoteRequests(path.join(place, 'net-log.json'), door === 'electron' ? 'own' : 'foreign')),
        ...connections.split('\n').filter(Boolean),
      ];
    });
  },
});

export { expect } from '@playwright/test';
