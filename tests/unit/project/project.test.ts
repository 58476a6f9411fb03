import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject } from '../../../src/main/project/create-project';
import { readGitState } from '../../../src/main/project/git';
import { Project } from '../../../src/main/project/project';
import { parseConfig } from '../../../src/main/project/project-config';
import { isTrusted, trustFolder } from '../../../src/main/project/trust';
import {
  projectsFolderPath,
  sampleFolderPath,
  userFolder,
  userFolderPath,
} from '../../../src/main/project/user-folder';
import { temporaryFolder } from './support';

const temporary = temporaryFolder();

function folderWith(name: string, files: Record<string, string>): string {
  const folder = temporary.path(name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(`${folder}/${file}`, text);
  return folder;
}

describe('opening a folder', () => {
  it('makes an empty folder a trusted project', async () => {
    const folder = folderWith('empty shop', {});
    const project = await Project.open(folder);
    expect(project.config.name).toBe('empty shop');
    expect(readFileSync(`${folder}/.gitignore`, 'utf8')).toBe('.millrace/\nlake/\n');
    expect(statSync(`${folder}/queries`).isDirectory()).toBe(true);
    expect(statSync(`${folder}/.millrace`).mode & 0o777).toBe(0o700);
    expect(await project.info()).toMatchObject({
      name: 'empty shop',
      folder,
      trusted: true,
      addedFolders: [],
      sample: false,
    });
  });

  it('leaves a folder with files as it is until something must be stored', async () => {
    const folder = folderWith('found', { 'a.csv': 'x\n1\n' });
    const project = await Project.open(folder);
    expect(existsSync(`${folder}/millrace.yaml`)).toBe(false);
    expect((await project.info()).trusted).toBe(false);
    await project.updateConfig((document) => document.setIn(['files', 'a.csv'], { allText: true }));
    expect(readFileSync(`${folder}/millrace.yaml`, 'utf8')).toBe('name: found\nfiles:\n  a.csv:\n    allText: true\n');
    expect(project.config.files).toEqual({ 'a.csv': { allText: true } });
    expect((await Project.open(folder)).config.files).toEqual({ 'a.csv': { allText: true } });
  });

  it('does not trust a folder that held a git repository', async () => {
    const folder = folderWith('cloned', {});
    mkdirSync(`${folder}/.git`);
    expect((await (await Project.open(folder)).info()).trusted).toBe(false);
  });

  it('tightens a state folder that others may enter', async () => {
    const folder = folderWith('open state', { 'a.csv': '' });
    mkdirSync(`${folder}/.millrace`);
    await chmod(`${folder}/.millrace`, 0o777);
    await Project.open(folder);
    expect(statSync(`${folder}/.millrace`).mode & 0o777).toBe(0o700);
  });

  it('refuses a state folder, or entries in it, that lead elsewhere', async () => {
    const victim = folderWith('victim', {});
    const first = folderWith('linked state', { 'a.csv': '' });
    symlinkSync(victim, `${first}/.millrace`);
    await expect(Project.open(first)).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
    const second = folderWith('linked drafts', { 'a.csv': '' });
    mkdirSync(`${second}/.millrace`);
    symlinkSync(victim, `${second}/.millrace/drafts`);
    await expect(Project.open(second)).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
  });

  it('says what is wrong with a folder that is none', async () => {
    await expect(Project.open(temporary.path('nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const folder = folderWith('file', { 'a.csv': '' });
    await expect(Project.open(`${folder}/a.csv`)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      hint: expect.stringContaining(folder),
    });
  });

  it('trusts when told to', async () => {
    const folder = folderWith('told', { 'a.csv': '' });
    await Project.open(folder, { trust: true });
    expect(await isTrusted(folder)).toBe(true);
  });
});

describe('millrace.yaml', () => {
  const text = `# my shop
name: shop # the name
engine: { memory: 4GB, threads: 2, results: 20GB }
files:
  # an old export
  data/old.csv: { delimiter: ";", decimal: "," }
folders: [../other, ~/data]
connections:
  db: { type: postgres }
colour: green
`;

  it('is read, and what other parts own is passed through', async () => {
    const { config } = parseConfig(text, 'x');
    expect(config).toMatchObject({
      name: 'shop',
      engine: { memory: '4GB', threads: 2, results: '20GB' },
      files: { 'data/old.csv': { delimiter: ';', decimal: ',' } },
      folders: ['../other', '~/data'],
      lake: undefined,
      environments: {},
    });
    expect([...config.connections.connections.keys()]).toEqual(['db']);
    expect(parseConfig('name:\nfiles:\n', 'folder').config).toMatchObject({ name: 'folder', files: {} });
  });

  it('keeps comments, order and unknown keys when edited', async () => {
    const folder = folderWith('edited', { 'millrace.yaml': text });
    const project = await Project.open(folder);
    await project.updateConfig((document) => document.setIn(['files', 'b.csv'], { header: true }));
    const written = readFileSync(`${folder}/millrace.yaml`, 'utf8');
    for (const kept of ['# my shop', 'name: shop # the name', '# an old export', 'colour: green'])
      expect(written).toContain(kept);
    expect(project.config.files['b.csv']).toEqual({ header: true });
    expect((await project.info()).addedFolders).toEqual([]);
    const trusted = await Project.open(folder, { trust: true });
    expect((await trusted.info()).addedFolders).toEqual([temporary.path('other'), path.join(homedir(), 'data')]);
  });

  it('loses no edit of several at once', async () => {
    const folder = folderWith('many edits', { 'millrace.yaml': 'name: x\n' });
    const project = await Project.open(folder);
    const names = Array.from({ length: 20 }, (_entry, index) => `f${index}.csv`);
    await Promise.all(
      names.map((name) => project.updateConfig((document) => document.setIn(['files', name], { skip: 1 }))),
    );
    expect(Object.keys(project.config.files).sort()).toEqual([...names].sort());
  });

  it.each([
    ['a: [1', 1],
    ['name: x\nengine:\n  threads: many\n', 3],
    ['name: x\nengine:\n  memory: 4 potatoes\n', 3],
    ['name: x\nfiles:\n  a.csv:\n    header: true\n    delimeter: ";"\n', 5],
    ['name: x\nname: y\n', 2],
    ['- a\n- b\n', 1],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c]\ne: [*d,*d,*d]\n`,
      undefined,
    ],
  ])('names the line of a mistake: %s', (broken, line) => {
    let error: unknown;
    try {
      parseConfig(broken, 'x');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'PROJECT_INVALID', at: { file: 'millrace.yaml' } });
    expect((error as { at: { line?: number } }).at.line).toBe(line);
  });

  it('is never written over while it is broken', async () => {
    const folder = folderWith('broken', { 'millrace.yaml': 'name: [\n' });
    await expect(Project.open(folder)).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
    const project = await Project.open(folder, { tolerant: true });
    expect(project.problem).toMatchObject({ code: 'PROJECT_INVALID', at: { line: 2 } });
    await expect(project.updateConfig((document) => document.set('name', 'y'))).rejects.toMatchObject({
      code: 'PROJECT_INVALID',
    });
    expect(readFileSync(`${folder}/millrace.yaml`, 'utf8')).toBe('name: [\n');
    writeFileSync(`${folder}/millrace.yaml`, 'name: mended\n');
    await project.reload();
    expect(project.problem).toBeUndefined();
    expect(project.config.name).toBe('mended');
  });

  it('is not written by an edit that would break it', async () => {
    const folder = folderWith('would break', { 'millrace.yaml': 'name: x\n' });
    const project = await Project.open(folder);
    await expect(
      project.updateConfig((document) => document.setIn(['engine', 'threads'], 'many')),
    ).rejects.toMatchObject({ code: 'PROJECT_INVALID' });
    expect(readFileSync(`${folder}/millrace.yaml`, 'utf8')).toBe('name: x\n');
    expect(project.config.engine).toEqual({});
  });

  it('is not written through a link out of the project', async () => {
    const outside = folderWith('outside', { 'other.yaml': 'name: other\n' });
    const folder = folderWith('linked config', { 'a.csv': '' });
    symlinkSync(`${outside}/other.yaml`, `${folder}/millrace.yaml`);
    const project = await Project.open(folder);
    await expect(project.updateConfig((document) => document.set('name', 'taken'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(readFileSync(`${outside}/other.yaml`, 'utf8')).toBe('name: other\n');
  });
});

describe('git', () => {
  const git = (folder: string, ...command: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...command]);

  it('gives branch and changed files of a trusted checkout', async () => {
    const folder = folderWith('checkout', { 'a.sql': 'select 1', 'b.sql': 'select 2', '.gitignore': '.millrace/\n' });
    git(folder, 'init', '-q', '-b', 'trunk/one');
    expect(await readGitState(folder)).toEqual({ branch: 'trunk/one', changed: 3 });
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'x');
    expect(await readGitState(folder)).toEqual({ branch: 'trunk/one', changed: 0 });
    git(folder, 'mv', 'a.sql', 'c d.sql');
    writeFileSync(`${folder}/b.sql`, 'select 3');
    const project = await Project.open(folder);
    expect((await project.info()).git).toBeUndefined();
    await trustFolder(folder);
    expect((await project.info()).git).toEqual({ branch: 'trunk/one', changed: 2 });
    git(folder, 'checkout', '-q', '--detach');
    expect(await readGitState(folder)).toEqual({ branch: 'detached', changed: 2 });
  });

  it('starts nothing that an untrusted checkout names', async () => {
    const folder = folderWith('hostile', { 'a.sql': 'select 1' });
    git(folder, 'init', '-q');
    git(folder, 'config', 'core.fsmonitor', `touch ${folder}/owned; false`);
    await (await Project.open(folder)).info();
    expect(existsSync(`${folder}/owned`)).toBe(false);
  });

  it('is left out where there is no git, a broken repository or no answer in time', async () => {
    const folder = folderWith('no git', { 'a.sql': '' });
    mkdirSync(`${folder}/.git`);
    expect(await readGitState(folder)).toBeUndefined();
    git(folder, 'init', '-q');
    const found = process.env.PATH;
    try {
      process.env.PATH = `${folderWith('slow git', { git: '#!/bin/sh\nsleep 3000\n' })}:${found}`;
      await chmod(temporary.path('slow git', 'git'), 0o755);
      expect(await readGitState(folder, 200)).toBeUndefined();
      process.env.PATH = temporary.path('nothing');
      expect(await readGitState(folder)).toBeUndefined();
    } finally {
      process.env.PATH = found;
    }
  });
});

describe('new projects', () => {
  it('are made where asked, trusted and named', async () => {
    const project = await createProject(temporary.path('new', 'deep'), { name: 'My: shop', template: 'empty' });
    expect(project.config.name).toBe('My: shop');
    expect(await isTrusted(project.folder)).toBe(true);
    await expect(createProject(project.folder, { template: 'empty' })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  });

  it('do not make the files that lay there trusted', async () => {
    const folder = folderWith('downloads', { 'a.csv': '' });
    const project = await createProject(folder, { template: 'empty' });
    expect(existsSync(`${folder}/millrace.yaml`)).toBe(true);
    expect(await isTrusted(project.folder)).toBe(false);
  });
});

describe("the user's folder", () => {
  it('follows the system and the environment', async () => {
    expect(userFolderPath({ MILLRACE_HOME: '/x' }, 'darwin')).toBe('/x');
    expect(userFolderPath({ XDG_CONFIG_HOME: '/c' }, 'linux')).toBe('/c/millrace');
    expect(userFolderPath({ XDG_CONFIG_HOME: 'relative' }, 'linux')).toMatch(/\.config\/millrace$/);
    expect(userFolderPath({}, 'darwin')).toMatch(/Library\/Application Support\/Millrace$/);
    expect(userFolderPath({ APPDATA: '/roaming' }, 'win32')).toBe('/roaming/Millrace');
    expect(projectsFolderPath({})).toMatch(/\/Millrace$/);
    expect(sampleFolderPath({ MILLRACE_PROJECTS: '/p' })).toBe('/p/shop');
    expect(statSync(await userFolder()).mode & 0o777).toBe(0o700);
  });
});
