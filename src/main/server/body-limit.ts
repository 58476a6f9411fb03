import type { MiddlewareHandler } from 'hono';
import { MillraceError } from '../../shared/errors';
import { errorResponse } from './error-response';

/**
 * Refuses bodies above `maximum` bytes: by their told length at once, and those sent in chunks as soon as they exceed it.
 * Hono's own cannot do the second here, as it makes a Request from the adapter's, which Node's Request does not know.
 */
export function limitBody(maximum: number): MiddlewareHandler {
  return async (c, next) => {
    const { headers, method, signal } = c.req.raw;
    if (Number(headers.get('content-length') ?? 0) > maximum) return errorResponse(tooLarge(maximum));
    if (headers.has('transfer-encoding') && c.req.raw.body) {
      const body = c.req.raw.body.pipeThrough(counted(maximum));
      c.req.raw = new Request(c.req.url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
    }
    return next();
  };
}

function counted(maximum: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maximum) controller.error(tooLarge(maximum));
      else controller.enqueue(chunk);
    },
  });
}

function tooLarge(maximum: number): MillraceError {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `The request is larger than ${maximum / 1024 / 1024} MB.`,
    hint: 'Put large texts into files of the project and read them from there.',
  });
}
