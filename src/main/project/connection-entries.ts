import { CONNECTION_FIELDS, type ConnectionField, fieldValue } from '../../shared/connection-fields';
import {
  CONNECTION_TYPES,
  type ConnectionAccess,
  type ConnectionConfig,
  type ConnectionEnvironment,
  type ConnectionType,
  type OptionValue,
} from '../../shared/connections';
import type { ErrorPlace, ErrorShape } from '../../shared/errors';
import { RESERVED_NAMES } from '../../shared/reserved-names';
import { environmentNames, isSecretName, parseReference } from '../../shared/secret-reference';
import { closest } from './closest';

/** What `connections:` says: entries that can be used, and why the others cannot. */
export interface ConnectionEntries {
  /** All of them, in the order of the file. */
  names: string[];
  connections: Map<string, ConnectionConfig>;
  /** By name; the config is what could be made out, with nothing in it that might be a secret. */
  problems: Map<string, { config: ConnectionConfig; problem: ErrorShape }>;
}

type PlaceOf = (path: PropertyKey[]) => ErrorPlace;
type Plain = Record<string, unknown>;

const ACCESS: readonly ConnectionAccess[] = ['read', 'write'];
const ENVIRONMENTS: readonly ConnectionEnvironment[] = ['dev', 'test', 'prod'];

/** Why a connection cannot have this name, as the end of a sentence; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[\p{L}_][\p{L}\p{N}_-]{0,62}$/u.test(name)) {
    return 'must begin with a letter and hold letters, digits, _ and - alone';
  }
  return RESERVED_NAMES.has(name.toLowerCase()) ? 'is a name that Millrace uses itself' : undefined;
}

/**
 * Reads the map under `connections:`. One entry that is not as it must be spoils only itself: its problem is
 * PROJECT_INVALID with the place in millrace.yaml.
 */
export function parseConnections(raw: Record<string, unknown>, placeOf: PlaceOf): ConnectionEntries {
  const entries: ConnectionEntries = { names: Object.keys(raw), connections: new Map(), problems: new Map() };
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(raw)) {
    const found = checkEntry(name, value);
    const doubled = seen.has(name.toLowerCase()) ? { path: [], message: 'is there twice, in another case' } : undefined;
    seen.add(name.toLowerCase());
    const issue = doubled ?? found.issue;
    if (!issue) entries.connections.set(name, found.config);
    else {
      const place = placeOf(['connections', name, ...issue.path]);
      entries.problems.set(name, { config: shown(found.config), problem: problemOf(name, issue, place) });
    }
  }
  return entries;
}

/** What is wrong in an entry, and where below it. */
interface Issue {
  path: string[];
  message: string;
  hint?: string;
}

/** Throws nothing: gives the first thing that is wrong with options of a type. */
export function checkOptions(type: ConnectionType, options: Record<string, OptionValue>): Issue | undefined {
  const fields = CONNECTION_FIELDS[type];
  return checkKeys(type, fields, options, []) ?? checkRequired(fields, options);
}

function checkEntry(name: string, value: unknown): { config: ConnectionConfig; issue?: Issue } {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { type, access, environment, ...options } = (isMap ? value : {}) as Plain;
  const known = CONNECTION_TYPES.find((one) => one === type);
  const config: ConnectionConfig = {
    type: known ?? 'folder',
    access: ACCESS.find((one) => one === access) ?? 'read',
    environment: ENVIRONMENTS.find((one) => one === environment) ?? 'dev',
    options: withoutNulls(options),
  };
  const wrongName = nameProblem(name);
  if (wrongName) return { config, issue: { path: [], message: wrongName, hint: 'Take another name.' } };
  if (!isMap) return { config, issue: { path: [], message: 'must be a map with a `type`' } };
  if (!known) {
    const types = CONNECTION_TYPES.join(', ');
    return { config, issue: { path: ['type'], message: `type must be one of ${types}` } };
  }
  const issue =
    wrongChoice('access', access, ACCESS) ??
    wrongChoice('environment', environment, ENVIRONMENTS) ??
    checkOptions(known, config.options);
  return issue ? { config, issue } : { config };
}

function wrongChoice(key: string, value: unknown, choices: readonly string[]): Issue | undefined {
  if (value === undefined || value === null || choices.includes(value as string)) return undefined;
  return { path: [key], message: `${key} must be one of ${choices.join(', ')}` };
}

function checkKeys(
  type: ConnectionType,
  fields: readonly ConnectionField[],
  options: Record<string, OptionValue>,
  above: string[],
): Issue | undefined {
  for (const [key, value] of Object.entries(options)) {
    const path = [...above, key];
    const full = path.join('.');
    const field = fields.find((one) => one.key === full);
    const hasBelow = fields.some((one) => one.key.startsWith(`${full}.`));
    const issue = field
      ? checkValue(field, value, path)
      : hasBelow && isMap(value)
        ? checkKeys(type, fields, value, path)
        : unknownKey(type, fields, path);
    if (issue) return issue;
  }
  return undefined;
}

function unknownKey(type: ConnectionType, fields: readonly ConnectionField[], path: string[]): Issue {
  const key = path.join('.');
  const near = closest(
    key,
    fields.map((field) => field.key),
  );
  return {
    path,
    message: `${key} is no option of the type ${type}`,
    hint: near ? `Did you mean ${near}?` : `It has: ${fields.map((field) => field.key).join(', ')}.`,
  };
}

function checkRequired(fields: readonly ConnectionField[], options: Record<string, OptionValue>): Issue | undefined {
  const missing = fields.find(
    (field) => field.required && isShown(fields, field, options) && isEmpty(fieldValue(options, field.key)),
  );
  return missing && { path: [], message: `${missing.key} is missing` };
}

/** Whether the `when` of a field holds. */
function isShown(
  fields: readonly ConnectionField[],
  field: ConnectionField,
  options: Record<string, OptionValue>,
): boolean {
  const { when } = field;
  if (!when) return true;
  const other = fields.find((one) => one.key === when.key);
  return when.is.includes((fieldValue(options, when.key) ?? other?.default ?? '') as string);
}

function checkValue(field: ConnectionField, value: OptionValue, path: string[]): Issue | undefined {
  const wrong = (message: string): Issue => ({ path, message: `${field.key} ${message}` });
  const reference = typeof value === 'string' && (parseReference(value) ?? environmentNames(value)[0]) !== undefined;
  switch (field.kind) {
    case 'secret':
      return typeof value === 'string' && parseReference(value) ? undefined : literalSecret(field.key, path);
    case 'number':
      return reference || (typeof value === 'number' && Number.isFinite(value)) ? undefined : wrong('must be a number');
    case 'switch':
      return typeof value === 'boolean' ? undefined : wrong('must be true or false');
    case 'choice':
      return reference || field.choices?.includes(String(value))
        ? undefined
        : wrong(`must be one of ${field.choices?.join(', ')}`);
    case 'list':
      return Array.isArray(value) && value.every((one) => typeof one === 'string')
        ? undefined
        : wrong('must be a list');
    case 'map':
      return isMap(value) ? secretInside(value, path) : wrong('must be a map');
    case 'structure':
      return secretInside({ [path.at(-1) ?? '']: value }, path.slice(0, -1));
    default:
      if (typeof value !== 'string' && typeof value !== 'number') return wrong('must be a text');
      return hasPassword(String(value)) ? literalSecret(field.key, path) : undefined;
  }
}

/** A literal under a name that says that it is secret, or a password in a URL, at any depth. */
function secretInside(value: Record<string, OptionValue>, above: string[]): Issue | undefined {
  for (const [key, inner] of Object.entries(value)) {
    const path = [...above, key];
    if (isMap(inner)) {
      const issue = secretInside(inner, path);
      if (issue) return issue;
    } else if (typeof inner === 'string' && inner !== '') {
      const isReference = parseReference(inner) !== undefined || environmentNames(inner).length > 0;
      if ((isSecretName(key) && !isReference) || hasPassword(inner)) return literalSecret(path.join('.'), path);
    }
  }
  return undefined;
}

/** `scheme://user:password@host` with a password that is written out. */
function hasPassword(text: string): boolean {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:([^\s/?#]*)@/i.exec(text)?.[1];
  return password !== undefined && password !== '' && parseReference(password) === undefined;
}

function literalSecret(key: string, path: string[]): Issue {
  return {
    path,
    message: `${key} holds a secret in plain text`,
    hint:
      `Write \${NAME} to take it from the environment, or enter it in the connection's form or by ` +
      '`millrace connections add`, which keeps it in the keychain of the system. Then change it on the server, as it was in a file.',
  };
}

function problemOf(name: string, issue: Issue, at: ErrorPlace): ErrorShape {
  const where = at.line === undefined ? '' : `${at.file}, line ${at.line}, column ${at.column}: `;
  return {
    code: 'PROJECT_INVALID',
    message: `${where}connection ${name}: ${issue.message}.`,
    hint: issue.hint ?? 'Correct the entry in millrace.yaml, or edit the connection in its form.',
    at,
  };
}

/** An entry with a problem may hold a secret at any place: only its references, numbers and switches are shown. */
function shown(config: ConnectionConfig): ConnectionConfig {
  const fields = CONNECTION_FIELDS[config.type];
  const options = Object.entries(config.options).filter(([key, value]) => {
    const kind = fields.find((field) => field.key === key)?.kind;
    if (kind === 'secret') return typeof value === 'string' && parseReference(value) !== undefined;
    return kind !== undefined && kind !== 'map' && kind !== 'structure' && !hasPassword(String(value));
  });
  return { ...config, options: Object.fromEntries(options) };
}

function withoutNulls(options: Plain): Record<string, OptionValue> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== null && value !== undefined),
  ) as Record<string, OptionValue>;
}

function isMap(value: OptionValue): value is { [key: string]: OptionValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: OptionValue | undefined): boolean {
  return value === undefined || value === '';
}
