import type { ConnectionInfo } from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import { quoteIdentifier } from '../../../shared/sql/quote';
import type { GuardedStatement, StatementGuard } from '../../engine/statement-guard';
import { findWrites, type Write } from './find-writes';

/** What is needed of a project's connections. */
export interface GuardedConnections {
  nameOf(alias: string): string | undefined;
  info(name: string): Pick<ConnectionInfo, 'name' | 'alias' | 'type' | 'access' | 'environment'>;
  use(alias: string): Promise<boolean>;
}

/**
 * Keeps writes to a production database from happening at once: each waits in a transaction that the user ends, and one
 * that would change every row of a table stops with their number. What a reading connection is given to execute is
 * refused, whatever the database would say.
 */
export function createStatementGuard(connections: GuardedConnections): StatementGuard {
  return async (statement) => {
    const writes = findWrites(statement.sql, (name) => connections.nameOf(name) !== undefined);
    let waitsFor: string | undefined;
    for (const write of writes) {
      const alias = write.alias ?? (await statement.currentDatabase());
      const name = connections.nameOf(alias);
      if (name === undefined) continue;
      const info = connections.info(name);
      if (info.access !== 'write') {
        if (write.isExecuted) throw readsOnly(info.name);
        continue;
      }
      if (info.environment !== 'prod') continue;
      refuseWhatCannotWait(write, info);
      if (write.isEveryRow) throw await everyRow(write, alias, statement, connections);
      waitsFor = name;
    }
    return waitsFor;
  };
}

function readsOnly(name: string): MillraceError {
  return new MillraceError({
    code: 'CONNECTION_READ_ONLY',
    message: `The connection "${name}" only reads, so nothing is executed there.`,
    hint: 'Use postgres_query or mysql_query to read, or set `access: write` for the connection.',
  });
}

function refuseWhatCannotWait(write: Write, { name, type }: { name: string; type: string }): void {
  const reason = write.isPrepared
    ? 'A prepared write would run later, unseen.'
    : write.isOutside
      ? 'With use_transaction = false it would be committed at once.'
      : write.isDefinition && type === 'mysql'
        ? 'MySQL commits such a statement at once, with all before it.'
        : undefined;
  if (reason === undefined) return;
  throw new MillraceError({
    code: 'UNSUPPORTED',
    message: `This statement cannot wait for a commit on "${name}". ${reason}`,
    hint: 'Write the statement out, or run it with a client of the database; connections with `environment: dev` or `test` do not wait.',
  });
}

async function everyRow(
  write: Write,
  alias: string,
  statement: GuardedStatement,
  connections: GuardedConnections,
): Promise<MillraceError> {
  await connections.use(alias);
  const relation = [alias, ...write.path].map(quoteIdentifier).join('.');
  const rows = Number(await statement.countRows(relation)).toLocaleString('en-US');
  const table = [alias, ...write.path].join('.');
  const { verb } = write;
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `This ${verb} has no WHERE: it would change all ${rows} rows of ${table}.`,
    hint:
      verb === 'TRUNCATE'
        ? `If every row is meant, write DELETE FROM ${table} WHERE true.`
        : 'Add WHERE; if every row is meant, write WHERE true.',
    ...(write.start === undefined ? {} : { at: { offset: write.start } }),
  });
}
