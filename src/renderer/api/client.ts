import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../main/server/app-router';
import { type ErrorShape, errorShape } from '../../shared/errors';

/** Both doors serve the page and the API from one origin, so addresses are relative to it. */
const url = new URL('/api/trpc', window.location.href).href;

export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url }),
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
    return (
      own ?? (error.cause instanceof TypeError || !error.data ? { ...LOST, cause: error.message } : errorShape(error))
    );
  }
  if (error instanceof RouteError) return error.shape;
  if (error instanceof TypeError) return { ...LOST, cause: error.message };
  return errorShape(error);
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
