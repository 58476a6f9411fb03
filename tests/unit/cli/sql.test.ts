import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, type CliBundle, type CliRunOptions, outcome } from '../../support/cli-bundle';

let cli: CliBundle;
let folder: string;
let home: string;

beforeAll(async () => {
  cli = await bundleCli();
});

afterAll(() => cli.remove());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-cli-'));
  home = await mkdtemp(path.join(tmpdir(), 'millrace-home-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

function options(more: CliRunOptions = {}): CliRunOptions {
  return { cwd: folder, ...more, env: { MILLRACE_HOME: home, TZ: 'Europe/Berlin', ...more.env } };
}

const sql = (parameters: string[], more?: CliRunOptions) => cli.run(['sql', ...parameters], options(more));

/** A query that fails in its row 3,000,000, long after its first rows. */
const DIES = `select cast(case when i = 3000000 then 'x' else i::varchar end as int) as n from range(4000000) t(i)`;
const ENDLESS = 'select sum(hash(i)) from range(100000000000) t(i)';

describe('millrace sql', () => {
  it('prints an aligned table and tells how many rows it has', async () => {
    const { stdout, code } = await sql([`select 1 as id, 'ab' as name, null as gone union all select 20, '', 'x'`]);
    expect(stdout).toBe('id  name  gone\n--  ----  ----\n 1  ab    NULL\n20        x\n(2 rows)\n');
    expect(code).toBe(0);
  });

  it('writes JSON in which no number is rounded and times are ISO 8601', async () => {
    const query = `select 9007199254740993 as big, 7::bigint as small, 1::hugeint as huge, 1.50 as price,
      timestamp '2024-02-29 12:00:00.000001' as at_local, timestamptz '2024-06-01 12:00:00+00' as at_zone, null as gone, 'nan'::double as nan`;
    const { stdout } = await sql([query, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        big: '9007199254740993',
        small: 7,
        huge: '1',
        price: '1.50',
        at_local: '2024-02-29T12:00:00.000001',
        at_zone: '2024-06-01T14:00:00+02:00',
        gone: null,
        nan: 'NaN',
      },
    ]);
  });

  it('reads statements from standard input and parameters from the command line', async () => {
    const piped = await sql(['--format', 'ndjson', '--param', 'x=41', '--param', 'who=it=me'], {
      input: 'select $x::int + 1 as y, $who as who;\n',
    });
    expect(JSON.parse(piped.stdout)).toEqual({ y: 42, who: 'it=me' });
    const dash = await sql(['-', '--format', 'csv'], { input: 'select 1 as a' });
    expect(dash.stdout).toBe('a\n1\n');
  });

  it('shows where an error stands, what to do, and ends with code 1', async () => {
    const { stdout, stderr, code } = await sql(['select 1;\nselect\tnme from (select 1 as name)']);
    expect(stderr).toContain('  line 2: select\tnme from');
    expect(stderr).toContain('\n                \t^^^\n');
    expect(stderr).toMatch(/^Error: .*nme/);
    expect(stderr).toMatch(/Hint: .*name/);
    expect(stdout).not.toContain('nme');
    expect(code).toBe(1);
  });

  it.each([
    [['sql', 'select 1', '--format', 'xml']],
    [['sql', 'select 1', '--nonsense']],
    [['sql', '-- only a comment']],
    [['sql', 'select 1', '--all', '--format', 'csv']],
    [['sql', 'select $x', '--param', 'x']],
    [['serve', '--port', '99999']],
    [['nonsense']],
  ])('ends with code 2 for %j', async (parameters) => {
    const { stdout, stderr, code } = await cli.run(parameters, options());
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
  });

  it('gives every result as a table, but only the last one as JSON, and says so', async () => {
    const statements = 'select 1 as a; create temp table t as select 5 as c; insert into t values (6); from t';
    const table = await sql([statements]);
    expect(table.stdout).toBe('a\n-\n1\n(1 row)\n\nc\n-\n5\n6\n(2 rows)\n');
    expect(table.stderr).toContain('1 row changed.');
    const json = await sql([statements, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toEqual([{ c: 5 }, { c: 6 }]);
    expect(json.stderr).toContain('2 statements yielded rows');
  });

  it('says what a table leaves out, and shows it with --all', async () => {
    const query = `select i, repeat('x', 130) as long from range(1001) t(i)`;
    const short = (await sql([query])).stdout.trimEnd().split('\n');
    expect(short).toHaveLength(1_003);
    expect(short.at(-1)).toBe(
      '(1,000 of 1,001 rows shown; cells marked … are cut at 120 characters; --all shows everything)',
    );
    expect(short[2]).toBe(`   0  ${'x'.repeat(120)}…`.slice(1));
    const all = (await sql([query, '--all'])).stdout.trimEnd().split('\n');
    expect(all).toHaveLength(1_004);
    expect(all.at(-2)).toBe(`1000  ${'x'.repeat(130)}`);
    expect(all.at(-1)).toBe('(1,001 rows)');
  });

  it('writes a file that appears when it is complete', async () => {
    const { code, stdout } = await sql(['from range(100000)', '--format', 'parquet', '--output', 'rows.parquet']);
    expect([code, stdout]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual(['rows.parquet']);
    const counted = await sql([
      `select count(*)::int as n, sum(range)::bigint as s from 'rows.parquet'`,
      '--format',
      'ndjson',
    ]);
    expect(JSON.parse(counted.stdout)).toEqual({ n: 100_000, s: 4_999_950_000 });
  });
});

describe('a query that dies in the middle', () => {
  it.each(['csv', 'json', 'ndjson', 'table', 'markdown', 'parquet'])(
    'is an error in %s, never a shorter result',
    async (format) => {
      const { stdout, stderr, code } = await sql([DIES, '--format', format]);
      expect(code).toBe(1);
      expect(stderr).toContain("Could not convert string 'x'");
      if (format === 'json') expect(() => JSON.parse(stdout)).toThrow();
      if (format === 'table' || format === 'parquet') expect(stdout).toBe('');
    },
  );

  it('leaves no file, and an older one as it was', async () => {
    const first = await sql([DIES, '--format', 'csv', '--output', 'new.csv']);
    expect(first.code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path.join(folder, 'old.csv'), 'precious');
    await sql([DIES, '--format', 'csv', '--output', 'old.csv']);
    expect(readdirSync(folder)).toEqual(['old.csv']);
    expect(readFileSync(path.join(folder, 'old.csv'), 'utf8')).toBe('precious');
  });
});

describe('being stopped', () => {
  it('ends quietly when the reader of the pipe has enough', async () => {
    const child = cli.start(['sql', 'from range(1000000000)', '--format', 'csv'], options());
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, stderr } = await outcome(child);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('cancels the query on Ctrl+C, with code 130 and no file', async () => {
    const child = cli.start(['sql', ENDLESS, '--output', 'never.csv', '--format', 'csv'], options());
    const ended = outcome(child);
    while (!readdirSync(folder).some((name) => name.includes('.partial-'))) await wait(20);
    await wait(200);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, '']);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('where it runs', () => {
  it('leaves nothing in a folder that is no project', async () => {
    writeFileSync(path.join(folder, 'some.csv'), 'a,b\n1,2\n');
    const { stdout } = await sql([`from 'some.csv'`, '--format', 'csv']);
    expect(stdout).toBe('a,b\n1,2\n');
    expect(readdirSync(folder)).toEqual(['some.csv']);
  });

  it('finds the project above the current folder', async () => {
    writeFileSync(path.join(folder, 'millrace.yaml'), 'name: above\n');
    writeFileSync(path.join(folder, 'some.csv'), 'a\n7\n');
    mkdirSync(path.join(folder, 'queries'));
    const { stdout } = await sql([`from 'some.csv'`, '--format', 'csv'], { cwd: path.join(folder, 'queries') });
    expect(stdout).toBe('a\n7\n');
  });

  it('reads other folders only once the folder is trusted', async () => {
    const outside = path.join(home, 'outside.csv');
    writeFileSync(outside, 'secret\n1\n');
    const refused = await sql([`from '${outside}'`]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--trust');
    expect((await sql([`from '${outside}'`, '--trust', '--format', 'csv'])).stdout).toBe('secret\n1\n');
    expect((await sql([`from '${outside}'`, '--format', 'csv'])).stdout).toBe('secret\n1\n');
  });

  it('names a project folder that does not exist', async () => {
    const { stderr, code } = await sql(['select 1', '--project', path.join(folder, 'nowhere')]);
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
  });

  it('works beside another command in the same project', async () => {
    await cli.run(['new', 'shared'], options());
    const project = path.join(folder, 'shared');
    const first = cli.start(['sql', ENDLESS], options({ cwd: project }));
    const firstEnded = outcome(first);
    while (!existsSync(path.join(project, '.millrace', 'command.json'))) await wait(20);
    const [second, third, failing, dying] = await Promise.all([
      sql(['select 2 as n', '--format', 'csv'], { cwd: project }),
      sql(['select 3 as n', '--format', 'parquet', '--output', 'three.parquet'], { cwd: project }),
      sql(['select nme'], { cwd: project }),
      sql([DIES, '--format', 'csv', '--output', 'never.csv'], { cwd: project }),
    ]);
    expect([second.stdout, second.code]).toEqual(['n\n2\n', 0]);
    expect([third.code, existsSync(path.join(project, 'three.parquet'))]).toEqual([0, true]);
    expect([failing.code, failing.stderr.includes('^^^')]).toEqual([1, true]);
    expect([dying.code, existsSync(path.join(project, 'never.csv'))]).toEqual([1, false]);
    first.kill('SIGINT');
    expect((await firstEnded).code).toBe(130);
    expect(readdirSync(path.join(project, '.millrace'))).not.toContain('command.json');
    expect((await sql(['select 4 as n', '--format', 'csv'], { cwd: project })).stdout).toBe('n\n4\n');
  });

  it('goes on after a command that was killed', async () => {
    await cli.run(['new', 'shared'], options());
    const project = path.join(folder, 'shared');
    const first = cli.start(['sql', ENDLESS], options({ cwd: project }));
    while (!existsSync(path.join(project, '.millrace', 'command.json'))) await wait(20);
    first.kill('SIGKILL');
    await outcome(first);
    expect((await sql(['select 4 as n', '--format', 'csv'], { cwd: project })).stdout).toBe('n\n4\n');
  });
});

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a full disk', () => {
  it('is said so, with code 1 and no half file', async () => {
    const small = path.join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
    try {
      const file = path.join(small, 'rows.csv');
      const { code, stderr } = await sql(['from range(1000000)', '--format', 'csv', '--output', file]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/disk is full.*rows\.csv/s);
      expect(readdirSync(small)).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
