import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import { MillraceError } from '../../shared/errors';
import { runSqlRequest, sqlRequestSchema } from '../engine/export/sql-stream';
import { ingestBodySchema, streamIngest } from '../pipelines/ingest/ingest-stream';
import { byteStream } from './byte-stream';
import type { ProjectHost } from './project-host';
import { keepUpload } from './uploads';

const arrowBody = z.object({ sql: z.string().max(5_000_000) });

/** Routes whose answers are streams of bytes: SQL in, rows out, and finished exports to download. */
export function bulkRoutes(host: ProjectHost): Hono {
  const app = new Hono();

  /** One statement straight to Arrow IPC, nothing kept: for programs that want the rows and not a grid. */
  app.post('/query', async (c) => {
    const { sql } = arrowBody.parse(await c.req.json());
    const { engine } = host.services;
    const connection = await engine.connect();
    const source = async function* () {
      try {
        yield* connection.arrow(sql, { signal: c.req.raw.signal });
      } finally {
        connection.close();
      }
    };
    return new Response(await byteStream(source()), {
      headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
    });
  });

  /** SQL in any of the command line's formats: how `millrace sql` works beside a running workbench. */
  app.post('/sql', async (c) => {
    const request = sqlRequestSchema.parse(await c.req.json());
    const bytes = runSqlRequest(host.services, request, { signal: c.req.raw.signal });
    return new Response(await byteStream(bytes), { headers: { 'content-type': 'application/octet-stream' } });
  });

  /** An ingest as lines of JSON events: how `millrace ingest` works. */
  app.post('/ingest', async (c) => {
    const body = ingestBodySchema.parse(await c.req.json());
    const bytes = streamIngest(host.services, body, c.req.raw.signal);
    return new Response(await byteStream(bytes), { headers: { 'content-type': 'application/x-ndjson' } });
  });

  /** A file dropped on a browser's window: kept in the project's `uploads/`, as a page does not learn a file's path. */
  app.post('/uploads', async (c) => {
    const body = c.req.raw.body;
    if (!body) throw new MillraceError({ code: 'BAD_REQUEST', message: 'The upload has no content.' });
    const path = await keepUpload(host.services.project, c.req.query('name') ?? '', body);
    return c.json({ path });
  });

  app.get('/exports/:id/download', async (c) => {
    const job = host.services.exports.job(c.req.param('id'));
    if (job.state !== 'done') throw new MillraceError({ code: 'NOT_FOUND', message: 'The export is not finished.' });
    const { size } = await stat(job.file);
    const body = Readable.toWeb(createReadStream(job.file)) as ReadableStream<Uint8Array<ArrayBuffer>>;
    return new Response(body, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(job.file))}`,
      },
    });
  });

  return app;
}
