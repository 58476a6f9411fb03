import { z } from 'zod';
import {
  type CreateTableRequest,
  MAINTENANCE_STEPS,
  PARTITION_TRANSFORMS,
  type TableChange,
  type WriteSource,
} from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { uniqueNames } from '../../engine/unique-names';
import { moveLake } from '../../lake/move-lake';
import type { CallContext } from '../trpc';
import { procedure, router } from '../trpc';

const name = z.string().min(1).max(200);
const table = z.object({ schema: name, name });
const version = z.union([z.object({ version: z.int().min(0) }), z.object({ time: z.iso.datetime({ offset: true }) })]);
const partition = z.array(
  z.object({ column: name, transform: z.enum(PARTITION_TRANSFORMS), buckets: z.int().min(1).max(100_000).optional() }),
);
const source = z.union([
  z.object({ sql: z.string().max(1_000_000) }),
  z.object({ relation: z.string().max(10_000) }),
  z.object({ result: name }),
]);
const create = z.object({
  into: table,
  from: source,
  mode: z.enum(['append', 'replace', 'merge']),
  key: z.array(name).optional(),
  latestBy: name.optional(),
  partition: partition.optional(),
  evolve: z.boolean().optional(),
  message: z.string().max(1_000).optional(),
});
const change = z.discriminatedUnion('change', [
  z.object({ change: z.literal('addColumn'), column: name, type: name, default: z.string().optional() }),
  z.object({ change: z.literal('dropColumn'), column: name }),
  z.object({ change: z.literal('renameColumn'), column: name, to: name }),
  z.object({ change: z.literal('widenColumn'), column: name, type: name }),
  z.object({ change: z.literal('comment'), comment: z.string().max(10_000).nullable(), column: name.optional() }),
  z.object({ change: z.literal('rename'), to: name }),
  z.object({ change: z.literal('partition'), partition }),
  z.object({ change: z.literal('drop') }),
]);
const upkeep = z.object({
  step: z.enum(MAINTENANCE_STEPS),
  table: table.optional(),
  olderThan: z.iso.datetime({ offset: true }).optional(),
});
const place = z.union([z.object({ location: name }), z.object({ catalog: name, data: z.string().max(2_000) })]);

/** Writes that run now, by the id that the window gave them. */
const running = new Map<string, AbortController>();

export const lakeRouter = router({
  status: procedure.query(({ ctx }) => lake(ctx).status()),
  /** Makes the lake where there is none. */
  start: procedure.mutation(async ({ ctx }) => {
    await lake(ctx).create();
    return lake(ctx).status();
  }),
  tables: procedure.query(({ ctx }) => lake(ctx).tables()),
  page: procedure.input(table).query(({ ctx, input }) => lake(ctx).page(input)),
  snapshots: procedure
    .input(z.object({ table, limit: z.int().min(1).max(1_000).optional(), before: z.int().optional() }))
    .query(({ ctx, input: { table: of, ...page } }) => lake(ctx).snapshots(of, plain(page))),
  /** The number of the version that a time means. */
  version: procedure
    .input(z.object({ table, version }))
    .query(({ ctx, input }) => lake(ctx).versionOf(input.table, input.version)),
  files: procedure.input(table).query(({ ctx, input }) => lake(ctx).files(input)),
  diff: procedure
    .input(
      z.object({
        table,
        from: z.int().min(0),
        to: z.int().min(0),
        key: z.array(name).optional(),
        limit: z.int().min(0).max(10_000).optional(),
      }),
    )
    .query(({ ctx, input }) => lake(ctx).diff(plain(input))),
  restore: procedure
    .input(z.object({ table, version }))
    .mutation(({ ctx, input }) => lake(ctx).restore(input.table, input.version)),
  change: procedure
    .input(z.object({ table, change }))
    .mutation(({ ctx, input }) => lake(ctx).change(input.table, input.change as TableChange)),
  /** A folder that is one table of another engine (Delta, Iceberg, Spark), with its versions; else null. */
  folder: procedure
    .input(z.object({ path: z.string().min(1).max(4_000) }))
    .query(async ({ ctx, input }) => (await lake(ctx).tableFolder(input.path)) ?? null),
  planCreate: procedure.input(create).mutation(({ ctx, input }) => lake(ctx).planCreate(request(ctx, input))),
  /** `task` is how the window can cancel it. */
  create: procedure.input(create.extend({ task: name.optional() })).mutation(async ({ ctx, input }) => {
    const stopping = new AbortController();
    if (input.task !== undefined) running.set(input.task, stopping);
    try {
      return await lake(ctx).createTable(request(ctx, input), stopping.signal);
    } finally {
      if (input.task !== undefined) running.delete(input.task);
    }
  }),
  cancel: procedure.input(z.object({ task: name })).mutation(({ input }) => running.get(input.task)?.abort()),
  planMaintenance: procedure
    .input(upkeep)
    .query(({ ctx, input: { step, ...options } }) => lake(ctx).planMaintenance(step, options)),
  maintain: procedure
    .input(upkeep)
    .mutation(({ ctx, input: { step, ...options } }) => lake(ctx).maintain(step, options)),
  /** Copies every table to another place, proves it, and only then changes millrace.yaml. */
  move: procedure.input(place).mutation(({ ctx, input }) => moveLake(ctx.host.services.lake, input)),
});

function lake(ctx: CallContext) {
  return ctx.host.services.lake;
}

function request(ctx: CallContext, input: z.infer<typeof create>): CreateTableRequest {
  const { from, ...rest } = input;
  return { ...(rest as Omit<CreateTableRequest, 'from'>), from: readable(ctx, from) };
}

/** A kept result is read where it lies, under the names that it shows. */
function readable(ctx: CallContext, from: z.infer<typeof source>): WriteSource {
  if (!('result' in from)) return from;
  const { table: kept, columns } = ctx.host.services.engine.results.relation(from.result);
  const names = uniqueNames(columns.map((column) => column.name));
  return { sql: `SELECT ${names.map((one, index) => `c${index} AS ${quoteIdentifier(one)}`).join(', ')} FROM ${kept}` };
}

type Plain<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without the keys that are there but undefined, which exact optional types tell from absent ones. */
function plain<T extends object>(value: T): Plain<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Plain<T>;
}
