import { randomBytes } from 'node:crypto';
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { MillraceError } from '../../shared/errors';
import { quoteLiteral } from '../../shared/sql/quote';
import { writeCertificates } from './certificates';
import { readFault } from './engine-error';
import { toMillraceError } from './errors';
import { findExtensions } from './extensions';
import { ROW_GROUP } from './kept-result';
import { type EngineLimits, memoryLimit, parseSize } from './limits';
import { STAGING } from './result-stage';

/** How an engine is opened. */
export interface EngineOptions {
  /** Absolute; relative paths in SQL are read from here. */
  projectFolder: string;
  /** Absolute, `<project>/.millrace`; made with mode 0700 where missing. */
  stateFolder: string;
  /** The folder is not trusted: no network, no file outside the project, no extension that could get around that. */
  restricted: boolean;
  limits?: EngineLimits;
  /** Absolute paths to LOAD; default: all that extensions.ts finds. */
  extensionFiles?: string[];
  /** How long to wait for a process that is just going away to let go of the project. Default 2,000 ms. */
  lockPatience?: number;
}

/** An open DuckDB with the project's state files attached. */
export interface OpenInstance {
  instance: DuckDBInstance;
  /** The file of kept results, attached as `results`. */
  scratchFile: string;
  /**
   * Loads the extensions and locks the configuration, once; gives the wanted extensions that could not be loaded, with
   * the reason. Until then the instance takes code from any file: only fixed statements of the app's own may run.
   */
  seal(): Promise<ReadonlyMap<string, string>>;
  /** What `seal` gives, where it was called. */
  sealing(): Promise<ReadonlyMap<string, string>> | undefined;
}

/** Kept results never outlive the process, so nothing of them goes to a write-ahead log. */
const SCRATCH_OPTIONS = `STORAGE_VERSION 'v1.5.0', ROW_GROUP_SIZE ${ROW_GROUP}, RECOVERY_MODE no_wal_writes`;

/** What a session may still SET; all else is fixed at opening. */
const SESSION_SETTINGS = [
  'errors_as_json',
  'enable_progress_bar',
  'enable_progress_bar_print',
  'TimeZone',
  'search_path',
  'schema',
];

/**
 * Opens the instance with the limits and the state files. What takes longest is left to `seal`, so that a window need
 * not wait for it; a folder that is not trusted is sealed at once.
 * @throws PROJECT_LOCKED where another process has the project open; PROJECT_INVALID for limits that are no sizes.
 */
export async function openInstance(options: EngineOptions): Promise<OpenInstance> {
  const temporary = path.join(options.stateFolder, 'tmp');
  await mkdir(options.stateFolder, { recursive: true, mode: 0o700 });
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const settings = limitSettings(options);
  const instance = await DuckDBInstance.create(':memory:', {
    allow_unsigned_extensions: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    errors_as_json: 'true',
  });
  try {
    const scratchFile = path.join(temporary, `results-${randomBytes(6).toString('hex')}.duckdb`);
    await withConnection(instance, async (connection) => {
      for (const setting of settings) await connection.run(setting);
      await attachHistory(connection, options);
      await removeStaleScratch(temporary);
      await connection.run(`ATTACH ${quoteLiteral(scratchFile)} AS results (${SCRATCH_OPTIONS})`);
      await connection.run(`ATTACH ':memory:' AS ${STAGING}`);
    });
    let sealing: Promise<ReadonlyMap<string, string>> | undefined;
    const seal = () => {
      sealing ??= withConnection(instance, (connection) => sealInstance(connection, options));
      return sealing;
    };
    if (options.restricted) await seal();
    return { instance, scratchFile, seal, sealing: () => sealing };
  } catch (error) {
    instance.closeSync();
    throw toMillraceError(error);
  }
}

/** Extensions first, while unsigned ones may be loaded, then the restrictions, and last the lock on the configuration. */
async function sealInstance(
  connection: DuckDBConnection,
  options: EngineOptions,
): Promise<ReadonlyMap<string, string>> {
  try {
    const writing = options.restricted ? undefined : writeCertificates(options.stateFolder);
    const missing = await loadExtensions(connection, options);
    const certificates = await writing;
    if (certificates !== undefined && (await hasSetting(connection, 'ca_cert_file'))) {
      await connection.run(`SET GLOBAL ca_cert_file = ${quoteLiteral(certificates)}`);
    }
    await connection.run('SET allow_unsigned_extensions = false');
    if (options.restricted) await restrict(connection, options);
    await connection.run(`SET allowed_configs = [${SESSION_SETTINGS.map(quoteLiteral).join(', ')}]`);
    await connection.run('SET lock_configuration = true');
    return missing;
  } catch (error) {
    throw toMillraceError(error);
  }
}

/** Settings of an extension are there once it is loaded. */
async function hasSetting(connection: DuckDBConnection, name: string): Promise<boolean> {
  const found = await connection.run(`SELECT 1 FROM duckdb_settings() WHERE name = ${quoteLiteral(name)}`);
  return (await found.getRows()).length > 0;
}

async function withConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** Removes the file of kept results with its log; for after the instance was closed. */
export async function removeScratch(scratchFile: string): Promise<void> {
  await rm(scratchFile, { force: true });
  await rm(`${scratchFile}.wal`, { force: true });
}

function limitSettings(options: EngineOptions): string[] {
  const { limits } = options;
  const settings = [
    `SET memory_limit = '${memoryLimit(limits)}B'`,
    `SET temp_directory = ${quoteLiteral(path.join(options.stateFolder, 'tmp'))}`,
    `SET GLOBAL file_search_path = ${quoteLiteral(options.projectFolder)}`,
    'SET allow_persistent_secrets = false',
  ];
  if (limits?.threads !== undefined) settings.push(`SET threads = ${Math.max(1, Math.floor(limits.threads))}`);
  // As an option at creation DuckDB ignores it: it must be SET.
  if (limits?.temporary !== undefined) {
    settings.push(`SET max_temp_directory_size = '${parseSize(limits.temporary, 'temporary')}B'`);
  }
  return settings;
}

async function loadExtensions(connection: DuckDBConnection, options: EngineOptions): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  const { found, missing: absent } = findExtensions(options.restricted);
  for (const name of options.extensionFiles ? [] : absent) missing.set(name, 'not installed');
  for (const file of options.extensionFiles ?? found.map((extension) => extension.file)) {
    try {
      await connection.run(`LOAD ${quoteLiteral(file)}`);
    } catch (error) {
      missing.set(path.basename(file, '.duckdb_extension'), readFault(error).message);
    }
  }
  return missing;
}

/**
 * The kernel's lock on the history file is what makes one process own a project. A process that was killed may hold it
 * for a moment longer, so the attach is tried again for a while.
 */
async function attachHistory(connection: DuckDBConnection, options: EngineOptions): Promise<void> {
  const file = path.join(options.stateFolder, 'millrace.duckdb');
  const until = Date.now() + (options.lockPatience ?? 2000);
  for (;;) {
    try {
      await connection.run(`ATTACH ${quoteLiteral(file)} AS millrace`);
      return;
    } catch (error) {
      const { message } = readFault(error);
      if (!/could not set lock|conflicting lock|being used by another process/i.test(message)) {
        throw historyUnreadable(file, message);
      }
      if (Date.now() >= until) throw projectLocked(options.projectFolder, message);
      await sleep(100);
    }
  }
}

/** The error for a project that another process owns; `detail` may name that process. */
export function projectLocked(projectFolder: string, detail = ''): MillraceError {
  const holder = /\(PID (\d+)\)/.exec(detail)?.[1];
  return new MillraceError({
    code: 'PROJECT_LOCKED',
    message: `The project ${projectFolder} is open in another process${holder ? ` (process ${holder})` : ''}.`,
    hint: 'Use the window that has it open, or close that one and try again.',
  });
}

function historyUnreadable(file: string, message: string): MillraceError {
  return new MillraceError({
    code: 'FILE_CORRUPT',
    message: `The run history ${file} cannot be opened: ${message}`,
    hint: 'Move the file away; a new, empty history is begun. No project file depends on it.',
    at: { file },
  });
}

/** Only to be called while the history's lock is held: then no other process can be using those files. */
async function removeStaleScratch(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    if (/^results-[0-9a-f]+\.duckdb(?:\.wal)?$/.test(name) || name.startsWith('duckdb_temp_')) {
      await rm(path.join(temporary, name), { force: true, recursive: true });
    }
  }
}

/** The state files stay open, as DuckDB lists what is attached among the allowed paths when access is closed. */
async function restrict(connection: DuckDBConnection, options: EngineOptions): Promise<void> {
  const folders = new Set([options.projectFolder, await realpath(options.projectFolder)]);
  await connection.run(`SET allowed_directories = [${[...folders].map(quoteLiteral).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
}
