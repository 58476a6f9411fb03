import { MillraceError } from '../../../shared/errors';
import type { MysqlServer } from './mysql-server';

const WRITES = /\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE)\b/;

/**
 * What the user may do: a sentence, or ACCESS_DENIED where nothing can be read, and CONNECTION_READ_ONLY where writing
 * is asked for and cannot be.
 */
export async function checkRights(server: MysqlServer): Promise<string> {
  const [facts] = await server.rows<Record<'version' | 'user' | 'readonly' | 'tables', string>>(
    `select version() as version, current_user() as user, @@global.read_only as readonly,
       (select count(*) from information_schema.tables
        where table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys')) as tables`,
  );
  const grants = (await server.rows<Record<string, string>>('show grants')).map((row) => Object.values(row)[0] ?? '');
  if (!facts) throw new MillraceError({ code: 'CONNECTION_LOST', message: 'The server gave no answer.' });
  const { user, tables } = facts;
  const isUseless = grants.every((grant) => /^GRANT USAGE ON \*\.\*/.test(grant) && !/GRANT USAGE.*,/.test(grant));
  if (isUseless && tables === '0') {
    throw new MillraceError({
      code: 'ACCESS_DENIED',
      message: `"${user}" may read nothing.`,
      hint: `Let an administrator run \`grant select on ${server.target.database ?? 'DATABASE'}.* to …\`.`,
    });
  }
  const mayWrite = grants.some((grant) => WRITES.test(grant)) && facts.readonly === '0';
  if (!server.target.readOnly && !mayWrite) {
    throw new MillraceError({
      code: 'CONNECTION_READ_ONLY',
      message: `"${user}" may not write, and \`access: write\` asks for it.`,
      hint: 'Let an administrator run `grant insert, update, delete on …`, or set `access: read`.',
    });
  }
  const isSuper = grants.some((grant) => /^GRANT ALL PRIVILEGES ON \*\.\*/.test(grant));
  const seen = [facts.version, `sees ${tables} tables as "${user}"`];
  if (isSuper) seen.push('who may do anything: a user of its own is safer');
  return seen.join(', ');
}
