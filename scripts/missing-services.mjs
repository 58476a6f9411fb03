/**
 * Which servers of tests/services cannot be had on this machine. What can be installed (as root on Debian) or built is
 * counted as there: the tests fetch it themselves.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from '../tests/support/setup-machine.mjs';

/** Each with the tests that need it, the commands of which one must be there, and what to do where none is. */
const SERVERS = [
  {
    tests: ['tests/services/objects/**', 'tests/services/lake/**'],
    commands: ['go'],
    cached: 'go-bin/minio',
    hint: 'MinIO is built by Go: install Go, https://go.dev/dl',
  },
  {
    tests: ['tests/services/mongodb/**'],
    commands: ['python3'],
    hint: 'its MongoDB comes from PyPI: install Python 3',
  },
  {
    tests: ['tests/services/mysql/**'],
    commands: ['mariadbd', 'mysqld'],
    debian: true,
    hint: 'sudo apt-get install mariadb-server',
  },
  {
    tests: ['tests/services/keychain.test.ts'],
    commands: ['gnome-keyring-daemon'],
    debian: true,
    hint: 'sudo apt-get install dbus gnome-keyring',
  },
  {
    tests: ['tests/services/postgres/ssh.test.ts'],
    commands: ['sshd'],
    debian: true,
    hint: 'sudo apt-get install openssh-server',
  },
];

/** The globs of the tests that cannot run here, and why, a line each. */
export function missingServices() {
  const missing = SERVERS.filter((server) => !isThere(server));
  return {
    exclude: missing.flatMap((server) => server.tests),
    reasons: missing.map((server) => `${server.tests.join(', ')}: ${server.hint}`),
  };
}

function isThere({ commands, cached, debian }) {
  if (cached && existsSync(path.join(CACHE, cached))) return true;
  if (debian && process.getuid?.() === 0 && isOnPath('apt-get')) return true;
  return commands.some(isOnPath);
}

function isOnPath(command) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, command)));
}
