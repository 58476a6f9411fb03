/**
 * Every error that crosses a border (process, door, command line) has one of these codes. The union is closed: a new
 * failure that a user can act on gets a code here, so that the views can answer it by name.
 */
export const ERROR_CODES = [
  'SQL_PARSE',
  'SQL_BIND',
  'SQL_RUNTIME',
  'RESULT_CUT',
  'PARAMETER_MISSING',
  'CONFIG_LOCKED',
  'OUT_OF_MEMORY',
  'DISK_FULL',
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_CORRUPT',
  'FILE_FORMAT',
  'FILE_LOCKED',
  'FILE_CHANGED',
  'PROJECT_INVALID',
  'PROJECT_LOCKED',
  'VERSION_MISMATCH',
  'NOT_TRUSTED',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'LIMIT_EXCEEDED',
  'UNSUPPORTED',
  'EXTENSION_MISSING',
  'ENGINE_LOST',
  'EXPORT_FAILED',
  'CONNECTION_FAILED',
  'CONNECTION_LOST',
  'CONNECTION_READ_ONLY',
  'ACCESS_DENIED',
  'SECRET_MISSING',
  'SECRET_HOST_CHANGED',
  'KEYCHAIN_UNAVAILABLE',
  'NAME_TAKEN',
  'LAKE_CONFLICT',
  'CONTRACT_BROKEN',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where an error stands: a place in a SQL text (offsets in UTF-16 units, lines and columns from 1) or in a file. */
export interface ErrorPlace {
  file?: string;
  line?: number;
  column?: number;
  offset?: number;
  length?: number;
}

/** The form in which an error travels as JSON. `hint` is a next step the user can take. */
export interface ErrorShape {
  code: ErrorCode;
  message: string;
  hint?: string;
  cause?: string;
  sql?: string;
  at?: ErrorPlace;
}

/** The one error type that services throw. Secrets are redacted before it is made. */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly sql: string | undefined;
  readonly at: ErrorPlace | undefined;

  constructor(shape: Omit<ErrorShape, 'cause'> & { cause?: unknown }) {
    super(shape.message, shape.cause === undefined ? undefined : { cause: shape.cause });
    this.name = 'MillraceError';
    this.code = shape.code;
    this.hint = shape.hint;
    this.sql = shape.sql;
    this.at = shape.at;
  }

  /** The travelling form, with only the fields that are set. */
  toShape(): ErrorShape {
    const shape: ErrorShape = { code: this.code, message: this.message };
    if (this.hint !== undefined) shape.hint = this.hint;
    if (this.sql !== undefined) shape.sql = this.sql;
    if (this.at !== undefined) shape.at = this.at;
    if (this.cause instanceof Error) shape.cause = this.cause.message;
    else if (typeof this.cause === 'string') shape.cause = this.cause;
    return shape;
  }
}

/** Thrown where work stopped because somebody asked for it; never shown as a failure. */
export class CancelledError extends MillraceError {
  constructor(message = 'Cancelled.') {
    super({ code: 'CANCELLED', message });
    this.name = 'CancelledError';
  }
}

/** Any thrown thing as an error shape; an unknown one becomes INTERNAL with its own message. */
export function errorShape(error: unknown): ErrorShape {
  if (error instanceof MillraceError) return error.toShape();
  if (error instanceof Error) return { code: 'INTERNAL', message: error.message };
  return { code: 'INTERNAL', message: String(error) };
}
