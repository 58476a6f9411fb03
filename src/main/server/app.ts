import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { type ErrorCode, type ErrorShape, errorShape } from '../../shared/errors';
import { applicationVersion } from '../project/version';
import { appRouter } from './app-router';
import { limitBody } from './body-limit';
import { bulkRoutes } from './bulk-routes';
import type { ProjectHost } from './project-host';
import { resultRoutes } from './result-routes';

const MAXIMUM_BODY = 64 * 1024 * 1024;
const MAXIMUM_UPLOAD = 4 * 1024 * 1024 * 1024;

const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_TRUSTED: 403,
  NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  FILE_CHANGED: 409,
  LIMIT_EXCEEDED: 413,
  SQL_PARSE: 422,
  SQL_BIND: 422,
  SQL_RUNTIME: 422,
  PARAMETER_MISSING: 422,
  CONFIG_LOCKED: 422,
  UNSUPPORTED: 422,
  FILE_UNREADABLE: 422,
  FILE_CORRUPT: 422,
  FILE_FORMAT: 422,
  FILE_LOCKED: 423,
  PROJECT_LOCKED: 423,
  CANCELLED: 499 as ContentfulStatusCode,
  ENGINE_LOST: 503,
  OUT_OF_MEMORY: 507,
  DISK_FULL: 507,
};

/** The HTTP status that stands for an error code. */
export function httpStatus(code: ErrorCode): ContentfulStatusCode {
  return STATUS[code] ?? 500;
}

/** An error as the body of an answer; both doors and the command line read this form. */
export function errorResponse(error: unknown): Response {
  const shape: ErrorShape =
    error instanceof z.ZodError
      ? { code: 'BAD_REQUEST', message: z.prettifyError(error) }
      : error instanceof SyntaxError
        ? { code: 'BAD_REQUEST', message: 'The body is not valid JSON.' }
        : errorShape(error);
  return Response.json(shape, { status: httpStatus(shape.code), headers: { 'x-content-type-options': 'nosniff' } });
}

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
  app.use('/api/*', (c, next) => (c.req.path === '/api/uploads' ? limitUpload : limitCall)(c, next));
  app.get('/api/health', (c) => c.json({ version: applicationVersion(), folder: host.folder, pid: process.pid }));
  app.route('/api/results', resultRoutes(host));
  app.route('/api', bulkRoutes(host));
  app.all('/api/trpc/*', (c) =>
    fetchRequestHandler({
      endpoint: '/api/trpc',
      req: c.req.raw,
      router: appRouter,
      createContext: () => ({ host }),
    }),
  );
  app.all('/api/*', noRoute);
  return app;
}
