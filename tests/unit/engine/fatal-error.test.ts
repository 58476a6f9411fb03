import { truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type EngineFixture, openEngine } from './engine-fixture';

let fixture: EngineFixture;
afterEach(() => fixture.close());

/** Fails where the engine has not opened itself anew by itself. */
async function expectGoesOn(): Promise<void> {
  expect((await fixture.run('select 42')).run.error).toBeUndefined();
  expect(fixture.events).toContainEqual(expect.objectContaining({ type: 'engine', state: 'reopened' }));
}

describe('a fatal error of the engine', () => {
  it('has it open itself anew: worksheets go on, the history is there, kept results say that they are lost', async () => {
    fixture = await openEngine();
    // DuckDB's own switch for a crash in the midst of a checkpoint; a user cannot set it, as the configuration is locked.
    const early = await fixture.engine.connectEarly();
    await early.run("SET GLOBAL debug_checkpoint_abort = 'before_header'");
    const reader = await fixture.engine.connect();
    const { results } = await fixture.run('select i, md5(i::varchar) as h from range(100000) r(i)', {
      session: 'other',
    });
    await fixture.run('create table millrace.notes as select 7 as i');

    const { run } = await fixture.run('checkpoint millrace');
    expect(run.error).toMatchObject({ code: 'ENGINE_LOST', message: expect.stringContaining('invalidated') });
    await expectGoesOn();
    const { results: notes } = await fixture.run('from millrace.notes');
    expect(notes[0] && (await fixture.cells(notes[0]))).toEqual([['7']]);
    expect(await reader.rows('select 1 as one')).toEqual([{ one: 1 }]);

    const id = results[0]?.id ?? '';
    expect(fixture.engine.results.list('other')).toContainEqual(
      expect.objectContaining({ id, state: 'failed', error: expect.objectContaining({ code: 'ENGINE_LOST' }) }),
    );
    await expect(fixture.engine.results.window(id, { offset: 0, limit: 1, columns: [0] })).rejects.toMatchObject({
      code: 'ENGINE_LOST',
    });
    expect((await fixture.run('select 43', { session: 'other' })).run.state).toBe('done');
    reader.close();
    early.close();
  });

  it('comes of a database file that breaks under it too, and worksheets go on', async () => {
    fixture = await openEngine();
    const file = path.join(fixture.folder, 'victim.duckdb');
    const attach = `attach '${file}' as victim`;
    await fixture.run(`${attach}; create table victim.t as select i, md5(i::varchar) as h from range(300000) r(i)`);
    await fixture.run(`checkpoint victim; detach victim; ${attach}`);
    const HEADERS = 3 * 4096;
    truncateSync(file, HEADERS);
    await fixture.run('insert into victim.t select i, md5(i::varchar) from range(300000) r(i)');
    expect((await fixture.run('checkpoint victim')).run.error?.code).toBe('ENGINE_LOST');
    await expectGoesOn();
  });
});
