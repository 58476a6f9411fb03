import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../../src/main/cli/doctor/report';
import { bundleCli, type CliBundle, type CliRunOptions } from '../../support/cli-bundle';

let cli: CliBundle;
let folder: string;

beforeAll(async () => {
  cli = await bundleCli();
});

afterAll(() => cli.remove());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-cli-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function options(env: NodeJS.ProcessEnv = {}): CliRunOptions {
  return { cwd: folder, env: { MILLRACE_HOME: path.join(folder, 'home'), ...env } };
}

describe('millrace', () => {
  it('prints its version and help with code 0', async () => {
    const version = await cli.run(['--version'], options());
    const { version: wanted } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect([version.stdout, version.code]).toEqual([`${wanted}\n`, 0]);
    const help = await cli.run(['--help'], options());
    expect(help.code).toBe(0);
    for (const command of ['sql', 'open', 'new', 'serve', 'doctor']) expect(help.stdout).toContain(`  ${command} `);
    const sql = await cli.run(['sql', '--help'], options());
    expect(sql.stdout).toContain('Exit codes');
    expect(sql.stdout).toContain('Examples');
  });
});

describe('millrace new', () => {
  it('makes a project that is trusted, and none where something lies', async () => {
    const made = await cli.run(['new', 'my sales'], options());
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining(`millrace open 'my sales'`)]);
    const project = path.join(folder, 'my sales');
    expect(readFileSync(path.join(project, 'millrace.yaml'), 'utf8')).toContain('name: my sales');
    writeFileSync(path.join(folder, 'outside.csv'), 'a\n1\n');
    const read = await cli.run(
      ['sql', `from '${folder}/outside.csv'`, '--project', project, '--format', 'csv'],
      options(),
    );
    expect(read.stdout).toBe('a\n1\n');
    const again = await cli.run(['new', 'my sales'], options());
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('not an empty folder')]);
  });

  it('writes the sample shop', async () => {
    const made = await cli.run(['new', 'play', '--template', 'shop'], options());
    expect(made.code).toBe(0);
    const counted = await cli.run(
      [
        'sql',
        `select count(*)::int as n from 'data/order_lines'`,
        '--project',
        path.join(folder, 'play'),
        '--format',
        'ndjson',
      ],
      options(),
    );
    expect(JSON.parse(counted.stdout).n).toBeGreaterThan(1_500_000);
  });
});

describe('millrace serve', () => {
  it('prints a URL with its token, lets sql work beside it, and ends on Ctrl+C', async () => {
    const made = await cli.run(['new', 'served'], options());
    expect(made.code).toBe(0);
    const project = path.join(folder, 'served');
    const child = cli.start(['serve', '--project', project], options());
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      child.once('close', (code) => reject(new Error(`serve ended with code ${code}`)));
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S{20,}$/);
    expect((await fetch(new URL('/api/health', url))).status).toBe(401);
    const beside = await cli.run(['sql', 'select 5 as n', '--project', project, '--format', 'csv'], options());
    expect([beside.stdout, beside.code, beside.stderr]).toEqual(['n\n5\n', 0, '']);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(existsSync(path.join(project, '.millrace', 'owner.json'))).toBe(false);
  });
});

describe('millrace doctor', () => {
  it('lists each native file with source, version, licence and the hash it really has', async () => {
    const { stdout, code } = await cli.run(['doctor', '--json'], options());
    const report = JSON.parse(stdout) as DoctorReport;
    expect([report.ok, code]).toEqual([true, 0]);
    const state = (name: string) => report.checks.find((check) => check.name === name)?.state;
    expect(state('engine')).toBe('ok');
    expect(state('extension excel')).toBe('ok');
    const packages = report.nativeFiles.map((native) => native.package);
    expect(packages.some((name) => name.startsWith('@duckdb/node-bindings-'))).toBe(true);
    expect(packages.some((name) => name.startsWith('@haybarn/ext-excel'))).toBe(true);
    expect(packages.some((name) => name.startsWith('@napi-rs/keyring-'))).toBe(true);
    for (const native of report.nativeFiles) {
      expect(native.version, native.file).toMatch(/^\d/);
      expect(native.license, native.file).not.toBe('unknown');
    }
    const small = report.nativeFiles.find((native) => native.file.endsWith('duckdb.node'));
    expect(small?.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(small?.file ?? ''))
        .digest('hex'),
    );
  });

  it('shows the proxy without its password and says how to mend what is missing', async () => {
    const env = { HTTPS_PROXY: 'http://me:hidden@proxy.example:3128', DISPLAY: '', WAYLAND_DISPLAY: '' };
    const { stdout } = await cli.run(['doctor'], options(env));
    expect(stdout).toContain('HTTPS_PROXY=http://***@proxy.example:3128');
    expect(stdout).not.toContain('hidden');
    if (process.platform === 'linux') expect(stdout).toMatch(/warn +display.*\n +→ Use `millrace serve`/);
  });

  it('fails where the engine cannot work', async () => {
    const { stdout, code } = await cli.run(['doctor'], options({ TMPDIR: path.join(folder, 'nowhere') }));
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL  engine');
    expect(stdout).toContain('Something essential is broken');
  });
});
