import { protocol } from 'electron';
import type { ErrorShape } from '../../shared/errors';
import { forward } from '../project/forward';
import { APP_ORIGIN, SCHEME } from './app-origin';
import type { BackendProcess } from './backend-process';
import { rendererFile, SECURITY_HEADERS } from './renderer-files';

const NOBODY_LISTENS = new Set(['ECONNREFUSED', 'ENOENT', 'EPIPE', 'ECONNRESET']);

/** Makes the scheme as good as https for the page: an origin, fetch, streams, compiled code kept. Before `app` is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

/** Serves the app's one origin: `/api/…` from the backend, all else from the built renderer in `rendererFolder`. */
export function serveScheme(rendererFolder: string, backend: BackendProcess): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== APP_ORIGIN) return failure(404, notFound(url.host));
    if (url.pathname.startsWith('/api/')) return callBackend(request, backend);
    if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405, notFound(url.pathname));
    return rendererFile(rendererFolder, url.pathname);
  });
}

async function callBackend(request: Request, backend: BackendProcess): Promise<Response> {
  const target = await backend.target();
  if ('error' in target) return failure(503, target.error);
  try {
    return await forward(request, target.socket, SECURITY_HEADERS);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ECONNREFUSED' || code === 'ENOENT') backend.ownerVanished();
    return failure(503, lost(error, NOBODY_LISTENS.has(code)));
  }
}

function failure(status: number, shape: ErrorShape): Response {
  return Response.json(shape, { status, headers: SECURITY_HEADERS });
}

function notFound(what: string): ErrorShape {
  return { code: 'NOT_FOUND', message: `There is nothing at ${what}.` };
}

function lost(error: unknown, stopped: boolean): ErrorShape {
  return {
    code: 'ENGINE_LOST',
    message: stopped ? 'The engine stopped before it answered.' : 'The engine did not answer.',
    hint: 'What you typed is safe. Run the query again in a moment.',
    cause: error instanceof Error ? error.message : String(error),
  };
}
