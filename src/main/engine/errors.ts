import { CancelledError, type ErrorCode, MillraceError } from '../../shared/errors';
import { redactSql, redactText } from '../../shared/sql/redact';
import { csvProblem } from './csv-error';
import { type EngineFault, isAbortedTransaction, isInterrupt, mayInvalidate, readFault } from './engine-error';
import { remoteProblem } from './remote-problem';
import { placeIn, utf16Offset } from './source-position';

/** Where the failing SQL came from, so that the error points into the text the user sees. */
export interface ErrorContext {
  /** The SQL that was sent to DuckDB. */
  sql?: string;
  /** The text the user wrote, which the error quotes and whose lines it counts. Default: `sql`. */
  original?: string;
  /** Turns an offset in `sql` into one in `original`. */
  toOriginal?: (offset: number) => number;
  /** Where `original` starts in the editor's text; added to the offset, not to line and column. */
  baseOffset?: number;
  /** The instance is the restricted one of a folder that is not trusted. */
  restricted?: boolean;
}

/** Any error of the binding as the product's own, with a code, a place and a next step; secrets redacted. */
export function toMillraceError(error: unknown, context: ErrorContext = {}): MillraceError {
  if (error instanceof MillraceError) return error;
  const fault = readFault(error);
  if (isInterrupt(fault)) return new CancelledError();
  const answer = classify(fault, context);
  const original = context.original ?? context.sql;
  const at = answer.at ?? placeOf(fault, context);
  return new MillraceError({
    code: answer.code,
    message: redactText(answer.message),
    ...(answer.hint === undefined ? {} : { hint: redactText(answer.hint) }),
    ...(original === undefined ? {} : { sql: redactSql(original) }),
    ...(at === undefined ? {} : { at }),
  });
}

interface Answer {
  code: ErrorCode;
  message: string;
  hint?: string | undefined;
  at?: MillraceError['at'];
}

function placeOf(fault: EngineFault, context: ErrorContext): MillraceError['at'] {
  if (fault.position === undefined || context.sql === undefined) return undefined;
  const sent = utf16Offset(context.sql, fault.position);
  const original = context.original ?? context.sql;
  const offset = Math.min(context.toOriginal ? context.toOriginal(sent) : sent, original.length);
  const place = placeIn(original, offset);
  return { ...place, offset: offset + (context.baseOffset ?? 0) };
}

function classify(fault: EngineFault, context: ErrorContext): Answer {
  const csv = csvProblem(fault.message);
  if (csv) return { code: 'FILE_FORMAT', ...csv };
  const message = plainMessage(fault.message);
  if (/configuration has been locked/i.test(message)) return locked(message);
  if (mayInvalidate(fault)) return invalidated(message);
  const remote = remoteProblem(message);
  if (remote) return remote;
  if (isAbortedTransaction(fault)) {
    return {
      code: 'SQL_RUNTIME',
      message: 'The transaction was aborted by an earlier error.',
      hint: 'Run ROLLBACK, then begin again. A COMMIT would undo it just the same.',
    };
  }
  if (context.restricted && /sqlite_scanner/i.test(message)) return sqliteWithoutTrust();
  const elsewhere = context.restricted ? fileElsewhere(message, context) : undefined;
  if (elsewhere !== undefined) return permission(`"${elsewhere}" is no data file of it.`, context);
  switch (fault.type.toLowerCase()) {
    case 'parser':
      return { code: 'SQL_PARSE', message, hint: 'Check the spelling and the punctuation at the marked place.' };
    case 'binder':
    case 'catalog':
    case 'mismatch type':
    case 'parameter not resolved':
    case 'parameter not allowed':
      return bind(fault, message);
    case 'missing extension':
      return extension(message);
    case 'out of memory':
      return outOfMemory(message);
    case 'permission':
      return permission(message, context);
    case 'io':
    case 'http':
      return inputOutput(message);
    default:
      return runtime(message);
  }
}

/** The part of a message that says what is wrong; the rest is told by hint, place and candidates. */
function plainMessage(message: string): string {
  const cut =
    message.split(/\n(?:\s*Did you mean|\s*Candidate bindings:|\s*Candidate functions:|LINE \d+:)/)[0] ?? message;
  const trimmed = cut.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function bind(fault: EngineFault, message: string): Answer {
  if (/exists in the .* extension|requires the .* extension/i.test(message)) return extension(message);
  const names = fault.candidates.slice(0, 5);
  const hint =
    names.length === 0
      ? undefined
      : names[0]?.includes('(')
        ? `It takes: ${names.join(' or ')}.`
        : `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
  return { code: 'SQL_BIND', message, hint };
}

function extension(message: string): Answer {
  return {
    code: 'EXTENSION_MISSING',
    message: message.split(/\n\s*(?:Please try installing|Install it first|For more info)/)[0]?.trim() ?? message,
    hint: 'Extensions come with the app and are never downloaded; `millrace doctor` lists those that are there and how to mend what is missing.',
  };
}

/**
 * A path whose ending is none of a data file's is looked up as a table, and not found. One that the user wrote as an
 * absolute path would not be read in a restricted folder whatever it is called.
 */
function fileElsewhere(message: string, context: ErrorContext): string | undefined {
  const name = /Table with name (.+?) does not exist/s.exec(message)?.[1] ?? '';
  const written = context.original ?? context.sql ?? '';
  const isPath = /^(?:[/~\\]|[a-z]:[/\\]|[a-z][a-z0-9+.-]+:\/\/)/i.test(name);
  return isPath && written.includes(name) ? name : undefined;
}

/** Its library opens files by itself, past the engine's own limits, so the restricted engine goes without it. */
function sqliteWithoutTrust(): Answer {
  return {
    code: 'NOT_TRUSTED',
    message: 'SQLite files are not read in a folder that is not trusted.',
    hint: 'Trust the folder if you know where it comes from (`--trust` on the command line), then run again.',
  };
}

const SETTING_NAMES: Record<string, string> = {
  memory_limit: 'memory',
  max_memory: 'memory',
  threads: 'threads',
  worker_threads: 'threads',
  max_temp_directory_size: 'temporary',
};

function locked(message: string): Answer {
  const option = /option "?([a-z_]+)"?/i.exec(message)?.[1] ?? '';
  const setting = SETTING_NAMES[option.toLowerCase()];
  return {
    code: 'CONFIG_LOCKED',
    message: `The setting "${option}" is fixed while the engine runs.`,
    hint: setting
      ? `Set \`engine: ${setting}:\` in millrace.yaml and open the project again.`
      : 'The engine limits are `memory`, `threads` and `temporary` under `engine:` in millrace.yaml; a session can set TimeZone, search_path and schema.',
  };
}

function invalidated(message: string): Answer {
  return {
    code: 'ENGINE_LOST',
    message: `The engine stopped at an internal error: ${message}`,
    hint: 'It opens itself anew. Run the query again; if it happens again, keep the SQL and report it.',
  };
}

function outOfMemory(told: string): Answer {
  // The engine's own advice names settings that are fixed while it runs; the hint has those of millrace.yaml.
  const message = told.split(/\n\s*(?:Possible solutions|See also)/)[0]?.trim() ?? told;
  if (/max_temp_directory_size|temporary directory|offload/i.test(message)) {
    return {
      code: 'DISK_FULL',
      message: `The query needs more temporary disk space than it may take. ${message}`,
      hint: 'Raise `engine: temporary:` in millrace.yaml or free disk space; aggregate or filter earlier.',
    };
  }
  return {
    code: 'OUT_OF_MEMORY',
    message: `The query needs more memory than the engine may take. ${message}`,
    hint: 'Raise `engine: memory:` in millrace.yaml, lower `engine: threads:`, or select fewer columns and rows.',
  };
}

function permission(message: string, context: ErrorContext): Answer {
  if (context.restricted) {
    return {
      code: 'NOT_TRUSTED',
      message: `This folder is not trusted, so its SQL reads files of the project alone. ${message}`,
      hint: 'Trust the folder if you know where it comes from (`--trust` on the command line), then run again.',
    };
  }
  return { code: 'FORBIDDEN', message, hint: 'The engine is set up not to allow this.' };
}

const CORRUPT =
  /magic bytes|corrupt|footer|too small to be a|Invalid Parquet|TProtocol|thrift|Snappy|ZSTD|inflate|GZIP|gzip|decompress|not a valid|malformed|unexpected end|truncated|checksum|Invalid (?:page|string|encoding)|Failed to read (?:Parquet|Avro)/i;

function inputOutput(message: string): Answer {
  if (/extension "[^"]*" not found|could not be loaded|download extension/i.test(message)) return extension(message);
  if (/no space left|disk (?:is )?full|quota exceeded/i.test(message)) {
    return { code: 'DISK_FULL', message, hint: 'Free disk space or choose another place, then run again.' };
  }
  if (/could not set lock|conflicting lock|is locked/i.test(message)) {
    return {
      code: 'FILE_LOCKED',
      message,
      hint: 'Another program has the file open for writing: close it there and try again.',
    };
  }
  if (/No files found that match|No such file|does not exist|cannot find/i.test(message)) {
    return {
      code: 'FILE_NOT_FOUND',
      message,
      hint: 'Check the spelling; a relative path is read from the project folder.',
    };
  }
  if (/permission denied|EACCES|access is denied/i.test(message)) {
    return { code: 'FILE_UNREADABLE', message, hint: 'Give yourself the right to read it, then try again.' };
  }
  if (/connect|HTTP|SSL|certificate|timed? ?out|resolve/i.test(message)) {
    return { code: 'FILE_UNREADABLE', message, hint: 'Check the address, the network and the credentials.' };
  }
  if (CORRUPT.test(message)) return corrupt(message);
  return { code: 'FILE_UNREADABLE', message, hint: undefined };
}

function corrupt(message: string): Answer {
  const file = /(?:file|File)\s+['"]([^'"]+)['"]/.exec(message)?.[1];
  return {
    code: 'FILE_CORRUPT',
    message,
    hint: 'The file is damaged or cut off: fetch or write it again. Other files can be read without it.',
    ...(file === undefined ? {} : { at: { file } }),
  };
}

function runtime(message: string): Answer {
  if (/malformed JSON/i.test(message)) {
    const file = /file "([^"]+)"/.exec(message)?.[1];
    const line = /line (\d+)/.exec(message)?.[1];
    return {
      code: 'FILE_FORMAT',
      message,
      hint: 'Mend the file at that place, or read it with ignore_errors.',
      at: { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line: Number(line) }) },
    };
  }
  if (CORRUPT.test(message) && /parquet|avro|zip|file/i.test(message)) return corrupt(message);
  if (/No files found that match/i.test(message)) return inputOutput(message);
  const conversion = /could not convert|invalid .* field format|out of range|conversion/i.test(message);
  return {
    code: 'SQL_RUNTIME',
    message,
    hint: conversion ? 'TRY_CAST gives NULL where a value does not fit.' : undefined,
  };
}
