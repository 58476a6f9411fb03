import { z } from 'zod';
import { procedure, router } from '../trpc';

const name = z.string().min(1).max(200);
const path = z.array(z.string().max(4_000)).max(100);

/** What stands behind connections: buckets and objects, schemas and tables, collections, endpoints. */
export const remoteRouter = router({
  list: procedure
    .input(
      z.object({
        name,
        path,
        page: z
          .object({ after: z.string().max(4_000).optional(), size: z.int().min(1).max(10_000).optional() })
          .optional(),
      }),
    )
    .query(({ ctx, input }) => {
      const { after, size } = input.page ?? {};
      const page = { ...(after === undefined ? {} : { after }), ...(size === undefined ? {} : { size }) };
      return ctx.host.services.connections.listRemote(input.name, input.path, page);
    }),
  describe: procedure
    .input(z.object({ name, path }))
    .query(({ ctx, input }) => ctx.host.services.connections.describeRemote(input.name, input.path)),
});
