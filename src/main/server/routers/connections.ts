import { z } from 'zod';
import { CONNECTION_FIELDS, CONNECTION_LABELS } from '../../../shared/connection-fields';
import {
  CONNECTION_TYPES,
  type ConnectionConfig,
  type ConnectionInfo,
  type OptionValue,
  type TestReport,
  type TestStep,
} from '../../../shared/connections';
import { CancelledError } from '../../../shared/errors';
import { noConnection, readConnections } from '../../project/connection-config';
import {
  checkEntered,
  removeSavedConnection,
  renameSavedConnection,
  saveConnection,
} from '../../project/connection-save';
import type { ProjectHost } from '../project-host';
import { procedure, router } from '../trpc';

const name = z.string().min(1).max(200);

const optionValue: z.ZodType<OptionValue> = z.lazy(() =>
  z.union([z.string().max(100_000), z.number(), z.boolean(), z.array(optionValue), z.record(z.string(), optionValue)]),
);

const config = z.object({
  type: z.enum(CONNECTION_TYPES),
  access: z.enum(['read', 'write']).default('read'),
  environment: z.enum(['dev', 'test', 'prod']).default('dev'),
  options: z.record(z.string(), optionValue),
}) satisfies z.ZodType<ConnectionConfig>;

/** By the key of the field; they go to the keychain, or no further than the test. */
const secrets = z.record(z.string().max(200), z.string().min(1).max(10_000));

const entered = z.object({ name, config, secrets: secrets.default({}) });

export const connectionsRouter = router({
  list: procedure.query(({ ctx }) => ctx.host.services.connections.list()),
  /** The fields of each type, from which a form is drawn. */
  fields: procedure.query(() =>
    CONNECTION_TYPES.map((type) => ({ type, label: CONNECTION_LABELS[type], fields: CONNECTION_FIELDS[type] })),
  ),
  /** Adds a connection, or takes the place of `previous`, which is renamed first where the name is another. */
  save: procedure.input(entered.extend({ previous: name.optional() })).mutation(async ({ ctx, input }) => {
    const { project, connections } = ctx.host.services;
    checkEntered(project, input.name, input.config, input.secrets);
    await connections.refuseName(input.name);
    if (input.previous !== undefined && input.previous !== input.name) {
      await renameSavedConnection(project, input.previous, input.name);
      await connections.release(input.previous);
    }
    await saveConnection(project, input.name, input.config, input.secrets);
    return changed(ctx.host, input.name);
  }),
  rename: procedure.input(z.object({ from: name, to: name })).mutation(async ({ ctx, input }) => {
    const { project, connections } = ctx.host.services;
    await connections.refuseName(input.to);
    await renameSavedConnection(project, input.from, input.to);
    await connections.release(input.from);
    return changed(ctx.host, input.to);
  }),
  remove: procedure.input(z.object({ name })).mutation(async ({ ctx, input }) => {
    const { project, connections } = ctx.host.services;
    await connections.release(input.name);
    await removeSavedConnection(project, input.name);
    await connections.refresh();
  }),
  /**
   * Tries a stored connection, or one as it stands in a form. Answers with the whole report; each step comes as an event
   * with the id `test` when it ends.
   */
  test: procedure
    .input(z.object({ test: z.string().max(100), name, config: config.optional(), secrets: secrets.default({}) }))
    .mutation(({ ctx, input }) => runTest(ctx.host, input)),
  cancelTest: procedure.input(z.object({ test: z.string().max(100) })).mutation(({ input }) => {
    tests.get(input.test)?.abort();
  }),
  /** The user says that the secrets of the connection may go to the host that it names now. */
  confirmHost: procedure.input(z.object({ name })).mutation(async ({ ctx, input }) => {
    await ctx.host.services.connections.confirmHost(input.name);
    return changed(ctx.host, input.name);
  }),
  /** Lets go of what is open, so that the next use logs in anew. */
  release: procedure
    .input(z.object({ name }))
    .mutation(({ ctx, input }) => ctx.host.services.connections.release(input.name)),
});

/** Tests that run now, by the id that the window gave. */
const tests = new Map<string, AbortController>();

async function runTest(
  host: ProjectHost,
  input: { test: string; name: string; config?: ConnectionConfig | undefined; secrets: Record<string, string> },
): Promise<TestReport> {
  const { project, connections } = host.services;
  const { test, name, config, secrets } = input;
  if (config) checkEntered(project, name, config, secrets);
  const stopping = new AbortController();
  tests.set(test, stopping);
  const steps: TestStep[] = [];
  try {
    for await (const step of connections.test(config ? { name, config, secrets } : name, stopping.signal)) {
      steps.push(step);
      host.events.publish({ type: 'connection-test', test, step });
    }
    if (stopping.signal.aborted) throw new CancelledError();
    const report = { ok: steps.every((step) => step.state !== 'failed'), steps };
    host.events.publish({ type: 'connection-test', test, report });
    return report;
  } finally {
    tests.delete(test);
  }
}

async function changed(host: ProjectHost, name: string): Promise<ConnectionInfo> {
  const { project, connections } = host.services;
  await connections.refresh();
  const info = connections.list().find((one) => one.name === name);
  if (!info) throw noConnection(name, readConnections(project).names);
  return info;
}
