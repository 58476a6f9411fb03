import { z } from 'zod';
import { type DraftKey, listDrafts, removeDraft, saveDraft } from '../../project/drafts';
import { readParameters, rememberParameters } from '../../project/parameters';
import {
  deleteFile,
  listWorksheets,
  readTextFile,
  renameTextFile,
  restoreFile,
  writeTextFile,
} from '../../project/text-files';
import { procedure, router } from '../trpc';

const session = z.string().min(1).max(500);
const path = z.string().min(1).max(4_000);
const text = z.string().max(50_000_000);
const draftKey = z
  .string()
  .max(4_000)
  .refine((key): key is DraftKey => /^(file|untitled):/.test(key), 'A draft is of a file or untitled.');
const parameterValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const worksheetsRouter = router({
  list: procedure.query(({ ctx }) => listWorksheets(ctx.host.services.project)),
  read: procedure
    .input(z.object({ path }))
    .query(({ ctx, input }) => readTextFile(ctx.host.services.project, input.path)),
  /** `baseHash` is that of the text which was edited, or null for a file that must not exist yet. */
  save: procedure
    .input(z.object({ path, text, baseHash: z.string().nullable() }))
    .mutation(({ ctx, input }) => writeTextFile(ctx.host.services.project, input.path, input.text, input.baseHash)),
  rename: procedure
    .input(z.object({ from: path, to: path }))
    .mutation(({ ctx, input }) => renameTextFile(ctx.host.services.project, input.from, input.to)),
  /** Gives the id by which `restore` brings the file back. */
  remove: procedure
    .input(z.object({ path }))
    .mutation(({ ctx, input }) => deleteFile(ctx.host.services.project, input.path)),
  restore: procedure
    .input(z.object({ id: z.string().max(200) }))
    .mutation(({ ctx, input }) => restoreFile(ctx.host.services.project, input.id)),
  drafts: procedure.query(({ ctx }) => listDrafts(ctx.host.services.project)),
  saveDraft: procedure
    .input(z.object({ key: draftKey, text, baseHash: z.string() }))
    .mutation(({ ctx, input: { key, ...draft } }) => saveDraft(ctx.host.services.project, key, draft)),
  removeDraft: procedure
    .input(z.object({ key: draftKey }))
    .mutation(({ ctx, input }) => removeDraft(ctx.host.services.project, input.key)),

  /** Opens the worksheet's own connection; asked again it answers what the session still holds and runs. */
  open: procedure.input(z.object({ session })).mutation(async ({ ctx, input }) => {
    const opened = await ctx.host.services.engine.openSession(input.session);
    return { results: opened.list(), runs: opened.runs() };
  }),
  close: procedure
    .input(z.object({ session }))
    .mutation(({ ctx, input }) => ctx.host.services.engine.closeSession(input.session)),
  /** Starts a run and answers at once; its progress and results come as events. */
  run: procedure
    .input(
      z.object({
        session,
        run: z.string().max(100),
        sql: text,
        offset: z.number().int().min(0).optional(),
        parameters: z.record(z.string(), parameterValue).optional(),
        timeZone: z.string().max(100).optional(),
        firstStatement: z.number().int().min(1).optional(),
        explain: z.enum(['analyze', 'plan']).optional(),
        runsOn: z.string().min(1).max(200).optional(),
        fetchLimit: z.union([z.number().int().min(1), z.literal('all')]).optional(),
      }),
    )
    .mutation(({ ctx, input }) => ctx.host.services.runs.start(input as never)),
  cancel: procedure
    .input(z.object({ session, run: z.string() }))
    .mutation(({ ctx, input }) => ctx.host.services.engine.session(input.session).cancel(input.run)),
  /** The worksheet's open transaction, or null. Changes of it come as events. */
  transaction: procedure
    .input(z.object({ session }))
    .query(async ({ ctx, input }) => (await ctx.host.services.engine.openSession(input.session)).openTransaction),
  commit: procedure
    .input(z.object({ session }))
    .mutation(({ ctx, input }) => ctx.host.services.engine.session(input.session).endTransaction('COMMIT')),
  rollback: procedure
    .input(z.object({ session }))
    .mutation(({ ctx, input }) => ctx.host.services.engine.session(input.session).endTransaction('ROLLBACK')),
  /** Names of the `$name` parameters in a text, with the values remembered for them; null is a remembered NULL. */
  parameters: procedure.input(z.object({ session, sql: text })).mutation(async ({ ctx, input }) => {
    const { engine, project } = ctx.host.services;
    const names = await (await engine.openSession(input.session)).parameters(input.sql);
    const remembered = await readParameters(project);
    return names.map((name) => ({ name, ...(name in remembered ? { value: remembered[name] } : {}) }));
  }),
  rememberParameters: procedure
    .input(z.object({ values: z.record(z.string(), parameterValue) }))
    .mutation(({ ctx, input }) => rememberParameters(ctx.host.services.project, input.values)),
  history: procedure
    .input(
      z.object({
        text: z.string().max(10_000).optional(),
        limit: z.number().int().min(1).max(1_000).optional(),
        before: z.number().int().optional(),
      }),
    )
    .query(({ ctx, input }) => ctx.host.services.history.search(input as never)),
});
