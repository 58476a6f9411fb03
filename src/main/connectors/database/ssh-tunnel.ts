import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, MillraceError } from '../../../shared/errors';
import { redactText } from '../../../shared/sql/redact';
import type { OptionReader } from './option-reader';
import { openSocket } from './reach';

/** How the user's own ssh is asked for a tunnel; everything else is in its configuration. */
export interface SshOptions {
  /** A host or an alias of ~/.ssh/config, also `user@host`. */
  host: string;
  port: number | undefined;
  /** Another configuration file than the user's. */
  configFile: string | undefined;
}

/** The options `ssh_host`, `ssh_port`, `ssh_config`; undefined where no tunnel is asked for. */
export function readSshOptions(options: OptionReader): SshOptions | undefined {
  const host = options.text('ssh_host');
  if (host === undefined) return undefined;
  // A name that begins with a hyphen would be an option of ssh, and one of those runs commands.
  if (host.startsWith('-') || /\s/.test(host)) throw options.wrong('ssh_host', 'is a host or a name of ~/.ssh/config');
  return { host, port: options.number('ssh_port'), configFile: options.file('ssh_config') };
}

/** A port of this machine that leads to a server behind an ssh host, as long as the ssh process lives. */
export class SshTunnel {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly via: string,
  ) {
    child.stderr?.on('data', (piece: Buffer) => {
      this.said = (this.said + piece.toString()).slice(-2_000);
    });
  }

  /**
   * Opens it with `ssh -N -L`, never asking for a password (BatchMode): keys come from the agent or the configuration.
   * Throws CONNECTION_FAILED with what ssh said.
   */
  static async open(ssh: SshOptions, to: { host: string; port: number }, signal?: AbortSignal): Promise<SshTunnel> {
    const port = await freeLocalPort();
    const args = ['-N', '-T', '-o', 'BatchMode=yes', '-o', 'ExitOnForwardFailure=yes', '-o', 'ConnectTimeout=10'];
    args.push('-o', 'ServerAliveInterval=15', '-L', `127.0.0.1:${port}:${to.host}:${to.port}`);
    if (ssh.port !== undefined) args.push('-p', String(ssh.port));
    if (ssh.configFile !== undefined) args.push('-F', ssh.configFile);
    const child = spawn('ssh', [...args, ssh.host], { stdio: ['ignore', 'ignore', 'pipe'] });
    const tunnel = new SshTunnel(child, port, ssh.host);
    let failed: Error | undefined;
    child.once('error', (error) => {
      failed = error;
    });
    for (;;) {
      if (signal?.aborted) {
        tunnel.close();
        throw new CancelledError();
      }
      if (failed || !tunnel.isOpen) throw tunnel.error(failed);
      const socket = await openSocket({ host: '127.0.0.1', port }, 1_000).catch(() => undefined); // not yet
      socket?.destroy();
      if (socket) return tunnel;
      await sleep(50);
    }
  }

  get isOpen(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What ssh said so far: it tells why a server behind it is not reached. */
  get messages(): string {
    return redactText(this.said.trim());
  }

  close(): void {
    this.child.kill();
  }

  private error(failed: Error | undefined): MillraceError {
    const isMissing = (failed as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: isMissing
        ? 'There is no `ssh` on this machine.'
        : `ssh could not open a tunnel through ${this.via}: ${this.messages || 'it ended without a word'}`,
      hint: isMissing
        ? 'Install the OpenSSH client.'
        : `Try \`ssh -o BatchMode=yes ${this.via}\` in a terminal: it must log in without a question (key in the agent, host key known).`,
      cause: failed,
    });
  }
}

async function freeLocalPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
