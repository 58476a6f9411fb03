import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, _electron as electron, type Page } from '@playwright/test';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A running workbench with one window, whichever door it came through. */
export interface Workbench {
  page: Page;
  /** The text on the system's clipboard. */
  clipboard(): Promise<string>;
  /** Answers the next native save dialog, where this door has one. */
  answerSaveDialog(file: string): Promise<void>;
  /** Kills the backend as a crash would, without a chance to finish anything. */
  killBackend(): Promise<void>;
  /** What a user does after that: nothing in the desktop; in a browser `serve` is started again and its URL opened. */
  recover(): Promise<Page>;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Undefined starts as a first start does, on the sample. */
  folder: string | undefined;
  environment: Record<string, string>;
  /** Where Chromium writes its network log. */
  netLog: string;
}

const QUIET_CHROMIUM = [
  '--disable-features=AutofillServerCommunication',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SANDBOX = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const WINDOW = { width: 1440, height: 900 };

/** The real desktop: Electron on the built shell. */
export async function startElectron({ folder, environment, netLog }: StartOptions): Promise<Workbench> {
  // Named by its folder, not as `executablePath`: only then does Playwright hold the app back until it is connected.
  if (process.platform === 'linux') {
    process.env.ELECTRON_OVERRIDE_DIST_PATH = path.dirname(process.env.MILLRACE_TEST_ELECTRON ?? '');
  }
  const app = await electron.launch({
    args: [
      ...SANDBOX,
      `--log-net-log=${netLog}`,
      path.join(ROOT, 'out', 'main', 'shell.js'),
      ...(folder === undefined ? [] : [folder]),
    ],
    env: { ...inherited(), ...environment },
  });
  const page = await app.firstWindow();
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    WINDOW,
  );
  return {
    page,
    clipboard: () => app.evaluate(({ clipboard }) => clipboard.readText()),
    answerSaveDialog: (file) =>
      app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, file),
    killBackend: async () => {
      process.kill(await backendProcess(page), 'SIGKILL');
    },
    recover: async () => page,
    close: () => app.close(),
  };
}

/** The browser door: `millrace serve` and a Chromium that opens the URL it prints. */
export async function startChromium({ folder, environment, netLog }: StartOptions): Promise<Workbench> {
  const env = { ...inherited(), ...environment };
  let server = await startServer(folder, env, '0');
  const browser = await chromium.launch({
    executablePath: process.env.MILLRACE_TEST_CHROMIUM ?? '',
    args: [...SANDBOX, ...QUIET_CHROMIUM, `--log-net-log=${netLog}`],
  });
  const page = await openPage(browser, server.url);
  return {
    page,
    clipboard: () => page.evaluate(() => navigator.clipboard.readText()),
    answerSaveDialog: async () => undefined,
    killBackend: async () => {
      server.process.kill('SIGKILL');
      await ended(server.process);
    },
    recover: async () => {
      server = await startServer(folder, env, new URL(server.url).port);
      await page.goto(server.url);
      return page;
    },
    close: async () => {
      await browser.close();
      server.process.kill('SIGTERM');
      await ended(server.process);
    },
  };
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WINDOW });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function startServer(
  folder: string | undefined,
  env: Record<string, string>,
  port: string,
): Promise<{ process: ChildProcess; url: string }> {
  // A first start goes through `npm start`'s script, which without a display serves the sample.
  const words =
    folder === undefined
      ? [path.join(ROOT, 'scripts', 'start.mjs')]
      : [path.join(ROOT, 'bin', 'millrace'), 'serve', '--project', folder, '--port', port];
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...withoutDisplay } = env;
  const server = spawn(process.execPath, words, { env: withoutDisplay, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http:\/\/\S+token=\S+/.exec(output)?.[0];
      if (url) resolve({ process: server, url });
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => reject(new Error(`millrace serve ended with ${code}:\n${output}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function backendProcess(page: Page): Promise<number> {
  const health = (await page.evaluate(async () => (await fetch('/api/health')).json())) as { pid: number };
  return health.pid;
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
