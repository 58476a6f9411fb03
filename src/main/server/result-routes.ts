import { Hono } from 'hono';
import { z } from 'zod';
import { MillraceError } from '../../shared/errors';
import { byteStream } from './byte-stream';
import type { ProjectHost } from './project-host';

/** A short range names many columns, so their number is limited before any is listed. */
const MAXIMUM_COLUMNS = 20_000;
const ARROW = 'application/vnd.apache.arrow.stream';

/** Parses `0,3-9` into column indexes; an empty text is no column. */
export function parseColumns(text: string): number[] {
  const columns: number[] = [];
  for (const part of text.split(',')) {
    if (part === '') continue;
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
    if (!match) throw new MillraceError({ code: 'BAD_REQUEST', message: `"${part}" is not a column range.` });
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (columns.length + last - first >= MAXIMUM_COLUMNS) {
      throw new MillraceError({
        code: 'BAD_REQUEST',
        message: `At most ${MAXIMUM_COLUMNS} columns can be asked at once.`,
      });
    }
    for (let column = first; column <= last; column += 1) columns.push(column);
  }
  return columns;
}

function wholeNumber(text: string | undefined, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new MillraceError({ code: 'BAD_REQUEST', message: `"${name}" must be a whole number from 0.` });
  }
  return value;
}

const queryBody = z.object({ sql: z.string().max(1_000_000), timeZone: z.string().max(100).optional() });

/** The bulk routes: rows as Arrow IPC streams, which never pass through JSON. */
export function resultRoutes(host: ProjectHost): Hono {
  const app = new Hono();
  const results = () => host.services.engine.results;

  app.get('/:id/window', async (c) => {
    const timeZone = c.req.query('timeZone');
    const bytes = await results().window(c.req.param('id'), {
      offset: wholeNumber(c.req.query('offset'), 'offset'),
      limit: Math.min(wholeNumber(c.req.query('limit'), 'limit'), 10_000),
      columns: parseColumns(c.req.query('columns') ?? ''),
      ...(timeZone ? { timeZone } : {}),
    });
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': ARROW } });
  });

  app.get('/:id/arrow', async (c) => {
    const columns = c.req.query('columns');
    const stream = results().arrow(c.req.param('id'), {
      signal: c.req.raw.signal,
      ...(columns === undefined ? {} : { columns: parseColumns(columns) }),
    });
    return new Response(await byteStream(stream), { headers: { 'content-type': ARROW } });
  });

  app.post('/:id/query', async (c) => {
    const body = queryBody.parse(await c.req.json());
    const bytes = await results().query(c.req.param('id'), body.sql, {
      signal: c.req.raw.signal,
      ...(body.timeZone ? { timeZone: body.timeZone } : {}),
    });
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': ARROW } });
  });

  return app;
}
