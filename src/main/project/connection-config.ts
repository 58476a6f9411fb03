import type { ConnectionConfig, OptionValue } from '../../shared/connections';
import { MillraceError } from '../../shared/errors';
import { type ConnectionEntries, checkOptions, nameProblem } from './connection-entries';
import type { Project } from './project';
import { CONFIG_FILE } from './project-config';

type ConfigProject = Pick<Project, 'config' | 'updateConfig'>;

/** The connections of millrace.yaml, and why some of its entries cannot be used. */
export function readConnections(project: Pick<Project, 'config'>): ConnectionEntries {
  return project.config.connections;
}

/**
 * Writes one entry, new or in the place of another of that name. Throws BAD_REQUEST for what millrace.yaml would not be
 * valid with, a secret in plain text above all, and NAME_TAKEN for reserved names and for those that differ from another
 * connection's in case alone.
 */
export async function writeConnection(project: ConfigProject, name: string, config: ConnectionConfig): Promise<void> {
  checkConfig(name, config);
  refuseTaken(project, name, [name]);
  await project.updateConfig((document) => {
    document.setIn(['connections', name], document.createNode(asWritten(config)));
  });
}

/** Gives an entry another name; its comments and place in the file stay. Throws NOT_FOUND, NAME_TAKEN. */
export async function renameConnection(project: ConfigProject, from: string, to: string): Promise<void> {
  requireEntry(project, from);
  refuseName(to);
  refuseTaken(project, to, [from]);
  await project.updateConfig((document) => {
    const map = document.get('connections');
    const items = (map as { items?: { key: unknown }[] } | undefined)?.items ?? [];
    const item = items.find((one) => keyText(one.key) === from);
    if (item) item.key = document.createNode(to);
  });
}

/** Takes an entry out of millrace.yaml. Throws NOT_FOUND. */
export async function removeConnection(project: ConfigProject, name: string): Promise<void> {
  requireEntry(project, name);
  await project.updateConfig((document) => {
    document.deleteIn(['connections', name]);
  });
}

/** Throws BAD_REQUEST or NAME_TAKEN for what cannot be written to millrace.yaml. */
export function checkConfig(name: string, config: ConnectionConfig): void {
  refuseName(name);
  const issue = checkOptions(config.type, config.options);
  if (!issue) return;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `The connection ${name} cannot be used: ${issue.message}.`,
    hint: issue.hint ?? 'Correct it and try again.',
  });
}

/** Only what differs from the defaults, so that the file says what somebody chose. */
function asWritten({ type, access, environment, options }: ConnectionConfig): Record<string, OptionValue> {
  return {
    type,
    ...(access === 'read' ? {} : { access }),
    ...(environment === 'dev' ? {} : { environment }),
    ...options,
  };
}

function refuseName(name: string): void {
  const problem = nameProblem(name);
  if (!problem) return;
  throw new MillraceError({
    code: problem.startsWith('is a name') ? 'NAME_TAKEN' : 'BAD_REQUEST',
    message: `The name "${name}" ${problem}.`,
    hint: 'Take another name, for example shop_db.',
  });
}

function refuseTaken(project: ConfigProject, name: string, own: string[]): void {
  const { connections, problems } = readConnections(project);
  const others = [...connections.keys(), ...problems.keys()].filter((other) => !own.includes(other));
  const same = others.find((other) => other.toLowerCase() === name.toLowerCase());
  if (same === undefined) return;
  throw new MillraceError({
    code: 'NAME_TAKEN',
    message: `There is a connection "${same}" already.`,
    hint: 'Take another name.',
  });
}

function requireEntry(project: ConfigProject, name: string): void {
  const { connections, problems } = readConnections(project);
  if (!connections.has(name) && !problems.has(name)) throw noConnection(name, [...connections.keys()]);
}

/** The error for a connection that is not in millrace.yaml. */
export function noConnection(name: string, names: string[]): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `${CONFIG_FILE} has no connection "${name}".`,
    hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'Add one with `millrace connections add`.',
  });
}

function keyText(key: unknown): string {
  return String(typeof key === 'object' && key !== null && 'value' in key ? key.value : key);
}
