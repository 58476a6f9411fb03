import { z } from 'zod';
import { EXPORT_FORMATS } from '../../../shared/export';
import type { ExportRequest } from '../export-jobs';
import { procedure, router } from '../trpc';

const request = z.object({
  result: z.string().max(100),
  format: z.enum(EXPORT_FORMATS),
  path: z.string().min(1).max(4_000).optional(),
  name: z.string().max(200).optional(),
  overwrite: z.boolean().optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  timeZone: z.string().max(100).optional(),
});

export const exportsRouter = router({
  start: procedure.input(request).mutation(({ ctx, input }) => ctx.host.services.exports.start(input as ExportRequest)),
  cancel: procedure
    .input(z.object({ id: z.string().max(100) }))
    .mutation(({ ctx, input }) => ctx.host.services.exports.cancel(input.id)),
});
