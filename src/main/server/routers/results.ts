import { z } from 'zod';
import { procedure, router } from '../trpc';

const id = z.string().max(100);
const index = z.number().int().min(0);
const zone = z.string().max(100).optional();
const range = z.object({ result: id, firstRow: index, lastRow: index, columns: z.array(index).max(20_000) });
const viewRequest = z.object({
  result: id,
  sort: z
    .array(z.object({ column: index, descending: z.boolean() }))
    .max(50)
    .optional(),
  where: z.string().max(100_000).optional(),
  values: z
    .array(
      z.object({ column: index, values: z.array(z.string().nullable()).max(10_000), exclude: z.boolean().optional() }),
    )
    .optional(),
  timeZone: zone,
});

/** Drops keys whose value is undefined, as optional fields are exact here. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

export const resultsRouter = router({
  info: procedure.input(z.object({ id })).query(({ ctx, input }) => ctx.host.services.engine.results.info(input.id)),
  view: procedure
    .input(viewRequest)
    .mutation(({ ctx, input, signal }) => ctx.host.services.engine.results.view(defined(input) as never, signal)),
  value: procedure
    .input(
      z.object({ id, row: index, column: index, limit: z.number().int().max(50_000_000).optional(), timeZone: zone }),
    )
    .query(({ ctx, input: { id: result, row, column, ...rest } }) =>
      ctx.host.services.engine.results.value(result, row, column, defined(rest)),
    ),
  summary: procedure.input(range).query(({ ctx, input }) => ctx.host.services.engine.results.summary(input)),
  copy: procedure
    .input(
      z.object({
        range,
        format: z.enum(['tsv', 'csv', 'json', 'markdown', 'in-list']),
        headers: z.boolean(),
        timeZone: zone,
      }),
    )
    .mutation(({ ctx, input: { range: cells, format, ...rest } }) =>
      ctx.host.services.engine.results.copy(cells, format, defined(rest)),
    ),
  find: procedure
    .input(
      z.object({
        id,
        text: z.string().max(10_000),
        fromRow: z.number().int(),
        columns: z.array(index).max(20_000),
        backwards: z.boolean().optional(),
        timeZone: zone,
      }),
    )
    .query(({ ctx, input: { id: result, ...rest } }) => ctx.host.services.engine.results.find(result, defined(rest))),
  topValues: procedure
    .input(
      z.object({
        id,
        column: index,
        limit: z.number().int().max(10_000),
        search: z.string().max(1_000).optional(),
        timeZone: zone,
      }),
    )
    .query(({ ctx, input: { id: result, column, ...rest } }) =>
      ctx.host.services.engine.results.topValues(result, column, defined(rest)),
    ),
  /** Runs the statement of a limited result again for more rows; progress and the result come as events. */
  fetchMore: procedure
    .input(z.object({ id, run: z.string().max(100), all: z.boolean() }))
    .mutation(({ ctx, input }) => {
      const { engine, runs } = ctx.host.services;
      return runs.start(engine.results.fetchMore(input.id, input.run, input.all));
    }),
  pin: procedure.input(z.object({ id, pinned: z.boolean() })).mutation(({ ctx, input }) => {
    ctx.host.services.engine.results.pin(input.id, input.pinned);
  }),
  close: procedure
    .input(z.object({ id }))
    .mutation(({ ctx, input }) => ctx.host.services.engine.results.close(input.id)),
});
