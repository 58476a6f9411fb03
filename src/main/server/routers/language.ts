import { z } from 'zod';
import { procedure, router } from '../trpc';

const text = z.string().max(5_000_000);
const session = z.string().max(500).optional();
const place = z.object({ text, offset: z.number().int().min(0), session });

/** The worksheet whose results and temporary tables are known beside the catalog. */
function contextOf(input: { session?: string | undefined }): { session?: string } {
  return input.session === undefined ? {} : { session: input.session };
}

export const languageRouter = router({
  complete: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.complete(input.text, input.offset, contextOf(input))),
  check: procedure
    .input(z.object({ text, session }))
    .mutation(({ ctx, input }) => ctx.host.services.language.check(input.text, contextOf(input))),
  hover: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.hover(input.text, input.offset, contextOf(input))),
  signature: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.signature(input.text, input.offset)),
  definition: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.definition(input.text, input.offset, contextOf(input))),
  expandStar: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.expandStar(input.text, input.offset, contextOf(input))),
  format: procedure
    .input(z.object({ text }))
    .mutation(({ ctx, input }) => ctx.host.services.language.format(input.text)),
  functions: procedure.query(({ ctx }) => ctx.host.services.language.functions()),
});
