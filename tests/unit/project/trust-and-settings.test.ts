import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readParameters, rememberParameters } from '../../../src/main/project/parameters';
import { isTrusted, listTrustedFolders, trustFolder, untrustFolder } from '../../../src/main/project/trust';
import { DEFAULT_SETTINGS, readSettings, settingsPatch, updateSettings } from '../../../src/main/project/user-settings';
import { ended, startChild, temporaryFolder } from './support';

const temporary = temporaryFolder();
let home = '';
let count = 0;

beforeEach(() => {
  count += 1;
  home = temporary.path(`home-${count}`);
  process.env.MILLRACE_HOME = home;
});

describe('trust', () => {
  it('holds for a folder and all below it, until it is taken back', async () => {
    const folder = temporary.path('trust', 'work');
    mkdirSync(path.join(folder, 'shop', 'deep'), { recursive: true });
    mkdirSync(`${folder}-evil`, { recursive: true });
    expect(await isTrusted(folder)).toBe(false);
    await trustFolder(folder);
    expect(await isTrusted(path.join(folder, 'shop', 'deep'))).toBe(true);
    expect(await isTrusted(`${folder}-evil`)).toBe(false);
    expect(await isTrusted(path.dirname(folder))).toBe(false);
    await untrustFolder(path.join(folder, 'shop'));
    expect(await isTrusted(path.join(folder, 'shop'))).toBe(false);
    expect(await listTrustedFolders()).toEqual([]);
  });

  it('is that of the place a link leads to', async () => {
    const trusted = temporary.path('trust', 'mine');
    const foreign = temporary.path('trust', 'foreign');
    mkdirSync(trusted, { recursive: true });
    mkdirSync(foreign, { recursive: true });
    symlinkSync(foreign, path.join(trusted, 'link'));
    await trustFolder(trusted);
    expect(await isTrusted(path.join(trusted, 'link'))).toBe(false);
  });

  it('of many folders at once loses none', async () => {
    const folders = Array.from({ length: 15 }, (_entry, index) => temporary.path('many', String(index)));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    await Promise.all(folders.map(trustFolder));
    expect((await listTrustedFolders()).sort()).toEqual([...folders].sort());
  });
});

describe('settings', () => {
  const file = () => path.join(home, 'settings.json');

  it('are the defaults at first, and keep what is changed', async () => {
    expect(await readSettings()).toEqual(DEFAULT_SETTINGS);
    await updateSettings({ theme: 'dark', layouts: { '/shop': { a: 1 } } });
    await updateSettings({ layouts: { '/other': 2 }, keys: { 'query.run': 'F5' }, editor: { wordWrap: true } });
    expect(await readSettings()).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'dark',
      layouts: { '/shop': { a: 1 }, '/other': 2 },
      keys: { 'query.run': 'F5' },
      editor: { ligatures: false, wordWrap: true },
    });
    await updateSettings({ layouts: { '/shop': null }, keys: { 'query.run': null } });
    expect(await readSettings()).toMatchObject({ layouts: { '/other': 2 }, keys: {} });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('put a broken file aside and lose nothing of it', async () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(file(), '{"theme": "dark", ');
    expect(await readSettings()).toEqual(DEFAULT_SETTINGS);
    expect(readFileSync(path.join(home, 'settings.broken-1.json'), 'utf8')).toBe('{"theme": "dark", ');
    writeFileSync(file(), '[1]');
    await updateSettings({ theme: 'light' });
    expect(readdirSync(home).sort()).toEqual(['settings.broken-1.json', 'settings.broken-2.json', 'settings.json']);
  });

  it('let one bad value cost no other, and keep keys of a newer version', async () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(file(), JSON.stringify({ theme: 'purple', keymap: 'datagrip', future: { a: 1 }, editor: 7 }));
    expect(await readSettings()).toEqual({ ...DEFAULT_SETTINGS, keymap: 'datagrip' });
    await updateSettings({ tourSeen: true });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      future: { a: 1 },
      keymap: 'datagrip',
      tourSeen: true,
    });
  });

  it('of several processes writing at once lose no key', async () => {
    const code = (name: string) => `
      import { updateSettings } from 'millrace/main/project/user-settings';
      for (let i = 0; i < 15; i += 1) await updateSettings({ keys: { ['${name}' + i]: 'F' + i } });`;
    const children = await Promise.all(['a', 'b', 'c'].map((name) => startChild(temporary.path(), code(name))));
    expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0]);
    expect(Object.keys((await readSettings()).keys)).toHaveLength(45);
    expect(readdirSync(home)).toEqual(['settings.json']);
  });

  it('are not blocked for ever by a writer that died', async () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(`${file()}.lock`, '');
    await updateSettings({ theme: 'dark' });
    expect((await readSettings()).theme).toBe('dark');
  });

  it('refuse values of a wrong kind from a client', () => {
    expect(settingsPatch.safeParse({ theme: 'purple' }).success).toBe(false);
    expect(settingsPatch.safeParse({ editor: { wordWrap: 'yes' } }).success).toBe(false);
  });
});

describe('parameters', () => {
  it('are remembered by name, secret ones are not', async () => {
    const project = { stateFolder: temporary.path('parameters') };
    mkdirSync(project.stateFolder);
    expect(await readParameters(project)).toEqual({});
    await rememberParameters(project, { since: '2024-01-01', limit: 10, db_password: 'hunter2' });
    await Promise.all([
      rememberParameters(project, { limit: 20 }),
      rememberParameters(project, { flag: true, none: null }),
    ]);
    expect(await readParameters(project)).toEqual({ since: '2024-01-01', limit: 20, flag: true, none: null });
    expect(readFileSync(path.join(project.stateFolder, 'parameters.json'), 'utf8')).not.toContain('hunter2');
  });
});
