import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSocket } from '../../../src/main/connectors/database/reach';
import { commandOf, freePort, ServerProcess } from './database-process';

/** An sshd that lets this user in by a key of its own, and a client configuration that knows it as `bastion`. */
export interface SshServer {
  port: number;
  /** For `ssh -F`. */
  configFile: string;
  /** Knows the host, but has no key that it takes. */
  keylessConfigFile: string;
  stop(): Promise<void>;
}

export async function startSshd(): Promise<SshServer> {
  const sshd = commandOf('sshd', 'openssh-server');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-sshd-'));
  const file = (name: string) => path.join(folder, name);
  const port = await freePort();
  for (const name of ['host_key', 'user_key', 'other_key']) {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  }
  copyFileSync(file('user_key.pub'), file('authorized_keys'));
  // Without privileges of its own sshd wants this folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  writeFileSync(
    file('sshd_config'),
    [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host_key')}`, `PidFile ${file('sshd.pid')}`],
      ...[`AuthorizedKeysFile ${file('authorized_keys')}`, 'PasswordAuthentication no', 'StrictModes no'],
      ...['PermitRootLogin yes', 'UsePAM no', 'AllowTcpForwarding yes', ''],
    ].join('\n'),
  );
  const config = (key: string) =>
    [
      ...['Host bastion', '  HostName 127.0.0.1', `  Port ${port}`, `  User ${os.userInfo().username}`],
      ...[`  IdentityFile ${file(key)}`, '  IdentitiesOnly yes', '  IdentityAgent none'],
      ...['  StrictHostKeyChecking no', `  UserKnownHostsFile ${file('known_hosts')}`, '  LogLevel ERROR', ''],
    ].join('\n');
  writeFileSync(file('config'), config('user_key'));
  writeFileSync(file('keyless_config'), config('other_key'));
  const isReady = () =>
    openSocket({ host: '127.0.0.1', port }, 1_000).then(
      (socket) => {
        socket.destroy();
        return true;
      },
      () => false, // not yet
    );
  const server = await ServerProcess.start(sshd, ['-D', '-e', '-f', file('sshd_config')], folder, isReady, true);
  return {
    port,
    configFile: file('config'),
    keylessConfigFile: file('keyless_config'),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
