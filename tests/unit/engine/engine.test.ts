import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { extensionMissing, findExtensions, wantedExtensions } from '../../../src/main/engine/extensions';
import { parseSize } from '../../../src/main/engine/limits';
import { openEngine } from './engine-fixture';

/** Another process that holds the history file of a project open until it is killed. */
async function holder(stateFolder: string) {
  const script = `const { DuckDBInstance } = require('@duckdb/node-api');
    DuckDBInstance.create(${JSON.stringify(path.join(stateFolder, 'millrace.duckdb'))}).then(async (i) => { const c = await i.connect(); console.log('open'); setInterval(() => c.progress, 1000); });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('opening', () => {
  it('is refused while another process has the project open, and works once that is gone', async () => {
    const fixture = await openEngine();
    const options = {
      projectFolder: fixture.folder,
      stateFolder: path.join(fixture.folder, '.millrace'),
      restricted: false,
      extensionFiles: [],
    };
    await expect(Engine.open(options)).rejects.toMatchObject({ code: 'PROJECT_LOCKED' });
    await fixture.engine.close();
    const other = await holder(options.stateFolder);
    await expect(Engine.open({ ...options, lockPatience: 100 })).rejects.toMatchObject({
      code: 'PROJECT_LOCKED',
      message: expect.stringContaining(String(other.pid)),
      hint: expect.any(String),
    });
    setTimeout(() => other.kill('SIGKILL'), 300);
    const engine = await Engine.open({ ...options, lockPatience: 10_000 });
    await engine.close();
    await rm(fixture.folder, { recursive: true, force: true });
  });

  it('makes a private state folder, removes what an earlier process left, and leaves no scratch file behind', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-stale-'));
    const first = await openEngine({ projectFolder: folder });
    const state = path.join(folder, '.millrace');
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect((await readdir(path.join(state, 'tmp'))).filter((name) => name.endsWith('.duckdb'))).toHaveLength(1);
    await first.engine.close();
    expect(await readdir(path.join(state, 'tmp'))).toEqual([]);
    await writeFile(path.join(state, 'tmp', 'results-00ff.duckdb'), 'left over');
    const second = await openEngine({ projectFolder: folder });
    expect(existsSync(path.join(state, 'tmp', 'results-00ff.duckdb'))).toBe(false);
    await second.close();
  });

  it('tells of a history that is no database, and of a limit that is no size', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-bad-'));
    const options = {
      projectFolder: folder,
      stateFolder: path.join(folder, '.millrace'),
      restricted: false,
      extensionFiles: [],
    };
    await expect(Engine.open({ ...options, limits: { memory: 'a lot' } })).rejects.toMatchObject({
      code: 'PROJECT_INVALID',
    });
    await writeFile(path.join(folder, '.millrace', 'millrace.duckdb'), 'x'.repeat(20_000));
    await expect(Engine.open(options)).rejects.toMatchObject({ code: 'FILE_CORRUPT', hint: expect.any(String) });
    await rm(folder, { recursive: true, force: true });
  });

  it('goes by the limits of millrace.yaml', async () => {
    const fixture = await openEngine({ limits: { memory: '512MiB', threads: 1, temporary: '1GB' } });
    const connection = await fixture.engine.connect();
    const [settings] = await connection.rows(
      "select current_setting('memory_limit') as memory, current_setting('threads')::int as threads, current_setting('max_temp_directory_size') as temporary",
    );
    expect(settings).toEqual({ memory: '512.0 MiB', threads: 1, temporary: '953.6 MiB' });
    expect((await fixture.engine.status()).memoryLimitBytes).toBe(512 * 2 ** 20);
    connection.close();
    await fixture.close();
    expect(parseSize('1.5GB', 'memory')).toBe(1_500_000_000);
    expect(parseSize('50%', 'memory')).toBeGreaterThan(2 ** 28);
  });
});

describe('out of memory', () => {
  it('is an error that names the setting, and the engine goes on', async () => {
    const fixture = await openEngine({ limits: { memory: '64MB', threads: 1, temporary: '1MB' } });
    const { run } = await fixture.run('select list(md5(i::varchar)) from range(3000000) r(i)');
    expect(run.error?.code).toMatch(/OUT_OF_MEMORY|DISK_FULL/);
    expect(run.error?.hint).toMatch(/engine: (memory|temporary):/);
    expect(run.error?.message).not.toContain('Possible solutions');
    expect((await fixture.run('select 1')).run.state).toBe('done');
    await fixture.close();
  });
});

describe('an engine that opens itself anew', () => {
  it('goes on with sessions and connections, and says that kept results are lost', async () => {
    const fixture = await openEngine();
    const connection = await fixture.engine.connect();
    const { results } = await fixture.run('select 1 as before');
    await fixture.engine.reopen();
    expect(fixture.events.find((event) => event.type === 'engine')).toMatchObject({
      state: 'reopened',
      error: { code: 'ENGINE_LOST' },
    });
    expect(fixture.engine.results.info(results[0]?.id ?? '')).toMatchObject({
      state: 'failed',
      error: { code: 'ENGINE_LOST' },
    });
    expect(await connection.rows('select 2 as two')).toEqual([{ two: 2 }]);
    const after = await fixture.run('select 3 as three');
    expect(after.results[0] && (await fixture.cells(after.results[0]))).toEqual([['3']]);
    expect((await fixture.run('select three from _2')).run.state).toBe('done');
    connection.close();
    await fixture.close();
  });

  it('waits for what runs, which fails and is told', async () => {
    const fixture = await openEngine();
    const session = await fixture.engine.openSession('busy');
    const running = session.run({
      session: 'busy',
      run: 'b',
      sql: 'select sum(a.i * b.i) from range(1000000) a(i), range(1000000) b(i)',
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await fixture.engine.reopen();
    expect((await running).state).not.toBe('done');
    expect((await fixture.run('select 1')).run.state).toBe('done');
    await fixture.close();
  });
});

describe('closing', () => {
  it('stops what runs and undoes open transactions', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-close-'));
    const fixture = await openEngine({ projectFolder: folder });
    await fixture.run('create table millrace.notes (i int); begin; insert into millrace.notes values (1)');
    const session = await fixture.engine.openSession('long');
    const running = session.run({ session: 'long', run: 'l', sql: 'select count(*) from range(100000000000)' });
    await fixture.engine.close();
    expect((await running).state).toBe('cancelled');
    const again = await openEngine({ projectFolder: folder });
    const { results } = await again.run('from millrace.notes');
    expect(results[0]?.rowCount).toBe(0);
    await again.close();
  });
});

describe('extensions', () => {
  it('are found with version, licence and hash', async () => {
    const { found, missing } = findExtensions();
    expect(missing).toEqual([]);
    expect(found.map((extension) => extension.name)).toEqual([
      'httpfs',
      'excel',
      'avro',
      'encodings',
      'sqlite_scanner',
      'postgres_scanner',
      'mysql_scanner',
      'ducklake',
      'azure',
      'iceberg',
      'delta',
      'mongo',
    ]);
    const [httpfs] = found;
    expect(httpfs).toMatchObject({
      license: 'MIT',
      version: expect.stringMatching(/^\d/),
      package: expect.stringContaining('@haybarn/ext-httpfs'),
    });
    expect(await httpfs?.sha256()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may be more where the environment names them, and fewer in a folder that is not trusted', () => {
    process.env.MILLRACE_EXTRA_EXTENSIONS = 'tpch, ../evil';
    const named = wantedExtensions();
    delete process.env.MILLRACE_EXTRA_EXTENSIONS;
    expect(named).toEqual([...wantedExtensions(), 'tpch']);
    expect(wantedExtensions(true)).toEqual(['httpfs', 'excel', 'avro', 'encodings']);
  });

  it('that are missing do not keep the engine from opening, but are told when asked for', async () => {
    const fixture = await openEngine({ extensionFiles: ['/nowhere/excel.duckdb_extension'] });
    await expect(fixture.engine.requireExtension('excel')).rejects.toThrow(
      expect.objectContaining({ code: 'EXTENSION_MISSING', hint: expect.stringContaining('npm ci') }),
    );
    await fixture.engine.requireExtension('httpfs');
    expect(extensionMissing('avro').toShape().hint).toContain('@haybarn/ext-avro');
    await fixture.close();
  });

  it('are loaded behind what need not wait for them, and a statement of the user waits for the lock after them', async () => {
    process.env.MILLRACE_EXTRA_EXTENSIONS = 'tpch';
    const files = findExtensions().found.map((extension) => extension.file);
    delete process.env.MILLRACE_EXTRA_EXTENSIONS;
    const tpch = files.pop();
    const fixture = await openEngine({ extensionFiles: files });
    const sealed = fixture.engine.sealed();
    const early = await fixture.engine.connectEarly();
    expect(await early.rows('select count(*) as n from duckdb_extensions() where loaded')).toHaveLength(1);
    const [load, encoded] = await Promise.all([
      fixture.run(`LOAD '${tpch}'`, { session: 'native' }),
      fixture.run("from read_csv('missing.csv', encoding = 'CP1252')", { session: 'encoded' }),
    ]);
    expect(load.run.error?.message).toMatch(/signature|allow_unsigned_extensions/);
    expect(encoded.run.error?.code).toBe('FILE_NOT_FOUND');
    expect((await sealed).size).toBe(0);
    early.close();
    await fixture.close();
  });
});
