import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellsOf } from './support/arrow-cells';
import { DOORS, type Door, openDoor } from './support/doors';

describe.each(DOORS)('a folder that is not trusted, through the %s door', (name) => {
  let door: Door;
  let outside: string;
  let requests = 0;
  const bucket = createServer((_request, response) => {
    requests += 1;
    response.end('a\n1\n');
  });
  beforeAll(async () => {
    door = await openDoor(name, { trusted: false });
    outside = path.join(door.project.place, 'outside.csv');
    await writeFile(outside, 'secret\n42\n');
    await symlink(outside, path.join(door.project.folder, 'data', 'link.csv'));
    await mkdir(path.join(door.project.place, 'shop-other'));
    await writeFile(path.join(door.project.place, 'shop-other', 'near.csv'), 'secret\n43\n');
    await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await door.close();
    bucket.close();
  });

  const url = () => `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/a.csv`;

  test('its own files can be queried', async () => {
    expect((await door.api.project.info.query()).trusted).toBe(false);
    const { run, results } = await door.run("select count(*) as n from 'data/orders.csv'");
    expect(run.state).toBe('done');
    const answer = await door.send({ path: `/api/results/${results[0]?.id}/window?offset=0&limit=1&columns=0` });
    expect(cellsOf(answer.bytes)).toEqual([['3']]);
  });

  test.each([
    ['a file beside the project', () => `from '${outside}'`],
    ['a folder whose name begins alike', () => `from '${door.project.place}/shop-other/near.csv'`],
    ['a way out by dots', () => "from 'data/../../outside.csv'"],
    ['the user’s own files', () => "select * from read_text('/etc/passwd')"],
    ['a URL', () => `from '${url()}'`],
    ['a bucket', () => "from 's3://bucket/a.csv'"],
    ['a database elsewhere', () => `attach '${door.project.place}/x.duckdb' as other`],
    ['writing a file outside', () => `copy (select 1) to '${door.project.place}/stolen.csv'`],
    ['writing a file inside', () => "copy (select 1) to 'data/written.csv'"],
    ['an extension', () => "load '/tmp/evil.duckdb_extension'"],
    ['lifting the restriction', () => 'set enable_external_access = true'],
    ['allowing a folder', () => "set allowed_directories = ['/']"],
  ])('%s is refused', async (_what, sql) => {
    const { run } = await door.run(sql());
    expect(run.state).toBe('failed');
    expect(['NOT_TRUSTED', 'FORBIDDEN', 'CONFIG_LOCKED', 'EXTENSION_MISSING']).toContain(run.error?.code);
    expect(requests).toBe(0);
  });

  test('the refusal says how to go on', async () => {
    const { run } = await door.run(`from '${outside}'`);
    expect(run.error).toMatchObject({ code: 'NOT_TRUSTED' });
    expect(run.error?.hint).toMatch(/trust/i);
    const streamed = await door.send({
      method: 'POST',
      path: '/api/query',
      body: JSON.stringify({ sql: `from '${outside}'` }),
    });
    expect(streamed.status).toBe(403);
    expect(streamed.json.code).toBe('NOT_TRUSTED');
  });

  test('checking and completing as one types opens nothing outside', async () => {
    await door.api.language.check.mutate({ text: `select * from '${url()}'` });
    await door.api.language.complete.mutate({ text: `select  from '${url()}'`, offset: 7 });
    const problems = await door.api.language.check.mutate({ text: `select nothing_like_it from '${outside}'` });
    expect(JSON.stringify(problems)).not.toContain('secret');
    expect(requests).toBe(0);
  });

  test('trusting it lifts the restriction, and worksheets go on', async () => {
    const events = await door.events();
    await door.run('select 1', { session: 'before' });
    const info = await door.api.project.trust.mutate();
    expect(info.trusted).toBe(true);
    await events.until((told) => told.event.type === 'project');
    const { run, results } = await door.run(`select secret from '${outside}'`, { session: 'before' });
    expect(run.state).toBe('done');
    const answer = await door.send({ path: `/api/results/${results[0]?.id}/window?offset=0&limit=1&columns=0` });
    expect(cellsOf(answer.bytes)).toEqual([['42']]);
    const copied = await door.run("copy (select 1 as a) to 'data/written.csv'");
    expect(copied.run.error).toBeUndefined();
    const listed = await door.api.explorer.list.query({ folder: 'data' });
    expect(listed.map((entry) => entry.name)).toContain('written.csv');
  });

  test('a file that may not be read says so', async () => {
    const locked = path.join(door.project.folder, 'data', 'locked.csv');
    await writeFile(locked, 'a\n1\n');
    await chmod(locked, 0o000);
    const { run } = await door.run("from 'data/locked.csv'");
    // root reads everything
    if (process.getuid?.() !== 0) expect(run.error?.code).toBe('FILE_UNREADABLE');
    else expect(run.state).toBe('done');
  });
});
