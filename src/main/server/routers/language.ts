import { z } from 'zod';
import { procedure, router } from '../trpc';

const text = z.string().max(5_000_000);
const place = z.object({ text, offset: z.number().int().min(0) });

export const languageRouter = router({
  complete: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.complete(input.text, input.offset)),
  check: procedure.input(z.object({ text })).mutation(({ ctx, input }) => ctx.host.services.language.check(input.text)),
  hover: procedure.input(place).mutation(({ ctx, input }) => ctx.host.services.language.hover(input.text, input.offset)),
  signature: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.signature(input.text, input.offset)),
  definition: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.definition(input.text, input.offset)),
  expandStar: procedure
    .input(place)
    .mutation(({ ctx, input }) => ctx.host.services.language.expandStar(input.text, input.offset)),
  format: procedure
    .input(z.object({ text }))
    .mutation(({ ctx, input }) => ctx.host.services.language.format(input.text)),
  functions: procedure.query(({ ctx }) => ctx.host.services.language.functions()),
});
