import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Project } from '../../src/main/project/project';
import { ownProject } from '../../src/main/server/own-project';
import { serve } from '../../src/main/server/serve';
import { openServices } from '../../src/main/server/services';
import type { MillraceError } from '../../src/shared/errors';
import { type Door, openDoor } from './support/doors';
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

  test('serving it a second time says that it is open, and what to do', async () => {
    const error = await failure(serve({ folder: door.project.folder, port: 0, allowHosts: [], trust: false }));
    expect(error).toMatchObject({ code: 'PROJECT_LOCKED' });
    expect(error?.hint).toBeTruthy();
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
      const found = await served.host.services.history.search({ text: 'before the restart' });
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
