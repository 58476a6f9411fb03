import { z } from 'zod';
import type { FileOptions, FileReference } from '../../../shared/files';
import { procedure, router } from '../trpc';

const path = z.string().max(4_000);
const reference = z.object({ path, part: z.string().max(1_000).optional() });
const options = z
  .object({
    delimiter: z.string().max(10),
    quote: z.string().max(1),
    escape: z.string().max(1),
    header: z.boolean(),
    skip: z.number().int().min(0).max(1_000_000),
    encoding: z.string().max(50),
    decimal: z.enum([',', '.']),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']),
    dateFormat: z.string().max(100),
    timestampFormat: z.string().max(100),
    nullText: z.string().max(100),
    shortRows: z.literal('null'),
    allText: z.boolean(),
    types: z.record(z.string(), z.string().max(2_000)),
    range: z.string().max(50),
  })
  .partial();

export const explorerRouter = router({
  /** Databases, schemas, tables and columns of the engine. */
  catalog: procedure.query(({ ctx }) => ctx.host.catalog()),
  ddl: procedure
    .input(z.object({ database: z.string(), schema: z.string(), name: z.string() }))
    .query(({ ctx, input }) => ctx.host.tableDdl(input)),
  list: procedure
    .input(z.object({ folder: path }))
    .query(({ ctx, input }) => ctx.host.services.files.list(input.folder)),
  /** Lets a file from anywhere on this machine be read, as the user opened it by hand. */
  openFile: procedure
    .input(z.object({ path }))
    .mutation(({ ctx, input }) => ctx.host.services.files.openFile(input.path)),
  parts: procedure.input(z.object({ path })).query(({ ctx, input }) => ctx.host.services.files.parts(input.path)),
  describe: procedure.input(reference).query(({ ctx, input }) => ctx.host.services.files.describe(input as never)),
  count: procedure.input(reference).query(({ ctx, input }) => ctx.host.services.files.count(input as never)),
  fileDdl: procedure.input(reference).query(({ ctx, input }) => ctx.host.services.files.ddl(input as never)),
  /** How the file would read with other options, without storing them. */
  preview: procedure
    .input(z.object({ reference, options: options.optional() }))
    .mutation(({ ctx, input }) => ctx.host.services.files.preview(input.reference as never, input.options as never)),
  setOptions: procedure
    .input(z.object({ reference, options }))
    .mutation(({ ctx, input }) =>
      ctx.host.services.files.setOptions(input.reference as FileReference, input.options as FileOptions),
    ),
  /** The options that are stored for a file, whether or not it can be read with them. */
  options: procedure
    .input(reference)
    .query(({ ctx, input }) => ctx.host.services.files.storedOptions(input as FileReference)),
  /** Stops the check of a large text file, or starts it anew. */
  cancelCheck: procedure
    .input(z.object({ path }))
    .mutation(({ ctx, input }) => ctx.host.services.files.cancelCheck(input.path)),
  check: procedure.input(reference).mutation(({ ctx, input }) => ctx.host.services.files.check(input as FileReference)),
  datasets: procedure.query(({ ctx }) => ctx.host.services.files.datasets()),
});
