import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../shared/errors';

/** What every engine loads at start, in this order: readers of files. */
const FILE_EXTENSIONS = ['httpfs', 'excel', 'avro', 'encodings'] as const;

/**
 * What only a trusted folder gets, after those (iceberg needs avro): databases, object stores and lake formats. An
 * untrusted one has no connections, and sqlite_scanner opens files past DuckDB's file rules (seen in 1.5.5).
 */
const TRUSTED_EXTENSIONS = [
  'sqlite_scanner',
  'postgres_scanner',
  'mysql_scanner',
  'ducklake',
  'azure',
  'iceberg',
  'delta',
  'mongo',
] as const;

const ENGINE_TAG = 'h1-5-5';

/** An extension of the engine as a file that npm brought. */
export interface EngineExtension {
  name: string;
  /** Absolute path to LOAD. */
  file: string;
  /** The npm package it came in and its version. */
  package: string;
  version: string;
  license: string;
  /**
   * The hash in the package's own metadata. It is not that of the installed file in any of the leaf packages (it seems to
   * be taken before packing), so it proves nothing about the file: the lockfile's integrity of the tarball does.
   */
  publishedSha256: string | undefined;
  /** SHA-256 of the file as it lies on disk, in hexadecimal. */
  sha256(): Promise<string>;
}

/** The names this process should load; MILLRACE_EXTRA_EXTENSIONS adds some by name, comma-separated (benchmarks). */
export function wantedExtensions(restricted = false): string[] {
  const extra = (process.env.MILLRACE_EXTRA_EXTENSIONS ?? '').split(',').map((name) => name.trim());
  const names = [
    ...FILE_EXTENSIONS,
    ...(restricted ? [] : TRUSTED_EXTENSIONS),
    ...extra.filter((name) => /^[a-z0-9_]+$/.test(name)),
  ];
  return [...new Set(names)];
}

/** The wanted extensions that are installed for this platform, and the names of those that are not. */
export function findExtensions(restricted = false): { found: EngineExtension[]; missing: string[] } {
  const found: EngineExtension[] = [];
  const missing: string[] = [];
  for (const name of wantedExtensions(restricted)) {
    const extension = findExtension(name);
    if (extension) found.push(extension);
    else missing.push(name);
  }
  return { found, missing };
}

/** The error for something that needs an extension which is not there. */
export function extensionMissing(name: string, cause?: unknown): MillraceError {
  return new MillraceError({
    code: 'EXTENSION_MISSING',
    message: `The engine's extension "${name}" is not installed for ${platformName()}.`,
    hint: `Run \`npm ci\` again without \`--omit=optional\`, so that ${packageName(name)} is installed; \`millrace doctor\` shows what is there.`,
    cause,
  });
}

function findExtension(name: string): EngineExtension | undefined {
  const folder = findPackage(packageName(name), path.join('bin', `${name}.duckdb_extension`));
  if (folder === undefined) return undefined;
  const file = path.join(unpacked(folder), 'bin', `${name}.duckdb_extension`);
  const manifest = readJson(path.join(folder, 'package.json'));
  const metadata = readJson(path.join(folder, 'haybarn-metadata.json'));
  return {
    name,
    file,
    package: packageName(name),
    version: text(manifest.version) ?? 'unknown',
    license: text(manifest.license) ?? 'unknown',
    publishedSha256: text(metadata.sha256),
    sha256: () => sha256OfFile(file),
  };
}

function packageName(name: string): string {
  return `@haybarn/ext-${name}-${ENGINE_TAG}-${platformName()}`;
}

function platformName(): string {
  const musl = process.platform === 'linux' && !hasGlibc() ? '-musl' : '';
  return `${process.platform}-${process.arch}${musl}`;
}

let glibc: boolean | undefined;

/** Asked once: the report takes 0.1 s. */
function hasGlibc(): boolean {
  glibc ??= readGlibc();
  return glibc;
}

function readGlibc(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime !== undefined;
}

/** Walks up from this file (sources, out/main or an asar archive) looking into each `node_modules` for the package. */
function findPackage(name: string, file: string): string | undefined {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(unpacked(candidate), file))) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** The system cannot load what lies in an Electron archive: it takes the archive's unpacked twin beside it. */
function unpacked(file: string): string {
  return file.replace(/app\.asar(?=$|[\\/])/, 'app.asar.unpacked');
}

function readJson(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
