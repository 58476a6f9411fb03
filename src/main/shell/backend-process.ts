import { setTimeout as wait } from 'node:timers/promises';
import { app, type UtilityProcess, utilityProcess } from 'electron';
import type { BackendState } from '../../shared/desktop';
import { type ErrorShape, errorShape } from '../../shared/errors';

/** What the backend's entry tells its parent. */
type BackendMessage =
  | { type: 'ready'; socket: string }
  | { type: 'attached'; socket: string }
  | { type: 'failed'; error: ErrorShape };

export interface BackendProcessOptions {
  /** The built entry, out/main/backend.js. */
  entry: string;
  folder: string;
  /** A folder of the user's own for compiled code: the next start need not compile it again. */
  compileCache: string;
  /** Done before each start: makes the project where it is still to be made. */
  prepare(): Promise<void>;
  /** Gives a socket path that was never used: that of a killed process may still stand in the way. */
  newSocketPath(): Promise<string>;
  onState(state: BackendState): void;
}

/** Where requests go now, or the error to answer them with. */
export type BackendAddress = { socket: string } | { error: ErrorShape };

const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;
/** A backend that lived this long was healthy: the next delay starts from the beginning. */
const HEALTHY_AFTER = 30_000;
const CRASHES_BEFORE_GIVING_UP = 8;
const SHUTDOWN_LIMIT = 5_000;

const RESTARTING: ErrorShape = {
  code: 'ENGINE_LOST',
  message: 'The engine stopped and is being started again.',
  hint: 'What you typed is safe. Run the query again in a moment.',
};

const GAVE_UP: ErrorShape = {
  code: 'ENGINE_LOST',
  message: `The engine stopped ${CRASHES_BEFORE_GIVING_UP} times in a row.`,
  hint: 'Try again; if it stops each time, run `millrace doctor` and lower the memory limit in millrace.yaml.',
};

/**
 * The backend as a process of its own, so that an engine crash never takes the window down. It is started again after a
 * crash, after a growing delay and on another socket. Where another process owns the project, requests go to that one.
 */
export class BackendProcess {
  private child: UtilityProcess | undefined;
  private address: BackendAddress = { error: RESTARTING };
  private settled: Promise<void> = Promise.resolve();
  private attached = false;
  private closing = false;
  private crashes = 0;
  private failedAt: number | undefined;

  constructor(private readonly options: BackendProcessOptions) {}

  /** Starts the process; resolves when it answers, or has said why it cannot. */
  start(): Promise<void> {
    this.failedAt = undefined;
    this.settled = this.launch().catch((error: unknown) => this.fail(errorShape(error)));
    return this.settled;
  }

  /**
   * Where a request goes. At first start it waits for the backend; while it restarts after a crash the answer is an error
   * at once. A start that failed is tried again when the window asks again.
   */
  async target(): Promise<BackendAddress> {
    if (this.failedAt !== undefined && Date.now() - this.failedAt > 1_000) void this.start();
    if (this.crashes === 0) await this.settled;
    return this.address;
  }

  /** Told by the door when nobody listens any more on the socket of another owner. */
  ownerVanished(): void {
    if (!this.attached || this.closing) return;
    this.attached = false;
    this.restart();
  }

  /** Asks the process to end and waits for it, 5 seconds at most. */
  async stop(): Promise<void> {
    this.closing = true;
    const child = this.child;
    if (child?.pid === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill();
    await Promise.race([gone, wait(SHUTDOWN_LIMIT)]);
  }

  private async launch(): Promise<void> {
    await this.options.prepare();
    const socket = await this.options.newSocketPath();
    if (this.closing) return;
    const words = ['--project', this.options.folder, '--socket', socket, '--door', 'desktop'];
    const child = utilityProcess.fork(this.options.entry, words, {
      // Both are read when the process starts; later they would do nothing.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16', NODE_COMPILE_CACHE: this.options.compileCache },
      serviceName: 'Millrace engine',
      stdio: 'inherit',
    });
    const startedAt = Date.now();
    this.child = child;
    await new Promise<void>((resolve) => {
      child.on('message', (message: BackendMessage) => {
        this.received(message);
        resolve();
      });
      child.once('exit', (code) => {
        this.exited(child, code, Date.now() - startedAt);
        resolve();
      });
    });
  }

  private received(message: BackendMessage): void {
    if (message.type === 'failed') {
      this.fail(message.error);
      return;
    }
    this.address = { socket: message.socket };
    this.attached = message.type === 'attached';
    this.options.onState('ready');
  }

  private exited(child: UtilityProcess, code: number, livedFor: number): void {
    if (child !== this.child) return;
    this.child = undefined;
    if (this.closing || this.attached || this.failedAt !== undefined) return;
    if (livedFor > HEALTHY_AFTER) this.crashes = 0;
    console.error(`The backend ended with code ${code} after ${Math.round(livedFor / 1000)} s.`);
    this.restart();
  }

  private restart(): void {
    this.crashes += 1;
    if (this.crashes >= CRASHES_BEFORE_GIVING_UP) {
      this.crashes = 0;
      this.fail(GAVE_UP);
      return;
    }
    this.address = { error: RESTARTING };
    this.options.onState('restarting');
    const delay = Math.min(FIRST_DELAY * 2 ** (this.crashes - 1), LONGEST_DELAY);
    setTimeout(() => void this.start(), delay);
  }

  private fail(error: ErrorShape): void {
    this.address = { error };
    this.failedAt = Date.now();
    this.options.onState('failed');
  }
}

/** Ends the backend before the app goes, so that it can finish its files. */
export function stopBeforeQuit(backend: BackendProcess): void {
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void backend.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}
