import { z } from 'zod';
import { planIngest } from '../../pipelines/ingest/ingest';
import { ingestRequestSchema } from '../../pipelines/ingest/ingest-stream';
import { procedure, router } from '../trpc';

export const ingestRouter = router({
  /** What an ingest would do: SQL, pipeline and columns. */
  plan: procedure.input(ingestRequestSchema).query(({ ctx, input }) => planIngest(ctx.host.services, input)),
  /** Starts one; its progress and end come as `ingest` events with this id. */
  start: procedure.input(ingestRequestSchema).mutation(({ ctx, input }) => ctx.host.services.ingests.start(input)),
  cancel: procedure
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => ctx.host.services.ingests.cancel(input.id)),
});
