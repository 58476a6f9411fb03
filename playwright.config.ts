import { defineConfig } from '@playwright/test';
import type { Door } from './tests/e2e/support/workbench';
import { setUpMachine } from './tests/support/setup-machine.mjs';

const machine = await setUpMachine(() => undefined);
process.env.MILLRACE_TEST_ELECTRON ??= machine.electron.path ?? '';
process.env.MILLRACE_TEST_CHROMIUM ??= machine.chromium.path ?? '';

/** The same specs in both doors: the real Electron, and Chromium on what `millrace serve` serves. */
export default defineConfig<{ door: Door }>({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  outputDir: 'test-results/e2e',
  reporter: [
    ['list'],
    ...(process.env.MILLRACE_E2E_REPORT ? [['json', { outputFile: process.env.MILLRACE_E2E_REPORT }] as const] : []),
  ],
  projects: [
    { name: 'electron', use: { door: 'electron' } },
    { name: 'chromium', use: { door: 'chromium' } },
  ],
});
