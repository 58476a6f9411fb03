import { z } from 'zod';
import { procedure, router } from '../trpc';

export const projectRouter = router({
  info: procedure.query(({ ctx }) => ctx.host.info()),
  status: procedure.query(({ ctx }) => ctx.host.services.engine.status()),
  /** Trusts the folder on this machine and opens the engine anew without the restrictions. */
  trust: procedure.mutation(({ ctx }) => ctx.host.trust()),
  addFolder: procedure
    .input(z.object({ folder: z.string().min(1).max(4_000) }))
    .mutation(({ ctx, input }) => ctx.host.services.files.addFolder(input.folder)),
  removeFolder: procedure
    .input(z.object({ folder: z.string().min(1).max(4_000) }))
    .mutation(({ ctx, input }) => ctx.host.services.files.removeFolder(input.folder)),
});
