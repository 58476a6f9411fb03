import path from 'node:path';
import { z } from 'zod';
import { fieldValue } from '../../shared/connection-fields';
import type { ConnectionConfig, ConnectionType, OptionValue } from '../../shared/connections';
import { type JsonFile, readJsonFile, updateJsonFile } from './json-file';
import { userFolder } from './user-folder';

/** What a secret was entered for: it is handed to nothing else unasked. */
export interface SecretBinding {
  type: ConnectionType;
  /** Host and port, with all else that decides who gets to see the secret: `db.example.com:5432 by ssh bastion`. */
  target: string;
}

export const bindingSchema = z.object({ type: z.string(), target: z.string() });

const DEFAULT_PORTS: Partial<Record<ConnectionType, number>> = { postgres: 5432, mysql: 3306, mongodb: 27017 };

/** To whom the secrets of a connection go. Options must have their `${NAME}`s filled in. */
export function bindingOf({ type, options }: Pick<ConnectionConfig, 'type' | 'options'>): SecretBinding {
  return { type, target: targetOf(type, options) };
}

export function sameBinding(a: { type: string; target: string }, b: { type: string; target: string }): boolean {
  return a.type === b.type && a.target === b.target;
}

function targetOf(type: ConnectionType, options: Record<string, OptionValue>): string {
  const text = (key: string): string | undefined => {
    const value = fieldValue(options, key);
    return value === undefined || value === '' ? undefined : String(value);
  };
  switch (type) {
    case 's3':
      return hostAndPort(text('endpoint'), text('tls') === 'false') ?? 'amazonaws.com:443';
    case 'gcs':
      return hostAndPort(text('endpoint'), text('tls') === 'false') ?? 'storage.googleapis.com:443';
    case 'azure':
      // A connection string names its endpoint itself.
      return (
        hostAndPort(text('endpoint')) ?? (text('account') ? `${text('account')}.blob.core.windows.net:443` : 'azure')
      );
    case 'http': {
      const login = hostAndPort(text('auth.tokenUrl'));
      const api = hostAndPort(text('url')) ?? 'nowhere';
      return login && login !== api ? `${api}, login at ${login}` : api;
    }
    case 'folder':
    case 'sqlite':
    case 'duckdb':
      return 'this machine';
    default:
      return databaseTarget(type, text);
  }
}

function databaseTarget(type: ConnectionType, text: (key: string) => string | undefined): string {
  const uri = text('uri')
    ?.replace(/^[a-z0-9+]+:\/\//i, '')
    .split(/[/?]/)[0];
  const place =
    uri?.replace(/^.*@/, '').toLowerCase() ??
    text('socket') ??
    (text('host') === undefined && text('service') ? `service ${text('service')}` : undefined) ??
    `${(text('host') ?? 'localhost').toLowerCase()}:${text('port') ?? DEFAULT_PORTS[type]}`;
  const ssh = text('ssh_host');
  return ssh ? `${place} by ssh ${ssh}` : place;
}

/** `host:port` of an address with or without scheme; `http://` stands before one that is not encrypted. */
function hostAndPort(address: string | undefined, plain = false): string | undefined {
  if (address === undefined) return undefined;
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `${plain ? 'http' : 'https'}://${address}`;
  if (!URL.canParse(full)) return address;
  const { protocol, hostname, port } = new URL(full);
  const isPlain = protocol === 'http:';
  return `${isPlain ? 'http://' : ''}${hostname}:${port || (isPlain ? 80 : 443)}`;
}

const schema = z.object({
  projects: z.record(z.string(), z.record(z.string(), z.array(bindingSchema))),
});

type Bindings = z.infer<typeof schema>;

/** What the variable of the environment was used for by this project; empty where it never was. */
export async function environmentBindings(projectFolder: string, name: string) {
  const { projects } = await readJsonFile(await bindingsFile());
  return projects[projectFolder]?.[name] ?? [];
}

/** Remembers in the user's own folder that the project may use the variable for this. */
export async function rememberEnvironment(projectFolder: string, name: string, binding: SecretBinding): Promise<void> {
  await updateJsonFile(await bindingsFile(), ({ projects }) => {
    const known = projects[projectFolder] ?? {};
    const before = known[name] ?? [];
    if (before.some((one) => sameBinding(one, binding))) return { projects };
    return { projects: { ...projects, [projectFolder]: { ...known, [name]: [...before, binding] } } };
  });
}

async function bindingsFile(): Promise<JsonFile<Bindings>> {
  return {
    path: path.join(await userFolder(), 'secret-bindings.json'),
    parse: (json) => schema.parse(json),
    empty: () => ({ projects: {} }),
  };
}
