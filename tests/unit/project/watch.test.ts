import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveDraft, untitledKey } from '../../../src/main/project/drafts';
import { Project } from '../../../src/main/project/project';
import { ProjectWatcher } from '../../../src/main/project/watch';
import type { BackendEvent } from '../../../src/shared/events';
import { canUnshare, outputOf, startChild, temporaryFolder } from './support';

const temporary = temporaryFolder();
let project: Project;
let watcher: ProjectWatcher;
let events: BackendEvent[] = [];
let count = 0;

beforeEach(async () => {
  count += 1;
  const folder = temporary.path(`shop-${count}`);
  mkdirSync(path.join(folder, 'data'), { recursive: true });
  for (let index = 0; index < 20; index += 1) writeFileSync(path.join(folder, 'data', `${index}.csv`), 'a\n1\n');
  project = await Project.open(folder, { trust: true });
  await start();
});

afterEach(() => watcher.close());

async function start(): Promise<void> {
  events = [];
  watcher = new ProjectWatcher(project, (event) => events.push(event));
  await watcher.ready();
  await new Promise((resolve) => setTimeout(resolve, 100));
}

function write(file: string, text = 'x'): void {
  const target = path.join(project.folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function paths(folder = ''): string[] {
  return events.flatMap((event) => (event.type === 'files' && event.folder === folder ? event.paths : []));
}

describe('watching a project', () => {
  it('tells new, changed, renamed and deleted files, and nothing of what was there', async () => {
    expect(events).toEqual([]);
    write('data/new.csv');
    await expect.poll(paths).toEqual(['data/new.csv']);
    events = [];
    write('data/0.csv', 'changed');
    await expect.poll(paths).toEqual(['data/0.csv']);
    events = [];
    renameSync(path.join(project.folder, 'data/1.csv'), path.join(project.folder, 'data/one.csv'));
    unlinkSync(path.join(project.folder, 'data/2.csv'));
    await expect.poll(() => paths().sort()).toEqual(['data/1.csv', 'data/2.csv', 'data/one.csv']);
    events = [];
    write('new folder/deep/a.parquet');
    await expect.poll(paths).toContain('new folder/deep/a.parquet');
  });

  it('gathers a burst into few events, and names none where they are too many', async () => {
    for (let index = 0; index < 40; index += 1) write(`data/burst-${index}.csv`);
    await expect.poll(() => new Set(paths()).size).toBe(40);
    expect(events.length).toBeLessThan(4);
    events = [];
    for (let index = 0; index < 3_000; index += 1) write(`many/${index}.csv`);
    await expect
      .poll(() => events.some((event) => event.type === 'files' && event.paths.length === 0), { timeout: 10_000 })
      .toBe(true);
  });

  it('sees nothing of our own state, of git, of packages and of what the lake writes', async () => {
    await saveDraft(project, untitledKey('a'), { text: 'x', baseHash: '' });
    write('.git/index');
    write('node_modules/x/index.js');
    write('lake/data/raw/x.parquet');
    write('lake/catalog.ducklake.wal');
    write('seen.csv');
    await expect.poll(paths).toContain('seen.csv');
    expect(paths().filter((file) => !['seen.csv', 'lake'].includes(file))).toEqual([]);
  });

  it('reads a changed millrace.yaml again and tells the project, a broken one too', async () => {
    write('millrace.yaml', 'name: renamed\n');
    await expect.poll(() => project.config.name).toBe('renamed');
    expect(events).toContainEqual({ type: 'project' });
    events = [];
    write('millrace.yaml', 'name: [\n');
    await expect.poll(() => project.problem?.code).toBe('PROJECT_INVALID');
    await expect.poll(() => events).toContainEqual({ type: 'project' });
    expect(project.config.name).toBe('renamed');
  });

  it('watches a folder that is added, until it is taken away', async () => {
    const added = temporary.path(`added-${count}`);
    mkdirSync(added);
    await project.updateConfig((document) => document.set('folders', [added]));
    await expect.poll(() => events).toContainEqual({ type: 'project' });
    await watcher.ready();
    writeFileSync(`${added}/a.csv`, 'x');
    await expect.poll(() => paths(added)).toEqual([`${added}/a.csv`]);
    events = [];
    await project.updateConfig((document) => document.delete('folders'));
    await expect.poll(() => events).toContainEqual({ type: 'project' });
    writeFileSync(`${added}/b.csv`, 'x');
    write('seen.csv');
    await expect.poll(paths).toContain('seen.csv');
    expect(paths(added)).toEqual([]);
  });

  it('does not follow links out of the project, and stands an added folder that is missing', async () => {
    await watcher.close();
    const outside = temporary.path(`outside-${count}`);
    mkdirSync(outside);
    symlinkSync(outside, path.join(project.folder, 'link'));
    await project.updateConfig((document) => document.set('folders', [temporary.path('missing')]));
    await start();
    writeFileSync(`${outside}/a.csv`, 'x');
    write('seen.csv');
    await expect.poll(paths).toContain('seen.csv');
    expect(paths()).not.toContain('link/a.csv');
  });

  it.runIf(canUnshare())('goes on by looking where the system has no watches left', async () => {
    const child = await startChild(
      temporary.path(),
      `import { writeFileSync } from 'node:fs';
       import { ProjectWatcher } from 'millrace/main/project/watch';
       const folder = ${JSON.stringify(project.folder)};
       const project = { folder, addedFolders: () => [], reload: async () => undefined };
       const watcher = new ProjectWatcher(project, (event) => {
         if (event.paths?.includes('data/late.csv')) {
           console.log('seen ' + watcher.problems[0]?.code + ' end');
           process.exit(0);
         }
       });
       await watcher.ready();
       setTimeout(() => writeFileSync(folder + '/data/late.csv', 'x'), 500);
       setTimeout(() => console.log('not seen'), 15_000);`,
      { wrapper: ['unshare', '-Ur', 'sh', '-c', 'echo 10 > /proc/sys/user/max_inotify_watches; exec "$@"', 'sh'] },
    );
    expect(await outputOf(child, ' end')).toContain('seen LIMIT_EXCEEDED end');
  });
});
