import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { type ErrorCode, type ErrorShape, errorShape } from '../../shared/errors';

const STATUS: Record<ErrorCode, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_TRUSTED: 403,
  ACCESS_DENIED: 403,
  CONNECTION_READ_ONLY: 403,
  NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  FILE_CHANGED: 409,
  VERSION_MISMATCH: 409,
  NAME_TAKEN: 409,
  LAKE_CONFLICT: 409,
  SECRET_HOST_CHANGED: 409,
  LIMIT_EXCEEDED: 413,
  SQL_PARSE: 422,
  SQL_BIND: 422,
  SQL_RUNTIME: 422,
  RESULT_CUT: 422,
  PARAMETER_MISSING: 422,
  CONFIG_LOCKED: 422,
  UNSUPPORTED: 422,
  FILE_UNREADABLE: 422,
  FILE_CORRUPT: 422,
  FILE_FORMAT: 422,
  PROJECT_INVALID: 422,
  EXTENSION_MISSING: 422,
  EXPORT_FAILED: 422,
  SECRET_MISSING: 422,
  CONTRACT_BROKEN: 422,
  FILE_LOCKED: 423,
  PROJECT_LOCKED: 423,
  CANCELLED: 499,
  CONNECTION_FAILED: 502,
  CONNECTION_LOST: 502,
  ENGINE_LOST: 503,
  KEYCHAIN_UNAVAILABLE: 503,
  OUT_OF_MEMORY: 507,
  DISK_FULL: 507,
  INTERNAL: 500,
};

/** The HTTP status that stands for an error code. */
export function httpStatus(code: ErrorCode): ContentfulStatusCode {
  return STATUS[code] as ContentfulStatusCode;
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
