import { CONNECTION_FIELDS, withFieldValue } from '../../shared/connection-fields';
import type { ConnectionConfig, OptionValue } from '../../shared/connections';
import { MillraceError } from '../../shared/errors';
import { checkConfig, readConnections, removeConnection, renameConnection, writeConnection } from './connection-config';
import type { Project } from './project';
import { forgetSecret, isSecretKept, openBinding, referencesIn, storeSecret } from './secrets';

/** Secrets as they were typed, by the key of their field; they go to the keychain and nowhere else. */
export type EnteredSecrets = Record<string, string>;

/**
 * Writes a connection to millrace.yaml, its entered secrets to the keychain, bound to the host that the connection names.
 * Throws BAD_REQUEST, NAME_TAKEN, KEYCHAIN_UNAVAILABLE; millrace.yaml is as it was then.
 */
export async function saveConnection(
  project: Project,
  name: string,
  config: ConnectionConfig,
  secrets: EnteredSecrets,
): Promise<void> {
  requireTrusted(project);
  checkEntered(project, name, config, secrets);
  let stored = config;
  for (const [key, secret] of Object.entries(secrets)) {
    const reference = await keepSecret(project, name, key, secret, config);
    stored = { ...stored, options: withFieldValue(stored.options, key, reference) };
  }
  await writeConnection(project, name, stored);
}

/** Gives a connection another name; its secrets stay where they are. Throws NOT_FOUND, NAME_TAKEN. */
export async function renameSavedConnection(project: Project, from: string, to: string): Promise<void> {
  requireTrusted(project);
  await renameConnection(project, from, to);
}

/** Takes a connection out of millrace.yaml, and out of the keychain what no other one refers to. Throws NOT_FOUND. */
export async function removeSavedConnection(project: Project, name: string): Promise<void> {
  requireTrusted(project);
  const before = readConnections(project).connections.get(name);
  await removeConnection(project, name);
  const left = new Set([...readConnections(project).connections.values()].flatMap((one) => referencesIn(one.options)));
  for (const reference of referencesIn(before?.options ?? {})) {
    if (!left.has(reference)) await forgetSecret(reference);
  }
}

/** Throws BAD_REQUEST or NAME_TAKEN for a connection that could not be stored with these secrets. */
export function checkEntered(project: Project, name: string, config: ConnectionConfig, secrets: EnteredSecrets): void {
  checkConfig(name, withReferences(project, name, config, secrets));
}

function withReferences(
  project: Project,
  name: string,
  config: ConnectionConfig,
  secrets: EnteredSecrets,
): ConnectionConfig {
  const fields = CONNECTION_FIELDS[config.type];
  let options: Record<string, OptionValue> = config.options;
  for (const key of Object.keys(secrets)) {
    if (fields.find((field) => field.key === key)?.kind !== 'secret') {
      throw new MillraceError({ code: 'BAD_REQUEST', message: `${key} is no secret of the type ${config.type}.` });
    }
    options = withFieldValue(options, key, `keychain:${entryName(project, name, key)}`);
  }
  return { ...config, options };
}

/** The secret is entered anew: what the connection had under that name before is replaced, anyone else's never. */
async function keepSecret(
  project: Project,
  name: string,
  key: string,
  secret: string,
  config: ConnectionConfig,
): Promise<string> {
  const own = new Set(referencesIn(readConnections(project).connections.get(name)?.options ?? {}));
  const wanted = entryName(project, name, key);
  for (let count = 1; ; count += 1) {
    const entry = count === 1 ? wanted : `${wanted}.${count}`;
    if (own.has(`keychain:${entry}`) || !(await isSecretKept(entry))) {
      return storeSecret(entry, secret, openBinding(config));
    }
  }
}

/** Found again by a person in the keychain's own window, too. */
function entryName(project: Project, name: string, key: string): string {
  return `${project.config.name}.${name}.${key}`.replaceAll(/\s+/g, '_');
}

function requireTrusted(project: Project): void {
  if (project.trusted) return;
  throw new MillraceError({
    code: 'NOT_TRUSTED',
    message: 'The connections of a folder that is not trusted are neither opened nor changed.',
    hint: 'Look at its files first, then trust it.',
  });
}
