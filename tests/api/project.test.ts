import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callError, DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('a project through the %s door', (name) => {
  let door: Door;
  beforeAll(async () => {
    door = await openDoor(name);
  });
  afterAll(() => door.close());

  test('health names the version and the process', async () => {
    const answer = await door.send({ path: '/api/health' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      version: expect.stringMatching(/^\d/),
      folder: door.project.folder,
      pid: process.pid,
    });
  });

  test('the window learns the project, its door and whether it is trusted', async () => {
    expect(await door.api.project.info.query()).toMatchObject({
      name: 'shop',
      folder: door.project.folder,
      trusted: true,
      door: name,
      addedFolders: [],
    });
  });

  test('the status bar learns what the engine does', async () => {
    const status = await door.api.project.status.query();
    expect(status).toMatchObject({ version: expect.stringMatching(/^v1\.5/), running: 0, queued: 0 });
    expect(status.memoryLimitBytes).toBe(2_000_000_000);
  });

  test('settings are kept, and other windows hear of a change', async () => {
    const events = await door.events();
    expect((await door.api.settings.get.query()).theme).toBe('system');
    await door.api.settings.update.mutate({ theme: 'dark', keys: { 'worksheet.run': 'F5' } });
    await events.until((told) => told.event.type === 'settings');
    expect(await door.api.settings.get.query()).toMatchObject({ theme: 'dark', keys: { 'worksheet.run': 'F5' } });
    const error = await callError(door.api.settings.update.mutate({ theme: 'pink' as never }));
    expect(error).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400 });
    expect(error.message).toContain('theme');
    expect(error.message).not.toContain('{');
  });

  test('a worksheet is saved, and a change from outside is never overwritten', async () => {
    expect((await door.api.worksheets.list.query()).map((file) => file.path)).toContain('queries/first.sql');
    const file = await door.api.worksheets.read.query({ path: 'queries/first.sql' });
    const saved = await door.api.worksheets.save.mutate({ path: file.path, text: 'select 2;\n', baseHash: file.hash });
    expect(await readFile(path.join(door.project.folder, file.path), 'utf8')).toBe('select 2;\n');
    await writeFile(path.join(door.project.folder, file.path), 'select 3; -- from outside\n');
    const error = await callError(
      door.api.worksheets.save.mutate({ path: file.path, text: 'select 4;\n', baseHash: saved.hash }),
    );
    expect(error).toMatchObject({ code: 'FILE_CHANGED', httpStatus: 409 });
    expect(await readFile(path.join(door.project.folder, file.path), 'utf8')).toBe('select 3; -- from outside\n');
  });

  test('what was typed and not saved comes back', async () => {
    const key = 'untitled:sheet-1';
    await door.api.worksheets.saveDraft.mutate({ key, text: 'select half a thought', baseHash: '' });
    expect(await door.api.worksheets.drafts.query()).toMatchObject([{ key, text: 'select half a thought' }]);
    await door.api.worksheets.removeDraft.mutate({ key });
    expect(await door.api.worksheets.drafts.query()).toEqual([]);
    const bad = await callError(
      door.api.worksheets.saveDraft.mutate({ key: '../../etc/passwd' as never, text: '', baseHash: '' }),
    );
    expect(bad.code).toBe('BAD_REQUEST');
  });

  test('a worksheet is renamed, removed and brought back', async () => {
    await door.api.worksheets.save.mutate({ path: 'queries/a.sql', text: 'select 1', baseHash: null });
    await door.api.worksheets.rename.mutate({ from: 'queries/a.sql', to: 'queries/b.sql' });
    const removed = await door.api.worksheets.remove.mutate({ path: 'queries/b.sql' });
    expect((await callError(door.api.worksheets.read.query({ path: 'queries/b.sql' }))).code).toBe('FILE_NOT_FOUND');
    await door.api.worksheets.restore.mutate({ id: removed });
    expect((await door.api.worksheets.read.query({ path: 'queries/b.sql' })).text).toBe('select 1');
  });

  test.each(['../outside.sql', '/etc/passwd', 'queries/../../outside.sql', '.millrace/owner.json'])(
    'a worksheet at %s is refused',
    async (outside) => {
      const error = await callError(door.api.worksheets.read.query({ path: outside }));
      expect(['FORBIDDEN', 'BAD_REQUEST']).toContain(error.code);
      const save = callError(door.api.worksheets.save.mutate({ path: outside, text: 'x', baseHash: null }));
      expect(['FORBIDDEN', 'BAD_REQUEST']).toContain((await save).code);
    },
  );
});
