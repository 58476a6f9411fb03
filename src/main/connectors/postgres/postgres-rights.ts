import { MillraceError } from '../../../shared/errors';
import type { PostgresServer } from './postgres-server';

interface Rights {
  [column: string]: string | null;
  version: string;
  role: string;
  super: string;
  standby: string;
  tables: string;
  readable: string;
  writable: string;
  creates: string;
}

/**
 * What the user may do: a sentence, or ACCESS_DENIED where nothing can be read, and CONNECTION_READ_ONLY where writing
 * is asked for and cannot be.
 */
export async function checkRights(server: PostgresServer): Promise<string> {
  const [rights] = await server.rows<Rights>(RIGHTS);
  if (!rights) throw new MillraceError({ code: 'CONNECTION_LOST', message: 'The server gave no answer.' });
  const { role } = rights;
  const [tables, readable, writable] = [rights.tables, rights.readable, rights.writable].map(Number);
  if (tables && !readable) {
    throw new MillraceError({
      code: 'ACCESS_DENIED',
      message: `"${role}" may read none of the ${tables} tables.`,
      hint: `Let an owner run \`grant usage on schema public to "${role}"; grant select on all tables in schema public to "${role}"\`.`,
    });
  }
  if (!server.target.readOnly) refuseReadOnly(rights, Boolean(writable) || rights.creates === 't');
  const seen = [`PostgreSQL ${rights.version}`, `reads ${readable} of ${tables} tables as "${role}"`];
  if (!server.target.readOnly) seen.push(`writes ${writable}`);
  if (rights.super === 't') seen.push('a superuser, who may do anything: a role of its own is safer');
  return seen.join(', ');
}

function refuseReadOnly(rights: Rights, mayWrite: boolean): void {
  if (rights.standby === 't') {
    throw new MillraceError({
      code: 'CONNECTION_READ_ONLY',
      message: 'The server is a standby, which nobody can write to.',
      hint: 'Connect to the primary, or set `access: read`.',
    });
  }
  if (mayWrite) return;
  throw new MillraceError({
    code: 'CONNECTION_READ_ONLY',
    message: `"${rights.role}" may write to no table, and \`access: write\` asks for it.`,
    hint: `Let an owner run \`grant insert, update, delete on … to "${rights.role}"\`, or set \`access: read\`.`,
  });
}

const RIGHTS = `
  select current_setting('server_version') as version, current_user as role,
    (select rolsuper from pg_roles where rolname = current_user) as super, pg_is_in_recovery() as standby,
    count(*) as tables,
    count(*) filter (where has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')) as readable,
    count(*) filter (where has_schema_privilege(n.oid, 'USAGE')
      and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')) as writable,
    has_database_privilege(current_database(), 'CREATE')
      or exists (select from pg_namespace s where s.nspname !~ '^pg_' and has_schema_privilege(s.oid, 'CREATE')) as creates
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
