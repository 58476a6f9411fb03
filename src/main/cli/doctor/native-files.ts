import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findExtensions } from '../../engine/extensions';
import type { NativeFile } from './report';

const NATIVE = /\.(node|so|dylib|dll)$/;

/** Every native file of this installation with its origin and hash. Those that are not installed are not listed. */
export async function listNativeFiles(root: string, electronBinary: string | undefined): Promise<NativeFile[]> {
  const bindings = platformPackages(root, '@duckdb', 'node-bindings-');
  const keyring = platformPackages(root, '@napi-rs', 'keyring-');
  const packaged = [...bindings, ...keyring].flatMap((folder) => {
    return readdirSync(folder)
      .filter((name) => NATIVE.test(name))
      .map((name) => ({ file: path.join(folder, name), ...manifestOf(folder) }));
  });
  const extensions = findExtensions().found.map((extension) => ({
    file: extension.file,
    package: extension.package,
    version: extension.version,
    license: extension.license,
  }));
  const electron = electronBinary ? [{ file: electronBinary, ...electronManifest(root, electronBinary) }] : [];
  return Promise.all([...packaged, ...extensions, ...electron].map(measured));
}

/** The installed packages of a scope whose name begins so: the platform's own leaf packages. */
function platformPackages(root: string, scope: string, prefix: string): string[] {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const scoped = path.join(folder, 'node_modules', scope);
    if (existsSync(scoped)) {
      const names = readdirSync(scoped).filter((name) => name.startsWith(prefix));
      if (names.length > 0) return names.map((name) => path.join(scoped, name));
    }
    if (folder === path.dirname(folder)) return [];
  }
}

function manifestOf(folder: string): { package: string; version: string; license: string } {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : 'unknown');
  return { package: text(manifest.name), version: text(manifest.version), license: text(manifest.license) };
}

function electronManifest(root: string, binary: string) {
  const inside = path.join('node_modules', 'electron');
  if (binary.startsWith(path.join(root, inside))) return manifestOf(path.join(root, inside));
  const version = path.join(path.dirname(binary), 'version');
  const found = existsSync(version) ? readFileSync(version, 'utf8').trim() : 'unknown';
  return { package: 'ELECTRON_OVERRIDE_DIST_PATH', version: found, license: 'MIT' };
}

async function measured(native: Omit<NativeFile, 'bytes' | 'sha256'>): Promise<NativeFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(native.file), hash);
  return { ...native, bytes: (await stat(native.file)).size, sha256: hash.digest('hex') };
}

/** Electron's executable, found the way the start script does; never downloads. */
export function findElectron(root: string): { binary: string | undefined; wanted: string | undefined } {
  const folder = electronFolder(root);
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string];
  const candidates = [process.env.ELECTRON_OVERRIDE_DIST_PATH, folder && path.join(folder, 'dist')];
  const binary = candidates
    .filter((dist) => dist !== undefined && dist !== '')
    .map((dist) => path.join(dist as string, name ?? 'electron'))
    .find((file) => existsSync(file));
  return { binary, wanted: folder ? manifestOf(folder).version : undefined };
}

function electronFolder(root: string): string | undefined {
  try {
    return path.dirname(createRequire(path.join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return undefined; // Development packages were left out, and Electron with them.
  }
}
