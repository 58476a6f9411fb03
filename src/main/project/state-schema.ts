import { MillraceError } from '../../shared/errors';

interface SchemaConnection {
  run(sql: string, parameters?: Record<string, string | number | null>): Promise<void>;
  rows<T>(sql: string, parameters?: Record<string, string | number | null>): Promise<T[]>;
}

/**
 * Brings one component's tables in the project's state database (attached as `millrace`) to their newest form: each
 * migration is one statement, run once, in order and in a transaction with the version it leads to. Throws
 * VERSION_MISMATCH where a newer Millrace wrote them.
 */
export async function migrate(connection: SchemaConnection, component: string, migrations: string[]): Promise<void> {
  await connection.run(
    'create table if not exists millrace.main.schema_versions (component varchar primary key, version integer not null)',
  );
  const [found] = await connection.rows<{ version: number }>(
    'select version from millrace.main.schema_versions where component = $component',
    { component },
  );
  const version = found?.version ?? 0;
  if (version > migrations.length) throw newerVersion(component);
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    await runMigration(connection, component, migration, index + 1);
  }
}

async function runMigration(
  connection: SchemaConnection,
  component: string,
  sql: string,
  version: number,
): Promise<void> {
  await connection.run('begin');
  try {
    await connection.run(sql);
    await connection.run(
      'insert or replace into millrace.main.schema_versions values ($component, $version::integer)',
      {
        component,
        version,
      },
    );
    await connection.run('commit');
  } catch (error) {
    await connection.run('rollback');
    throw error;
  }
}

function newerVersion(component: string): MillraceError {
  return new MillraceError({
    code: 'VERSION_MISMATCH',
    message: `The project's record of ${component} was written by a newer Millrace.`,
    hint: 'Use the newer Millrace, or move .millrace/millrace.duckdb away to begin a new record.',
  });
}
