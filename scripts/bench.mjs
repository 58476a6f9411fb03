/**
 * `npm run bench -- explore [NAME…] [--quick]`: builds where that is needed, measures the built app and writes a table
 * and JSON to bench-results/. The benches are TypeScript over the same sources; they are bundled into out/bench first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build as bundle } from 'esbuild';
import { setUpMachine } from '../tests/support/setup-machine.mjs';
import { build, isStale, ROOT } from './build.mjs';

const SUITES = path.join(ROOT, 'tests', 'bench');

async function main() {
  const [suite = '', ...words] = process.argv.slice(2);
  const entry = path.join(SUITES, suite, 'index.ts');
  if (suite === '' || !existsSync(entry)) {
    console.error(`Which bench? npm run bench -- ${readdirSync(SUITES).join('|')} [NAME…] [--quick]`);
    return 1;
  }
  if (isStale()) {
    console.error('Building…');
    const code = build();
    if (code !== 0) return code ?? 1;
  }
  const machine = await setUpMachine((line) => console.error(line));
  const outfile = path.join(ROOT, 'out', 'bench', `${suite}.mjs`);
  await bundle({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const result = spawnSync(process.execPath, ['--enable-source-maps', '--expose-gc', outfile, ...words], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      MILLRACE_TEST_CHROMIUM: machine.chromium.path ?? '',
      MILLRACE_TEST_ELECTRON: machine.electron.path ?? '',
    },
  });
  return result.status ?? 1;
}

process.exitCode = await main();
