import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { type ErrorCode, type ErrorShape, errorShape } from '../../shared/errors';

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
