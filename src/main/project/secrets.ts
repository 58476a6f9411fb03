import { z } from 'zod';
import type { ConnectionConfig, OptionValue } from '../../shared/connections';
import { MillraceError } from '../../shared/errors';
import { environmentNames, fillEnvironment, formatReference, parseReference } from '../../shared/secret-reference';
import { readKeychain, removeFromKeychain, writeKeychain } from './keychain';
import {
  bindingOf,
  bindingSchema,
  environmentBindings,
  rememberEnvironment,
  type SecretBinding,
  sameBinding,
} from './secret-binding';

/** What secrets need of a project. */
export interface SecretsProject {
  /** Absolute, links followed. */
  readonly folder: string;
  readonly trusted: boolean;
}

const keptSecret = z.object({ secret: z.string(), for: z.array(bindingSchema) });

/**
 * The secret that a reference (`${NAME}`, `keychain:NAME`) stands for. It is given only for what it was entered for:
 * throws SECRET_HOST_CHANGED for another host, SECRET_MISSING, KEYCHAIN_UNAVAILABLE, and NOT_TRUSTED where the user has
 * not trusted the project's folder. A variable of the environment is bound by the project's first use of it.
 */
export async function resolveSecret(
  reference: string,
  binding: SecretBinding,
  project: SecretsProject,
): Promise<string> {
  requireTrust(project);
  const parsed = parseReference(reference);
  if (!parsed) throw new MillraceError({ code: 'SECRET_MISSING', message: 'A secret must be a reference.' });
  return parsed.kind === 'environment'
    ? resolveEnvironment(parsed.name, binding, project)
    : resolveKeychain(parsed.name, binding);
}

/** Allows a reference for another host too, after the user said so. */
export async function confirmSecret(reference: string, binding: SecretBinding, project: SecretsProject): Promise<void> {
  requireTrust(project);
  const parsed = parseReference(reference);
  if (parsed?.kind === 'environment') await rememberEnvironment(project.folder, parsed.name, binding);
  if (parsed?.kind !== 'keychain') return;
  const kept = await readKept(parsed.name);
  if (!kept || kept.for.some((one) => sameBinding(one, binding))) return;
  await writeKeychain(parsed.name, JSON.stringify({ ...kept, for: [...kept.for, binding] }));
}

/** Keeps a secret in the keychain, bound to what it was entered for; gives the reference to write down. */
export async function storeSecret(name: string, secret: string, binding: SecretBinding): Promise<string> {
  await writeKeychain(name, JSON.stringify({ secret, for: [binding] }));
  return formatReference({ kind: 'keychain', name });
}

/** Forgets the secret that a `keychain:NAME` stands for; references to the environment are left alone. */
export async function forgetSecret(reference: string): Promise<void> {
  const parsed = parseReference(reference);
  if (parsed?.kind === 'keychain') await removeFromKeychain(parsed.name);
}

/** Whether something is kept under the name. */
export async function isSecretKept(name: string): Promise<boolean> {
  return (await readKeychain(name)) !== undefined;
}

/** The options with every reference at any depth replaced by its secret; and those secrets, to be kept out of errors. */
export async function resolveOptions(
  config: Pick<ConnectionConfig, 'type' | 'options'>,
  project: SecretsProject,
): Promise<{ options: Record<string, OptionValue>; secrets: string[] }> {
  requireTrust(project);
  const binding = openBinding(config);
  const secrets: string[] = [];
  const resolve = async (value: OptionValue): Promise<OptionValue> => {
    if (typeof value === 'string') return resolveText(value, binding, project, secrets);
    if (Array.isArray(value)) return Promise.all(value.map(resolve));
    if (typeof value !== 'object') return value;
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await resolve(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return { options: (await resolve(config.options)) as Record<string, OptionValue>, secrets };
}

/** Every reference among the options, as written. */
export function referencesIn(value: OptionValue): string[] {
  if (typeof value === 'string') {
    if (parseReference(value)) return [value];
    return environmentNames(value).map((name) => formatReference({ kind: 'environment', name }));
  }
  return typeof value === 'object' ? Object.values(value).flatMap((inner) => referencesIn(inner)) : [];
}

/** The binding of a config as written: variables of the environment that name the host count with their values. */
export function openBinding(config: Pick<ConnectionConfig, 'type' | 'options'>): SecretBinding {
  const fill = (value: OptionValue): OptionValue => {
    if (typeof value === 'string') return fillEnvironment(value, (name) => process.env[name] ?? `\${${name}}`);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(fill);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return bindingOf({ type: config.type, options: fill(config.options) as Record<string, OptionValue> });
}

async function resolveText(
  text: string,
  binding: SecretBinding,
  project: SecretsProject,
  secrets: string[],
): Promise<OptionValue> {
  if (parseReference(text)) {
    const secret = await resolveSecret(text, binding, project);
    secrets.push(secret);
    return secret;
  }
  const values = new Map<string, string>();
  for (const name of environmentNames(text)) {
    const value = await resolveEnvironment(name, binding, project);
    values.set(name, value);
    secrets.push(value);
  }
  return fillEnvironment(text, (name) => values.get(name) ?? '');
}

async function resolveEnvironment(name: string, binding: SecretBinding, project: SecretsProject): Promise<string> {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new MillraceError({
      code: 'SECRET_MISSING',
      message: `The environment variable ${name} is not set.`,
      hint: `Set it before Millrace starts (export ${name}=…), or enter the secret in the connection's form.`,
    });
  }
  const known = await environmentBindings(project.folder, name);
  if (known.length === 0) await rememberEnvironment(project.folder, name, binding);
  else if (!known.some((one) => sameBinding(one, binding))) throw hostChanged(`\${${name}}`, known, binding);
  return value;
}

async function resolveKeychain(name: string, binding: SecretBinding): Promise<string> {
  const kept = await readKept(name);
  if (!kept) {
    throw new MillraceError({
      code: 'SECRET_MISSING',
      message: `The keychain of this machine holds no secret "${name}".`,
      hint: "Enter it in the connection's form, or with `millrace connections add`.",
    });
  }
  if (!kept.for.some((one) => sameBinding(one, binding))) throw hostChanged(`keychain:${name}`, kept.for, binding);
  return kept.secret;
}

async function readKept(name: string): Promise<z.infer<typeof keptSecret> | undefined> {
  const text = await readKeychain(name);
  if (text === undefined) return undefined;
  const parsed = keptSecret.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new MillraceError({
    code: 'SECRET_MISSING',
    message: `The entry "${name}" of the keychain was not written by Millrace.`,
    hint: "Enter the secret again in the connection's form.",
  });
}

function hostChanged(reference: string, known: { type: string; target: string }[], wanted: SecretBinding) {
  const before = known.map((one) => `${one.target} (${one.type})`).join(', ');
  return new MillraceError({
    code: 'SECRET_HOST_CHANGED',
    message: `The secret ${reference} was given for ${before}; the connection now leads to ${wanted.target} (${wanted.type}).`,
    hint: 'If the server moved, confirm it: "Use it there" in the app, or `millrace connections test NAME --confirm-host`. If you did not change it, look who changed millrace.yaml.',
  });
}

function requireTrust(project: SecretsProject): void {
  if (project.trusted) return;
  throw new MillraceError({
    code: 'NOT_TRUSTED',
    message: 'This folder is not trusted, so its connections are not opened and no secret is read.',
    hint: 'Look at its files first, then trust it: in the window, or with --trust.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not ours: the caller says so.
  }
}
