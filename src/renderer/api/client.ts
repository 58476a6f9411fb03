import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../main/server/app-router';
import { ERROR_CODES, type ErrorShape, errorShape } from '../../shared/errors';

/** Both doors serve the page and the API from one origin, so addresses are relative to it. */
const url = new URL('/api/trpc', window.location.href).href;

/** Browsers keep a request alive after its page only up to 64 kB. */
const KEPT_ALIVE = 60_000;

let leaving = false;
window.addEventListener('pagehide', () => (leaving = true), true);
window.addEventListener('pageshow', () => (leaving = false), true);

/** What is sent while the page goes, such as the last letters typed, outlives it. */
function send(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const small = typeof init?.body === 'string' && init.body.length < KEPT_ALIVE;
  return fetch(input, leaving && small ? { ...init, keepalive: true } : init);
}

export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url, fetch: (input, init) => send(input as RequestInfo, init as RequestInit) }),
    }),
  ],
});

const LOST: ErrorShape = {
  code: 'ENGINE_LOST',
  message: 'The backend does not answer.',
  hint: 'It is being started again; text in editors is kept. Run the statement again in a moment.',
};

/** Any failed call as an error shape that a view can show. */
export function callError(error: unknown): ErrorShape {
  if (error instanceof TRPCClientError) {
    const own = (error.data as { error?: ErrorShape } | undefined)?.error;
    return own ?? plainAnswer(error) ?? { ...LOST, cause: error.message };
  }
  if (error instanceof RouteError) return error.shape;
  if (error instanceof TypeError) return { ...LOST, cause: error.message };
  return errorShape(error);
}

/** What stands before the calls (sign-in, the shell while the backend is away) answers with a bare error. */
function plainAnswer(error: TRPCClientError<AppRouter>): ErrorShape | undefined {
  const body = error.meta?.responseJSON as Partial<ErrorShape> | undefined;
  const isOurs = (ERROR_CODES as readonly unknown[]).includes(body?.code) && typeof body?.message === 'string';
  return isOurs ? (body as ErrorShape) : undefined;
}

/** A plain route answered with an error. */
export class RouteError extends Error {
  constructor(readonly shape: ErrorShape) {
    super(shape.message);
    this.name = 'RouteError';
  }
}

/** Fetches a plain route; an answer that is not a success is thrown with the error in its body. */
export async function fetchRoute(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(new URL(path, window.location.href), init);
  if (response.ok) return response;
  const body = (await response.json().catch(() => LOST)) as ErrorShape;
  throw new RouteError(body);
}
