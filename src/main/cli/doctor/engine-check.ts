import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorShape } from '../../../shared/errors';
import type { Check } from './report';

const LOADED_BY_NAME = `SELECT extension_name AS name, extension_version AS version FROM duckdb_extensions() WHERE loaded`;

/** Opens an engine in a temporary folder, queries it, and tells of each extension whether it loads. */
export async function checkEngine(): Promise<Check[]> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-doctor-'));
    const { Engine } = await import('../../engine/engine');
    const engine = await Engine.open({
      projectFolder: folder,
      stateFolder: path.join(folder, '.millrace'),
      restricted: false,
    });
    try {
      const connection = await engine.connect();
      const [answer] = await connection.rows<{ answer: number }>('SELECT 6 * 7 AS answer');
      const loaded = await connection.rows<{ name: string }>(LOADED_BY_NAME);
      connection.close();
      const status = await engine.status();
      const limit = `${(status.memoryLimitBytes / 2 ** 30).toFixed(1)} GB memory limit`;
      const works = Number(answer?.answer) === 42;
      const detail = works ? `DuckDB ${engine.version}, ${limit}` : 'DuckDB answers wrongly';
      return [engineCheck(works, detail), ...(await extensionChecks(loaded.map(({ name }) => name)))];
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [engineCheck(false, errorShape(error).message)];
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function engineCheck(works: boolean, detail: string): Check {
  const base: Check = { name: 'engine', state: works ? 'ok' : 'failed', essential: true, detail };
  if (works) return base;
  return {
    ...base,
    mend: 'Run `npm ci` again in the folder of Millrace; the package @duckdb/node-bindings-* is missing or damaged.',
  };
}

async function extensionChecks(loaded: string[]): Promise<Check[]> {
  const { findExtensions } = await import('../../engine/extensions');
  const { found, missing } = findExtensions();
  const present = found.map((extension): Check => {
    const works = loaded.includes(extension.name);
    const base = { name: `extension ${extension.name}`, essential: false };
    if (works) return { ...base, state: 'ok', detail: `${extension.package}@${extension.version}` };
    return {
      ...base,
      state: 'warning',
      detail: `${extension.file} does not load`,
      mend: `Run \`npm ci\` again; the file is damaged or not of this engine's version.`,
    };
  });
  const absent = missing.map(
    (name): Check => ({
      name: `extension ${name}`,
      state: 'warning',
      essential: false,
      detail: 'not installed',
      mend: 'Run `npm ci` again without --omit=optional.',
    }),
  );
  return [...present, ...absent];
}
