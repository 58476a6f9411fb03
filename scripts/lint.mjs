/**
 * The lint step: formatting and rules (biome), import rules (dependency-cruiser), unused code and packages (knip), and
 * the ban on DuckDB's own streams. All run, and each failure is shown, before the step fails.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STEPS = [
  ['biome', ['check', '--error-on-warnings', '--no-errors-on-unmatched', '.']],
  ['node', ['scripts/lint-imports.mjs']],
  ['knip', ['--no-progress']],
  ['node', ['scripts/lint-streams.mjs']],
];

const failed = STEPS.filter(([tool, args]) => {
  console.log(`— ${tool === 'node' ? args[0] : tool}`);
  const command = tool === 'node' ? [process.execPath, args] : ['npx', ['--no-install', tool, ...args]];
  const result = spawnSync(command[0], command[1], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return result.status !== 0;
});

if (failed.length > 0) {
  console.error(`lint failed: ${failed.map(([tool, args]) => (tool === 'node' ? args[0] : tool)).join(', ')}`);
  process.exitCode = 1;
}
