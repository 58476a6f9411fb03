import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { applicationVersion } from '../project/version';
import { appRouter } from './app-router';
import { limitBody } from './body-limit';
import { bulkRoutes } from './bulk-routes';
import { errorResponse, httpStatus } from './error-response';
import { objectRoutes } from './object-routes';
import type { ProjectHost } from './project-host';
import { resultRoutes } from './result-routes';
import { ownShape } from './trpc';

const MAXIMUM_BODY = 64 * 1024 * 1024;
const MAXIMUM_UPLOAD = 4 * 1024 * 1024 * 1024;

const UPLOADS = new Set(['/api/uploads', '/api/objects/upload']);

function noRoute(): Response {
  return Response.json({ code: 'NOT_FOUND', message: 'There is no such route.' }, { status: 404 });
}

/**
 * The backend's whole API as one fetch handler. The desktop's protocol, the HTTP server and the tests only translate to
 * it; who may call it is decided by the door in front.
 */
export function createApp(host: ProjectHost): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(noRoute);
  app.use('/api/*', async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    c.header('cache-control', 'no-store');
  });
  const limitCall = limitBody(MAXIMUM_BODY);
  const limitUpload = limitBody(MAXIMUM_UPLOAD);
  app.use('/api/*', (c, next) => (UPLOADS.has(c.req.path) ? limitUpload : limitCall)(c, next));
  app.get('/api/health', (c) => c.json({ version: applicationVersion(), folder: host.folder, pid: process.pid }));
  app.route('/api/results', resultRoutes(host));
  app.route('/api/objects', objectRoutes(host));
  app.route('/api', bulkRoutes(host));
  app.all('/api/trpc/*', (c) =>
    fetchRequestHandler({
      endpoint: '/api/trpc',
      req: c.req.raw,
      router: appRouter,
      createContext: () => ({ host }),
      // As on every other route; several calls in one request say their own in the body.
      responseMeta: ({ errors: [error], info }) =>
        error && info?.calls.length === 1 ? { status: httpStatus(ownShape(error).code) } : {},
    }),
  );
  app.all('/api/*', noRoute);
  return app;
}
