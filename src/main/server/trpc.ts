import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError, z } from 'zod';
import { type ErrorShape, errorShape, MillraceError } from '../../shared/errors';
import { httpStatus } from './error-response';
import type { ProjectHost } from './project-host';

/** What each call can reach. One host serves all windows of a project. */
export interface CallContext {
  host: ProjectHost;
}

const t = initTRPC.context<CallContext>().create({
  errorFormatter({ shape, error }) {
    const own = ownShape(error);
    return { message: own.message, code: shape.code, data: { httpStatus: httpStatus(own.code), error: own } };
  },
});

/** The error of a call in the form in which every error crosses a border. */
export function ownShape(error: TRPCError): ErrorShape {
  if (error.cause instanceof MillraceError) return error.cause.toShape();
  const message = error.cause instanceof ZodError ? z.prettifyError(error.cause) : error.message;
  return { code: codeOf(error), message };
}

function codeOf(error: TRPCError): ErrorShape['code'] {
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return 'BAD_REQUEST';
  if (error.code === 'NOT_FOUND') return 'NOT_FOUND';
  return 'INTERNAL';
}

/** What a call threw stays its error's cause, with its own message. */
const withErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause && result.error.code === 'INTERNAL_SERVER_ERROR') {
    throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: errorShape(cause).message, cause });
  }
  return result;
});

export const router = t.router;
export const procedure = t.procedure.use(withErrors);
