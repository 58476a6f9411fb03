import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The command line tool as it stands in the sources, bundled for one test file. */
export interface CliBundle {
  /** Runs the command to its end. */
  run(parameters: string[], options?: CliRunOptions): Promise<CliOutcome>;
  /** Starts the command and leaves it to the test. */
  start(parameters: string[], options?: CliRunOptions): ChildProcessWithoutNullStreams;
  remove(): Promise<void>;
}

export interface CliRunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Standard input; closed at once where absent. */
  input?: string;
}

export interface CliOutcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * Bundles src/main/cli into `out/`, from where it finds the same packages as the real build, and runs it with plain
 * Node as bin/millrace does.
 */
export async function bundleCli(): Promise<CliBundle> {
  const folder = path.join(ROOT, 'out', `test-cli-${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [path.join(ROOT, 'src/main/cli/index.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  const start = (parameters: string[], options: CliRunOptions = {}) => {
    const child = spawn(process.execPath, [path.join(folder, 'index.js'), ...parameters], {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, UV_THREADPOOL_SIZE: '16', ...options.env },
    });
    child.stdin.on('error', () => undefined); // A command that does not read its input may end before it is written.
    child.stdin.end(options.input ?? '');
    return child;
  };
  return {
    start,
    run: (parameters, options) => outcome(start(parameters, options)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a started command printed and how it ended. */
export async function outcome(child: ChildProcessWithoutNullStreams): Promise<CliOutcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  return { code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}
