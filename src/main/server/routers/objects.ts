import { z } from 'zod';
import { LINK_SECONDS } from '../../../shared/objects';
import { procedure, router } from '../trpc';

const connection = z.string().min(1).max(200);
const path = z.string().max(4_000);
const place = z.object({ connection, path });
const transfer = place.extend({ file: z.string().min(1).max(4_000), overwrite: z.boolean().optional() });
const id = z.object({ id: z.string().max(100) });

/** Buckets, prefixes and objects of connections. Their bytes have routes of their own in `object-routes.ts`. */
export const objectsRouter = router({
  list: procedure
    .input(
      place.extend({ after: z.string().max(4_000).optional(), size: z.number().int().min(1).max(1_000).optional() }),
    )
    .query(({ ctx, input, signal }) =>
      ctx.host.services.objects.list(input.connection, input.path, { after: input.after, size: input.size, signal }),
    ),
  details: procedure
    .input(place)
    .query(({ ctx, input }) => ctx.host.services.objects.details(input.connection, input.path)),
  preview: procedure
    .input(place)
    .query(({ ctx, input }) => ctx.host.services.objects.preview(input.connection, input.path)),
  createPrefix: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.objects.createPrefix(input.connection, input.path)),
  /** Counts what a deletion would take; deletes nothing. */
  measure: procedure
    .input(z.object({ connection, paths: z.array(path.min(1)).min(1).max(1_000) }))
    .mutation(({ ctx, input }) => ctx.host.services.objects.measure(input.connection, input.paths)),
  remove: procedure
    .input(z.object({ token: z.string().max(100) }))
    .mutation(({ ctx, input }) => ctx.host.services.objects.remove(input.token)),
  link: procedure
    .input(place.extend({ seconds: z.number().int().min(LINK_SECONDS.least).max(LINK_SECONDS.most) }))
    .mutation(({ ctx, input }) => ctx.host.services.objects.link(input.connection, input.path, input.seconds)),
  upload: procedure.input(transfer).mutation(({ ctx, input }) => ctx.host.services.objects.transfers.upload(input)),
  download: procedure.input(transfer).mutation(({ ctx, input }) => ctx.host.services.objects.transfers.download(input)),
  transfers: procedure.query(({ ctx }) => ctx.host.services.objects.transfers.list()),
  resume: procedure.input(id).mutation(({ ctx, input }) => ctx.host.services.objects.transfers.resume(input.id)),
  cancel: procedure.input(id).mutation(({ ctx, input }) => ctx.host.services.objects.transfers.cancel(input.id)),
  forget: procedure.input(id).mutation(({ ctx, input }) => ctx.host.services.objects.transfers.forget(input.id)),
});
