/**
 * `npm test`: sets the machine up, builds, runs unit and API tests and then the end-to-end specs in both doors, and ends
 * with one line that sums up. `npm run test:e2e [-- ARGUMENTS]` runs the specs alone. What cannot be had (a display, a
 * browser) fails in CI; elsewhere the tests that need it are listed as not run, with the reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setUpMachine } from '../tests/support/setup-machine.mjs';
import { build, isStale, ROOT } from './build.mjs';
import { missingServices } from './missing-services.mjs';

const only = process.argv[2];
const reports = mkdtempSync(path.join(os.tmpdir(), 'millrace-test-'));
const notRun = [];

/** Runs a tool of the project and gives its exit code. */
function run(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? 1;
}

function tool(name) {
  return path.join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the runner died before it wrote one: counted as a failure by its exit code
  }
}

function runVitest() {
  const file = path.join(reports, 'vitest.json');
  const missing = missingServices();
  for (const reason of missing.reasons) notRun.push(reason);
  // In CI they run all the same, and say themselves what is missing.
  const excluded = process.env.CI ? [] : missing.exclude.map((glob) => `--exclude=${glob}`);
  const words = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...excluded];
  const code = run(tool('vitest'), words, { UV_THREADPOOL_SIZE: '16' });
  const report = readReport(file);
  return { code, passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
}

function runPlaywright(machine) {
  const doors = ['electron', 'chromium'].filter((door) => {
    const part = machine[door].missing ? machine[door] : machine.display;
    if (part.missing) notRun.push(`end-to-end specs in ${door}: ${part.missing}`);
    return !part.missing;
  });
  if (doors.length === 0) return { code: 0, passed: 0, failed: 0 };
  const file = path.join(reports, 'playwright.json');
  const words = [tool('playwright'), 'test', ...doors.map((door) => `--project=${door}`), ...process.argv.slice(3)];
  const screen = machine.display.path ? [machine.display.path, '-a', '-s', '-screen 0 1600x1000x24'] : [];
  const [command, ...args] = [...screen, ...words];
  const code = run(command, args, {
    MILLRACE_TEST_ELECTRON: machine.electron.path ?? '',
    MILLRACE_TEST_CHROMIUM: machine.chromium.path ?? '',
    MILLRACE_E2E_REPORT: file,
  });
  const stats = readReport(file)?.stats;
  return { code, passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0 };
}

async function main() {
  const machine = await setUpMachine(console.log);
  if (isStale()) {
    console.log('Building…');
    if (build() !== 0) return 1;
  }
  const runs = [...(only === 'e2e' ? [] : [runVitest()]), runPlaywright(machine)];
  const passed = runs.reduce((sum, one) => sum + one.passed, 0);
  // A runner that died, or that found no tests at all, reports no failing test of its own.
  const failed = runs.reduce((sum, one) => sum + (one.code !== 0 ? Math.max(one.failed, 1) : one.failed), 0);
  const missing = process.env.CI ? notRun.length : 0;
  for (const line of notRun) console.log(`NOT RUN: ${line}`);
  console.log(`${passed} passed, ${failed + missing} failed`);
  return failed + missing > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(reports, { recursive: true, force: true });
}
