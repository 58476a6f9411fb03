import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

/** Headers that belong to one connection or to the browser's own origin, and are not passed on. */
const NOT_SENT = new Set(['host', 'origin', 'referer', 'connection', 'content-length', 'accept-encoding', 'cookie']);
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'transfer-encoding']);
const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/**
 * Passes a request on to the socket of the process that owns the project; `headers` stand in every answer. Bodies stream both ways; when the page drops the answer, the request to
 * the backend is ended too. Rejects when nobody answers on the socket.
 */
export async function forward(
  request: Request,
  socketPath: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = new URL(request.url);
  const call = httpRequest({
    socketPath,
    method: request.method,
    path: url.pathname + url.search,
    headers: { ...sentHeaders(request.headers), host: 'millrace' },
  });
  request.signal.addEventListener('abort', () => call.destroy(), { once: true });
  const answer = answerOf(call);
  // A body that breaks off ends the call; where the backend answered before it took the whole body, its answer counts.
  sendBody(request, call).catch((error: Error) => call.destroy(error));
  return toResponse(await answer, call, new Headers(headers));
}

function answerOf(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once('response', resolve);
    call.once('error', reject);
  });
}

async function sendBody(request: Request, call: ClientRequest): Promise<void> {
  if (request.body === null) {
    call.end();
    return;
  }
  await pipeline(Readable.fromWeb(request.body as NodeReadableStream<Uint8Array>), call);
}

function toResponse(answer: IncomingMessage, call: ClientRequest, headers: Headers): Response {
  const status = answer.statusCode ?? 502;
  addHeaders(headers, answer);
  if (WITHOUT_BODY.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  return new Response(bodyOf(answer, call), { status, headers });
}

/** The answer's bytes under back-pressure; an answer that is cut off is an error in the page, never a shorter body. */
function bodyOf(answer: IncomingMessage, call: ClientRequest): ReadableStream<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      call.destroy();
    },
  });
}

function sentHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !NOT_SENT.has(name)));
}

function addHeaders(headers: Headers, answer: IncomingMessage): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || NOT_RETURNED.has(name)) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
}
