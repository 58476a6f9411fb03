import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalizeProjectPath, resolveProjectPath } from '../../../src/main/project/project-path';
import { temporaryFolder } from './support';

const temporary = temporaryFolder();
let folder = '';

beforeAll(() => {
  folder = temporary.path('shop');
  mkdirSync(`${folder}/data`, { recursive: true });
  mkdirSync(`${folder}/.millrace`);
  mkdirSync(temporary.path('shop-secret'));
  writeFileSync(`${folder}/data/a.csv`, '');
  writeFileSync(temporary.path('secret.txt'), 'secret');
  symlinkSync(temporary.path('secret.txt'), `${folder}/out.csv`);
  symlinkSync('..', `${folder}/up`);
  symlinkSync('data', `${folder}/in`);
  symlinkSync(temporary.path('not-yet.txt'), `${folder}/dangling`);
  symlinkSync('loop', `${folder}/loop`);
  symlinkSync('.millrace', `${folder}/state`);
});

describe('a path from a client', () => {
  it.each([
    ['data/a.csv', 'data/a.csv'],
    ['./data//a.csv', 'data/a.csv'],
    ['data\\a.csv', 'data/a.csv'],
    ['new/deep/file.sql', 'new/deep/file.sql'],
    ['', ''],
    ['.', ''],
    ['10:30 report.csv', '10:30 report.csv'],
    ['..data/x', '..data/x'],
  ])('inside the project is taken: %s', async (asked, relative) => {
    const place = await resolveProjectPath(folder, asked);
    expect(place.relative).toBe(relative);
    expect(place.real.startsWith(folder)).toBe(true);
  });

  it('keeps a link inside the project and says where it leads', async () => {
    expect(await resolveProjectPath(folder, 'in/a.csv')).toEqual({
      relative: 'in/a.csv',
      absolute: `${folder}/in/a.csv`,
      real: `${folder}/data/a.csv`,
    });
  });

  it.each([
    '../secret.txt',
    'data/../../secret.txt',
    '..\\secret.txt',
    'data/..',
    '/etc/passwd',
    '\\\\server\\share\\x',
    'C:\\Windows\\x',
    'c:x',
    'data/a\0.csv',
    'data/a\n.csv',
    'out.csv',
    'up/secret.txt',
    'up/shop-secret/x',
    'dangling',
    'loop',
    'state/owner.json',
    '.millrace/owner.json',
    '.MILLRACE/owner.json',
    'MILLRA~1/owner.json',
    './/.millrace',
  ])('is refused: %j', async (asked) => {
    await expect(resolveProjectPath(folder, asked)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([
    'con',
    'data/NUL.csv',
    'aux.sql',
    'lpt1',
    'a.sql:stream',
    'a.',
    'a ',
    '.. /x',
    '.millrace./x',
    'a?.sql',
    'a|b',
  ])('is refused on Windows, and as a new name everywhere: %j', (asked) => {
    expect(() => normalizeProjectPath(asked, { platform: 'win32' })).toThrow(/refused/);
    expect(() => normalizeProjectPath(asked, { isNew: true })).toThrow(/refused/);
  });
});
