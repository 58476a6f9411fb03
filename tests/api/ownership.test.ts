import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Project } from '../../src/main/project/project';
import { ownProject } from '../../src/main/server/own-project';
import type { ProjectHost } from '../../src/main/server/project-host';
import { serve } from '../../src/main/server/serve';
import { openServices } from '../../src/main/server/services';
import type { MillraceError } from '../../src/shared/errors';
import { type Door, openDoor, signIn } from './support/doors';
import { EventStream } from './support/event-stream';
import { send } from './support/http-client';

describe('a project that is open', () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor('desktop');
  });
  afterEach(() => door.close());

  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: MillraceError) => error,
    );

  test('a second desktop window attaches to the backend that is there', async () => {
    const second = await ownProject({ folder: door.project.folder, door: 'desktop' });
    expect(second.state).toBe('attached');
    const answer = await send({ socketPath: second.socket }, { path: '/api/health' });
    expect(answer.json.pid).toBe(process.pid);
  });

  test('is served to a browser by a second process, which passes everything on to the first', async () => {
    await door.run("select 'through the first'");
    const served = await serve({ folder: door.project.folder, port: 0, allowHosts: [], trust: false });
    try {
      const address = { host: '127.0.0.1', port: served.port };
      const host = `127.0.0.1:${served.port}`;
      expect((await send(address, { path: '/api/health', headers: { host } })).status).toBe(401);
      const headers = { host, cookie: await signIn(address, served.url) };
      const list = await send(address, { path: '/api/trpc/explorer.datasets', headers });
      expect(list.status).toBe(200);
      const stream = await EventStream.open(address, headers);
      await door.run("select 'seen by the browser'");
      await stream.until(({ event }) => event.type === 'result' && event.result.sql.includes('seen by the browser'));
      stream.close();
    } finally {
      await served.stop();
    }
    expect((await door.run('select 1')).run.state).toBe('done');
  });

  test('stays open in the browser when the process that had it ends', async () => {
    const served = await serve({ folder: door.project.folder, port: 0, allowHosts: [], trust: false });
    try {
      const address = { host: '127.0.0.1', port: served.port };
      const headers = { host: `127.0.0.1:${served.port}`, cookie: await signIn(address, served.url) };
      await door.stop();
      const health = await send(address, { path: '/api/health', headers });
      expect(health).toMatchObject({ status: 200, json: { folder: door.project.folder } });
    } finally {
      await served.stop();
    }
  });

  test('an engine beside the one that is there is refused', async () => {
    const project = await Project.open(door.project.folder);
    const error = await failure(openServices(project, () => undefined));
    expect(error).toMatchObject({ code: 'PROJECT_LOCKED' });
    expect((await door.run('select 1')).run.state).toBe('done');
  });

  test('its private folder and its socket are the user’s alone', async () => {
    const state = await stat(path.join(door.project.folder, '.millrace'));
    expect((state.mode & 0o777).toString(8)).toBe('700');
    const { socketPath } = door.address as { socketPath: string };
    expect(((await stat(socketPath)).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(path.dirname(socketPath))).mode & 0o777).toString(8)).toBe('700');
  });
});

describe('a project that was closed', () => {
  test('is free again at once, its history and settings kept', async () => {
    const door = await openDoor('desktop');
    const { folder } = door.project;
    try {
      await door.run("select 'before the restart'");
      await door.host.services.history.search({ text: 'before the restart' });
      const { socketPath } = door.address as { socketPath: string };
      await door.stop();
      await expect(send({ socketPath }, { path: '/api/health' })).rejects.toThrow();
      const served = await serve({ folder, port: 0, allowHosts: [], trust: false });
      const found = await (served.host as ProjectHost).services.history.search({ text: 'before the restart' });
      expect(found).toHaveLength(1);
      await served.stop();
    } finally {
      await door.project.remove();
    }
  });

  test('a port that is taken is named', async () => {
    const door = await openDoor('browser');
    const other = await openDoor('desktop');
    try {
      await other.stop();
      const { port } = door.address as { port: number };
      const error = await serve({ folder: other.project.folder, port, allowHosts: [], trust: false }).then(
        () => undefined,
        (thrown: MillraceError) => thrown,
      );
      expect(error?.message).toContain(String(port));
      expect(error?.hint).toContain('--port');
      // What failed to start has let go of the project.
      const again = await serve({ folder: other.project.folder, port: 0, allowHosts: [], trust: false });
      await again.stop();
    } finally {
      await door.close();
      await other.project.remove();
    }
  });
});
