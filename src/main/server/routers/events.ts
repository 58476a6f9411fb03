import { tracked } from '@trpc/server';
import { z } from 'zod';
import { procedure, router } from '../trpc';

export const eventsRouter = router({
  /**
   * The one stream a window holds open. Resumes after the last event id; `missed` tells a window that was away for too
   * long to read everything anew.
   */
  stream: procedure.input(z.object({ lastEventId: z.string().nullish() }).optional()).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const hub = ctx.host.events;
    const asked = input?.lastEventId || undefined;
    const missed = asked !== undefined && hub.since(asked) === undefined;
    const from = asked === undefined || missed ? hub.lastId : asked;
    yield tracked(from, { type: 'hello' as const, missed });
    const stop = signal ?? new AbortController().signal;
    for await (const { id, event } of hub.stream(from, stop)) yield tracked(id, event);
  }),
});
