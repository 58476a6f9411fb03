import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';

/** The settings of one section of a `pg_service.conf`, by libpq's names. */
export type ServiceSettings = Record<string, string>;

/**
 * The section of that name from the first file that has it: the given one, else PGSERVICEFILE or ~/.pg_service.conf,
 * then `pg_service.conf` in PGSYSCONFDIR. Throws NOT_FOUND where none has it.
 * https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export async function readService(service: string, file: string | undefined): Promise<ServiceSettings> {
  const own = file ?? process.env.PGSERVICEFILE ?? path.join(homedir(), '.pg_service.conf');
  const system = process.env.PGSYSCONFDIR;
  const files = system === undefined ? [own] : [own, path.join(system, 'pg_service.conf')];
  for (const candidate of files) {
    const settings = serviceSection((await readWhereThere(candidate)) ?? '', service);
    if (settings) return settings;
  }
  throw new MillraceError({
    code: 'NOT_FOUND',
    message: `No service "${service}" is defined in ${files.join(' or ')}.`,
    hint: `Add a section [${service}] with host, port, dbname and user there, or correct \`service\`.`,
  });
}

function serviceSection(text: string, service: string): ServiceSettings | undefined {
  let settings: ServiceSettings | undefined;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const section = /^\[(.*)\]$/.exec(trimmed)?.[1];
    if (section !== undefined) {
      if (settings) return settings;
      if (section === service) settings = {};
    } else if (settings) {
      const at = trimmed.indexOf('=');
      if (at > 0) settings[trimmed.slice(0, at).trim()] = trimmed.slice(at + 1).trim();
    }
  }
  return settings;
}

/** What a password of a `.pgpass` file is looked up by. */
export interface PasswordKey {
  host: string;
  port: number;
  database: string;
  user: string;
}

/**
 * The password of the first fitting line: of the given file, else PGPASSFILE or ~/.pgpass. As libpq does, a file that
 * others may read is passed over. https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function readPassword(key: PasswordKey, file: string | undefined): Promise<string | undefined> {
  const passwords = file ?? process.env.PGPASSFILE ?? path.join(homedir(), '.pgpass');
  const text = await readWhereThere(passwords);
  if (text === undefined || (await isOpenToOthers(passwords))) return undefined;
  const wanted = [key.host.startsWith('/') ? 'localhost' : key.host, String(key.port), key.database, key.user];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = passwordFields(line);
    if (fields.length === 5 && wanted.every((value, index) => fields[index] === '*' || fields[index] === value)) {
      return fields[4];
    }
  }
  return undefined;
}

/** Whether libpq would pass the file over, as its group or everyone may read it. */
async function isOpenToOthers(file: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0;
}

/** host:port:database:user:password, where a backslash keeps the next sign as it is. */
function passwordFields(line: string): string[] {
  const fields = [''];
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? '';
    if (sign === '\\' && at + 1 < line.length) {
      at += 1;
      fields[fields.length - 1] += line[at] ?? '';
    } else if (sign === ':' && fields.length < 5) fields.push('');
    else fields[fields.length - 1] += sign;
  }
  return fields;
}

async function readWhereThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new MillraceError({
      code: 'FILE_UNREADABLE',
      message: `${file} cannot be read.`,
      hint: 'Give yourself the right to read it.',
      cause: error,
    });
  }
}
