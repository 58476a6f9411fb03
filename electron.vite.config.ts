import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const version = process.env.npm_package_version ?? '0.0.0';
const define = { __MILLRACE_VERSION__: JSON.stringify(version) };

/**
 * Bundled into the main files although they are dependencies: pure JavaScript that the backend needs at its start.
 * Hundreds of small modules to find and read would take a second of it.
 */
const BUNDLED = [
  '@duckdb/node-api',
  '@hono/node-server',
  '@trpc/server',
  'apache-arrow',
  'chokidar',
  'commander',
  'fzstd',
  'hono',
  'sql-formatter',
  'yaml',
  'yazl',
  'zod',
];

/**
 * Three builds: what Node and Electron's main process run, the preload script, and the renderer that both doors serve.
 * The main entries target Node 20, as the same files run under plain Node from the command line.
 */
export default defineConfig({
  main: {
    define,
    build: {
      target: 'node20',
      outDir: 'out/main',
      sourcemap: true,
      externalizeDeps: { exclude: BUNDLED },
      rolldownOptions: {
        input: {
          shell: 'src/main/shell/index.ts',
          backend: 'src/main/server/backend.ts',
          cli: 'src/main/cli/index.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    define,
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: 'out/renderer',
      minify: 'esbuild',
      sourcemap: false,
      // The content security policy allows no data: fonts or scripts.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 8000,
      rolldownOptions: {
        input: { index: 'src/renderer/index.html' },
        // All that the first picture needs is one file: what lazy parts share with it would be ten small ones more.
        output: { codeSplitting: { groups: [{ name: 'window', test: /src\/renderer\/main\.tsx$/ }] } },
      },
    },
  },
});
