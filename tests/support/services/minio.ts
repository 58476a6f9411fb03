import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificates } from './certificates';
import { freePort, serverFolder } from './database-process';

const run = promisify(execFile);
const BINARIES = path.join(homedir(), '.cache', 'millrace-test', 'go-bin');
const MODULES = {
  minio: 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c',
  mc: 'github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9',
};

export interface Minio {
  /** With scheme and port. */
  endpoint: string;
  /** `host:port`. */
  address: string;
  port: number;
  region: string;
  rootUser: string;
  rootPassword: string;
  folder: string;
  /** File of the authority that signed the server's certificate; with `tls`. */
  caFile: string | undefined;
  /** Runs MinIO's client; the server is its alias `t`. Gives what it printed. */
  mc(...args: string[]): Promise<string>;
  /** A user who may do what the policy's statements say; none at all without. */
  addUser(name: string, secret: string, statements?: object[]): Promise<void>;
  /** What the server is asked while `work` runs, as `PUT /bucket/key` lines. */
  traced(work: () => Promise<unknown>): Promise<string[]>;
  /** Ends the server without warning. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A MinIO server in a temporary folder. Builds server and client by `go install` where they are missing (minutes). */
export async function startMinio(options: { tls?: boolean; region?: string } = {}): Promise<Minio> {
  const binaries = { minio: await binary('minio'), mc: await binary('mc') };
  const folder = serverFolder('minio');
  const [port, consolePort] = [await freePort(), await freePort()];
  const rootUser = 'rootkey';
  const rootPassword = 'root-secret-value';
  const region = options.region ?? 'us-east-1';
  const certificates = path.join(folder, 'certs');
  await mkdir(path.join(certificates, 'CAs'), { recursive: true });
  const made = options.tls ? makeCertificates(folder, 'nobody') : undefined;
  if (made) {
    await copyFile(made.serverCertificate, path.join(certificates, 'public.crt'));
    await copyFile(made.serverKey, path.join(certificates, 'private.key'));
  }
  const endpoint = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    HOME: folder,
    MINIO_ROOT_USER: rootUser,
    MINIO_ROOT_PASSWORD: rootPassword,
    MINIO_UPDATE: 'off',
    MINIO_BROWSER: 'off',
    MINIO_SITE_REGION: region,
    MC_CONFIG_DIR: path.join(folder, 'mc'),
    MC_HOST_t: `${options.tls ? 'https' : 'http'}://${rootUser}:${rootPassword}@127.0.0.1:${port}`,
    ...(made ? { SSL_CERT_FILE: made.ca } : {}),
  };
  const launch = () => start(binaries.minio, folder, certificates, endpoint, { port, consolePort }, env);
  let server = await launch();
  const mc = async (...args: string[]) =>
    (await run(binaries.mc, ['--quiet', ...args], { env, maxBuffer: 1 << 26 })).stdout;
  await until(() =>
    mc('ready', 't').then(
      () => true,
      () => false,
    ),
  );
  return {
    endpoint,
    address: `127.0.0.1:${port}`,
    port,
    region,
    rootUser,
    rootPassword,
    folder,
    caFile: made?.ca,
    mc,
    async addUser(name, secret, statements) {
      await mc('admin', 'user', 'add', 't', name, secret);
      if (!statements) return;
      const file = path.join(folder, `${name}.json`);
      await writeFile(file, JSON.stringify({ Version: '2012-10-17', Statement: statements }));
      await mc('admin', 'policy', 'create', 't', `${name}-policy`, file);
      await mc('admin', 'policy', 'attach', 't', `${name}-policy`, '--user', name);
    },
    traced: (work) => trace(binaries.mc, env, endpoint, work),
    kill: () => end(server, 'SIGKILL'),
    async restart() {
      server = await launch();
    },
    async stop() {
      await end(server, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(
  command: string,
  folder: string,
  certificates: string,
  endpoint: string,
  ports: { port: number; consolePort: number },
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const data = path.join(folder, 'data');
  const args = ['server', '--quiet', '--certs-dir', certificates, '--address', `127.0.0.1:${ports.port}`];
  const child = spawn(command, [...args, '--console-address', `127.0.0.1:${ports.consolePort}`, data], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said = `${said}${piece.toString()}`.slice(-4_000);
  });
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`minio did not start: ${said}`);
      return isLive(endpoint);
    });
  } catch (error) {
    await end(child, 'SIGKILL');
    throw error;
  }
  return child;
}

/** Any answer will do over TLS, whose authority this process does not know. */
async function isLive(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/minio/health/live`)).ok;
  } catch (error) {
    return endpoint.startsWith('https') && /certificate/i.test(String((error as Error).cause));
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('the server did not become ready within 30 s');
    await sleep(100);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

async function trace(
  mc: string,
  env: NodeJS.ProcessEnv,
  endpoint: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const child = spawn(mc, ['admin', 'trace', '--json', '--call', 's3', 't'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  const mark = async (name: string) => {
    // A request of our own, repeated until the trace has it: what came before it has arrived then.
    const end = Date.now() + 20_000;
    while (!text.includes(name) && Date.now() < end) {
      await fetch(`${endpoint}/${name}`).catch(() => undefined); // refused by design
      await sleep(100);
    }
    if (!text.includes(name)) throw new Error('mc admin trace says nothing');
  };
  try {
    await mark('trace-begin');
    await work();
    await mark('trace-end');
  } finally {
    await end(child, 'SIGTERM');
  }
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map(
      (line) =>
        JSON.parse(line) as {
          api?: string;
          path?: string;
          request?: { method?: string; path?: string; rawQuery?: string };
        },
    )
    .map((entry) => `${entry.api ?? ''} ${entry.path ?? ''}`)
    .filter((line) => !/trace-(begin|end)/.test(line));
}

async function binary(name: keyof typeof MODULES): Promise<string> {
  const file = path.join(BINARIES, name);
  if (existsSync(file)) return file;
  process.stderr.write(`${name} is missing: go install ${MODULES[name]} (takes minutes)\n`);
  await mkdir(BINARIES, { recursive: true });
  await run('go', ['install', MODULES[name]], {
    env: { ...process.env, GOBIN: BINARIES },
    maxBuffer: 1 << 26,
  });
  return file;
}
