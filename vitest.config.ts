import { defineConfig } from 'vitest/config';

/**
 * Forks, never threads: a second thread would open a database file a second time, past its lock. Two at most, as each
 * test file has an engine of its own.
 */
export default defineConfig({
  define: { __MILLRACE_VERSION__: JSON.stringify(process.env.npm_package_version ?? '0.0.0') },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { UV_THREADPOOL_SIZE: '16' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          exclude: ['tests/unit/**/*.slow.test.{ts,tsx}'],
        },
      },
      { extends: true, test: { name: 'slow', include: ['tests/unit/**/*.slow.test.{ts,tsx}'], testTimeout: 300_000 } },
      { extends: true, test: { name: 'api', include: ['tests/api/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          // Each file starts servers of its own: one at a time, and a first run may have to build them.
          name: 'services',
          include: ['tests/services/**/*.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
});
