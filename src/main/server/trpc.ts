import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError, z } from 'zod';
import { type ErrorShape, errorShape, MillraceError } from '../../shared/errors';
import type { ProjectHost } from './project-host';

/** What each call can reach. One host serves all windows of a project. */
export interface CallContext {
  host: ProjectHost;
}

const STATUS: Partial<Record<ErrorShape['code'], TRPCError['code']>> = {
  BAD_REQUEST: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  FILE_NOT_FOUND: 'NOT_FOUND',
  FORBIDDEN: 'FORBIDDEN',
  NOT_TRUSTED: 'FORBIDDEN',
  UNAUTHORIZED: 'UNAUTHORIZED',
  FILE_CHANGED: 'CONFLICT',
  LIMIT_EXCEEDED: 'PAYLOAD_TOO_LARGE',
  CANCELLED: 'CLIENT_CLOSED_REQUEST',
};

const t = initTRPC.context<CallContext>().create({
  errorFormatter({ shape, error }) {
    const own = ownShape(error);
    return { message: own.message, code: shape.code, data: { httpStatus: shape.data.httpStatus, error: own } };
  },
});

function ownShape(error: TRPCError): ErrorShape {
  if (error.cause instanceof MillraceError) return error.cause.toShape();
  const message = error.cause instanceof ZodError ? z.prettifyError(error.cause) : error.message;
  return { code: codeOf(error), message };
}

function codeOf(error: TRPCError): ErrorShape['code'] {
  if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') return 'BAD_REQUEST';
  if (error.code === 'NOT_FOUND') return 'NOT_FOUND';
  return 'INTERNAL';
}

/** Gives a thrown MillraceError the HTTP status that fits its code, so that both doors answer alike. */
const withErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = result.error.cause;
  if (cause instanceof MillraceError) {
    throw new TRPCError({ code: STATUS[cause.code] ?? 'INTERNAL_SERVER_ERROR', message: cause.message, cause });
  }
  if (result.error.code === 'INTERNAL_SERVER_ERROR' && cause) {
    const shape = errorShape(cause);
    throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: shape.message, cause });
  }
  return result;
});

export const router = t.router;
export const procedure = t.procedure.use(withErrors);
