import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A secret service of this test's own: GNOME Keyring on a session bus that nothing else knows. */
export interface Keychain {
  /** What a process must have in its environment to reach it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a D-Bus session with an unlocked, empty GNOME Keyring (Debian: dbus-daemon, gnome-keyring). */
export async function startKeychain(): Promise<Keychain> {
  if (!existsSync('/usr/bin/gnome-keyring-daemon') || !existsSync('/usr/bin/dbus-daemon')) install();
  const home = await mkdtemp(path.join(os.tmpdir(), 'millrace-keychain-'));
  const base = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    env: base,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  const env = { DBUS_SESSION_BUS_ADDRESS: address.toString().trim() };
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env: { ...base, ...env },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin?.end('millrace\n');
  while (!answers(env)) await sleep(50);
  return {
    env,
    async stop() {
      await Promise.all([ended(daemon), ended(bus)]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function answers(env: Record<string, string>): boolean {
  const ask = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.GetNameOwner'];
  return (
    spawnSync('dbus-send', [...ask, 'string:org.freedesktop.secrets'], { env: { ...process.env, ...env } }).status === 0
  );
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

function install(): void {
  process.stderr.write('Installing dbus and gnome-keyring for the keychain tests …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'dbus', 'gnome-keyring'],
  ]) {
    execFileSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
