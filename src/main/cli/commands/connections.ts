import {
  CONNECTION_FIELDS,
  CONNECTION_LABELS,
  type ConnectionField,
  withFieldValue,
} from '../../../shared/connection-fields';
import type {
  ConnectionAccess,
  ConnectionEnvironment,
  ConnectionInfo,
  ConnectionType,
  OptionValue,
  TestReport,
} from '../../../shared/connections';
import { MillraceError } from '../../../shared/errors';
import { environmentNames, parseReference } from '../../../shared/secret-reference';
import { EXIT } from '../exit-code';
import { withProject } from '../project-calls';
import { errorText } from '../report-error';
import { readSecrets } from '../secret-input';
import { textTable } from '../text-table';

interface CommonOptions {
  project?: string;
  json?: boolean;
  trust?: boolean;
}

export interface AddOptions extends CommonOptions {
  type: ConnectionType;
  access: ConnectionAccess;
  environment: ConnectionEnvironment;
  set: Record<string, string>;
  secret: string[];
  replace?: boolean;
}

/** `millrace connections list` */
export async function listConnections(options: CommonOptions): Promise<number> {
  const list = await withProject(options, (calls) => calls.connections.list.query());
  if (options.json) return json(list);
  if (list.length === 0) process.stderr.write('No connections yet. Add one: millrace connections add --help\n');
  process.stdout.write(textTable(list.map(rowOf)));
  for (const { problem } of list) if (problem) process.stderr.write(errorText(new MillraceError(problem)));
  return EXIT.done;
}

/** `millrace connections test`: exit code 1 where a step failed. */
export async function testConnection(
  name: string,
  options: CommonOptions & { confirmHost?: boolean },
): Promise<number> {
  const report = await withProject(options, async (calls) => {
    if (options.confirmHost) await calls.connections.confirmHost.mutate({ name });
    return calls.connections.test.mutate({ test: `cli-${process.pid}`, name });
  });
  if (options.json) json(report);
  else writeReport(report);
  return report.ok ? EXIT.done : EXIT.failed;
}

/** `millrace connections add`: entered secrets go to the keychain, the rest to millrace.yaml. */
export async function addConnection(name: string, options: AddOptions): Promise<number> {
  const fields = CONNECTION_FIELDS[options.type];
  const values = optionsOf(options.type, options.set);
  const labels = Object.fromEntries(options.secret.map((key) => [key, secretField(options.type, fields, key).label]));
  const secrets = await readSecrets(labels);
  const info = await withProject(options, async (calls) => {
    const taken = (await calls.connections.list.query()).some((one) => one.name === name);
    if (taken && !options.replace) {
      throw new MillraceError({
        code: 'NAME_TAKEN',
        message: `There is a connection "${name}" already.`,
        hint: 'Take another name, or --replace it.',
      });
    }
    const { type, access, environment } = options;
    return calls.connections.save.mutate({ name, config: { type, access, environment, options: values }, secrets });
  });
  if (options.json) return json(info);
  process.stdout.write(
    `Added ${name} (${CONNECTION_LABELS[info.type]}, ${info.access}).\nNext: millrace connections test ${name}\n`,
  );
  return EXIT.done;
}

/** `millrace connections remove`: takes its entry and its own secrets away. */
export async function removeConnection(name: string, options: CommonOptions): Promise<number> {
  await withProject(options, (calls) => calls.connections.remove.mutate({ name }));
  if (options.json) return json({ removed: name });
  process.stdout.write(`Removed ${name}.\n`);
  return EXIT.done;
}

function optionsOf(type: ConnectionType, set: Record<string, string>): Record<string, OptionValue> {
  const fields = CONNECTION_FIELDS[type];
  let options: Record<string, OptionValue> = {};
  for (const [key, text] of Object.entries(set)) {
    const field = fields.find((one) => one.key === key || key.startsWith(`${one.key}.`));
    if (field?.kind === 'secret' && !parseReference(text)) throw secretInArguments(key);
    options = withFieldValue(options, key, field ? fieldOption(field, text) : text);
  }
  return options;
}

function fieldOption(field: ConnectionField, text: string): OptionValue {
  if (environmentNames(text).length > 0) return text;
  if (field.kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (field.kind === 'switch' && /^(true|false)$/.test(text)) return text === 'true';
  return field.kind === 'list' ? text.split(',').map((part) => part.trim()) : text;
}

function secretField(type: ConnectionType, fields: readonly ConnectionField[], key: string): ConnectionField {
  const field = fields.find((one) => one.key === key && one.kind === 'secret');
  if (field) return field;
  const keys = fields.filter((one) => one.kind === 'secret').map((one) => one.key);
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `${key} is no secret of the type ${type}.`,
    hint: keys.length > 0 ? `It has ${keys.join(', ')}.` : 'It has none.',
  });
}

function secretInArguments(key: string): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `${key} is a secret, and arguments are seen by every user of the machine.`,
    hint: `Write --secret ${key} to be asked for it (or give it on standard input), or --set '${key}=\${NAME}' to take it from the environment.`,
  });
}

function rowOf(info: ConnectionInfo): string[] {
  const state = info.problem ? 'invalid' : info.state;
  return [
    info.name,
    info.type,
    info.access,
    info.environment,
    state,
    info.alias === info.name ? '' : `as ${info.alias}`,
  ];
}

const MARKS = { ok: 'ok', failed: 'FAILED', skipped: '-' } as const;

function writeReport(report: TestReport): void {
  process.stdout.write(
    textTable(report.steps.map((step) => [step.step, MARKS[step.state], `${step.milliseconds} ms`, step.message])),
  );
  for (const { error } of report.steps) if (error?.hint) process.stderr.write(`Hint: ${error.hint}\n`);
}

function json(value: unknown): number {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return EXIT.done;
}
