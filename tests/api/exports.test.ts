import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportJob } from '../../src/shared/events';
import { callError, DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('exporting through the %s door', (name) => {
  let door: Door;
  let result: string;
  beforeAll(async () => {
    door = await openDoor(name);
    const { results } = await door.run("select range as id, 'Größe ' || range as label from range(3)");
    result = results[0]?.id ?? '';
  });
  afterAll(() => door.close());

  /** Starts an export and waits for the event that tells its end. */
  async function exported(request: Parameters<Door['api']['exports']['start']['mutate']>[0]): Promise<ExportJob> {
    const events = await door.events();
    const { id } = await door.api.exports.start.mutate(request);
    const { event } = await events.until(
      (told) => told.event.type === 'export' && told.event.job.id === id && told.event.job.state !== 'running',
    );
    events.close();
    if (event.type !== 'export') throw new Error('not an export');
    return event.job;
  }

  test('a result is written to a file of the project', async () => {
    const job = await exported({ result, format: 'csv', path: 'out.csv' });
    expect(job).toMatchObject({
      state: 'done',
      rows: 3,
      download: false,
      file: path.join(door.project.folder, 'out.csv'),
    });
    expect(await readFile(job.file, 'utf8')).toBe('id,label\n0,Größe 0\n1,Größe 1\n2,Größe 2\n');
    expect(job.bytes).toBe((await stat(job.file)).size);
  });

  test('a file that is there is replaced only when asked to', async () => {
    await exported({ result, format: 'csv', path: 'twice.csv' });
    const refused = await exported({ result, format: 'json', path: 'twice.csv' });
    expect(refused.state).toBe('failed');
    expect(refused.error?.hint).toBeTruthy();
    expect(await readFile(path.join(door.project.folder, 'twice.csv'), 'utf8')).toMatch(/^id,label/);
    const replaced = await exported({ result, format: 'json', path: 'twice.csv', overwrite: true });
    expect(replaced.state).toBe('done');
    expect(JSON.parse(await readFile(replaced.file, 'utf8'))).toHaveLength(3);
  });

  test('a download has its name and its bytes, and a name cannot leave its folder', async () => {
    const job = await exported({ result, format: 'markdown', name: '../../Umsätze 2025' });
    expect(job.download).toBe(true);
    const answer = await door.send({ path: `/api/exports/${job.id}/download` });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''/);
    expect(decodeURIComponent(String(answer.headers['content-disposition']))).toContain('Umsätze 2025.md');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.text).toContain('Größe 2');
    expect(Number(answer.headers['content-length'])).toBe(answer.bytes.byteLength);
    const place = await readdir(door.project.place);
    expect(place.some((entry) => entry.includes('Ums'))).toBe(false);
  });

  test('cancelling leaves no half file', async () => {
    const { results } = await door.run('select range as n, hash(range) as h from range(5000000)');
    const events = await door.events();
    const { id } = await door.api.exports.start.mutate({
      result: results[0]?.id ?? '',
      format: 'json',
      path: 'cancelled.json',
    });
    await door.api.exports.cancel.mutate({ id });
    const { event } = await events.until(
      (told) => told.event.type === 'export' && told.event.job.id === id && told.event.job.state !== 'running',
    );
    expect(event).toMatchObject({ job: { state: 'cancelled' } });
    expect((await readdir(door.project.folder)).filter((file) => file.includes('cancelled'))).toEqual([]);
  });

  test('an export of nothing, to nowhere or in no format says what is wrong', async () => {
    expect(await callError(door.api.exports.start.mutate({ result: 'gone', format: 'csv' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(
      await callError(door.api.exports.start.mutate({ result, format: 'docx' as never, path: 'a.docx' })),
    ).toMatchObject({ code: 'BAD_REQUEST' });
    const nowhere = await exported({ result, format: 'csv', path: 'no/such/folder/out.csv' });
    expect(nowhere.state).toBe('failed');
    expect(nowhere.error?.message).toBeTruthy();
    expect((await door.send({ path: '/api/exports/unknown/download' })).status).toBe(404);
  });
});
