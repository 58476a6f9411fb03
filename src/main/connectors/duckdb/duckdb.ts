import type { TestStep } from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import type { Attachable, Connector, EngineBrowsable, OpenConnection } from '../connector';
import { runTestSteps, type StepWork } from '../database/test-steps';
import { describeAttached, listAttached } from './attached-catalog';
import { findPath, firstBytes, requirePermission } from './connection-file';
import { attachFile, detachFile } from './file-attachment';

/** DuckDB files: one writer or several readers at a time, so they are let go as soon as they are idle. */
export const duckdbConnector: Connector & Attachable & EngineBrowsable = {
  type: 'duckdb',
  test: (connection, signal) => testFile(connection, signal, requireDuckdb),
  close: async () => undefined,
  attach: (connection, engine) => attachFile(connection, engine, 'duckdb'),
  detach: detachFile,
  listAttached,
  describeAttached,
};

/** The steps of a database file; `requireFormat` throws where it is another kind of file. */
export function testFile(
  connection: OpenConnection,
  signal: AbortSignal,
  requireFormat: (file: string) => Promise<string>,
): AsyncIterable<TestStep> {
  let file = '';
  const steps: StepWork[] = [
    {
      step: 'name',
      work: async () => {
        file = await findPath(connection, 'file');
        return `${file} is there.`;
      },
    },
    { step: 'route', work: () => requireFormat(file) },
    { step: 'tls', work: async () => ({ skipped: 'A file on this machine.' }) },
    { step: 'login', work: async () => ({ skipped: 'A file on this machine.' }) },
    { step: 'right', work: () => requirePermission(connection, file) },
  ];
  return runTestSteps(steps, signal);
}

/** https://duckdb.org/docs/stable/internals/storage: the magic bytes stand behind the checksum of the header. */
async function requireDuckdb(file: string): Promise<string> {
  const bytes = await firstBytes(file, 12);
  if (bytes.subarray(8, 12).toString('latin1') === 'DUCK') return 'It is a DuckDB file.';
  throw new MillraceError({
    code: 'FILE_FORMAT',
    message: `${file} is no DuckDB file.`,
    hint: 'Check `path`; for a SQLite file take the type sqlite.',
    at: { file },
  });
}
