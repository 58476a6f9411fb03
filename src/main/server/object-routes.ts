import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Hono } from 'hono';
import { MillraceError } from '../../shared/errors';
import { insideOf, parseObjectPath } from '../connectors/objects/object-path';
import { fileError } from '../project/atomic-file';
import type { ProjectHost } from './project-host';

/** Bytes of objects for a browser, which has no files of its own to name. */
export function objectRoutes(host: ProjectHost): Hono {
  const app = new Hono();

  /** Kept in the project's private folder first, so that the upload can go on after a crash. */
  app.post('/upload', async (c) => {
    const { objects, project } = host.services;
    const body = c.req.raw.body;
    const [connection, target] = [c.req.query('connection') ?? '', c.req.query('path') ?? ''];
    const folder = path.join(project.stateFolder, 'transfers');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `staged-${randomBytes(6).toString('hex')}`);
    try {
      // A browser sends no body for an empty file.
      const source = body ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : Readable.from([]);
      await pipeline(source, createWriteStream(file, { mode: 0o600 })).catch((error: unknown) => {
        throw fileError(error, file);
      });
      const overwrite = c.req.query('overwrite') === 'true';
      return c.json(await objects.transfers.upload({ connection, path: target, file, overwrite, staged: true }));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  });

  app.get('/download', async (c) => {
    const [name, target] = [c.req.query('connection') ?? '', c.req.query('path') ?? ''];
    const { connection, store } = await host.services.objects.open(name);
    const place = insideOf(connection, parseObjectPath(target));
    if (place.key === '' || place.key.endsWith('/')) {
      throw new MillraceError({ code: 'BAD_REQUEST', message: `"${target}" names no object.` });
    }
    const { size, etag } = await store.reader.head(place.bucket, place.key);
    const body = await store.reader.read(place.bucket, place.key, { etag, signal: c.req.raw.signal });
    const fileName = place.key.slice(place.key.lastIndexOf('/') + 1);
    return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      },
    });
  });

  return app;
}
