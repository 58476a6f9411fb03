import { type ErrorCode, errorShape, MillraceError } from '../../../shared/errors';
import { shownPath } from './file-paths';

interface Rule {
  pattern: RegExp;
  code: ErrorCode;
  say(file: string, match: RegExpExecArray): { message: string; hint: string };
}

const SYSTEM: Record<string, { code: ErrorCode; message: string; hint: string }> = {
  ENOENT: {
    code: 'FILE_NOT_FOUND',
    message: 'does not exist any more',
    hint: 'It was moved or deleted since it was listed. Refresh the tree, or bring the file back.',
  },
  EACCES: {
    code: 'FILE_UNREADABLE',
    message: 'may not be read',
    hint: 'Give your user the right to read it, for example with chmod u+r.',
  },
  EPERM: {
    code: 'FILE_UNREADABLE',
    message: 'may not be read',
    hint: 'Allow Millrace to open it in the settings of the operating system.',
  },
  EISDIR: { code: 'FILE_FORMAT', message: 'is a folder', hint: 'Name a file in it, or open the folder in the tree.' },
  ENOTDIR: { code: 'FILE_NOT_FOUND', message: 'is not a folder', hint: 'Refresh the tree.' },
  ELOOP: { code: 'FILE_UNREADABLE', message: 'is a link that leads to itself', hint: 'Mend or remove the link.' },
  EMFILE: {
    code: 'FILE_UNREADABLE',
    message: 'cannot be opened, as too many files are open',
    hint: 'Close some results, or raise the limit of open files (ulimit -n).',
  },
};

const RULES: Rule[] = [
  {
    pattern: /could not set lock on file[\s\S]*?(?:held in ([^\n]*?\(PID \d+\)))?\.? See also|database is locked/i,
    code: 'FILE_LOCKED',
    say: (file, match) => ({
      message: `${file} is locked${match[1] ? ` by ${match[1]}` : ' by another program'}.`,
      hint: 'Close it there, or copy the file and open the copy.',
    }),
  },
  {
    pattern: /not a valid duckdb database|file is not a database|not a database file/i,
    code: 'FILE_FORMAT',
    say: (file) => ({ message: `${file} is not a database file.`, hint: 'Check the file’s name against its content.' }),
  },
  {
    pattern: /failed to open zip|zip|\[Content_Types\]|workbook\.xml/i,
    code: 'FILE_FORMAT',
    say: (file) => ({
      message: `${file} is not an Excel workbook (.xlsx).`,
      hint: 'An old .xls or a CSV file with this name? Save it as .xlsx, or rename it after what it is.',
    }),
  },
  {
    pattern:
      /no magic bytes|too small to be a parquet|corrupt|invalid footer|thrift|snappy|decompress|unexpected end|reached end|bad magic|out of range|zstd|gzip|page header/i,
    code: 'FILE_CORRUPT',
    say: (file) => ({
      message: `${file} is damaged or cut short.`,
      hint: 'Fetch or write it again; a copy that stopped half-way is the usual cause.',
    }),
  },
  {
    pattern: /malformed json[\s\S]*?at byte (\d+) in line (\d+): ([^.\n]*)/i,
    code: 'FILE_FORMAT',
    say: (file, match) => ({
      message: `${file}, line ${match[2]}, byte ${match[1]}: ${match[3]?.trim() ?? 'not JSON'}.`,
      hint: 'Mend that line; each line must be one whole JSON value, or the file one array.',
    }),
  },
  {
    pattern: /no such file|no files found|file[^\n]*does not exist|database does not exist|cannot open file/i,
    code: 'FILE_NOT_FOUND',
    say: (file) => ({
      message: `${file} does not exist any more.`,
      hint: 'It was moved or deleted since it was listed. Refresh the tree, or bring the file back.',
    }),
  },
];

/** Any error met while reading a file, as one that names the file, what is wrong and what to do. */
export function toFileError(error: unknown, absolute: string, folder: string): MillraceError {
  const shown = shownPath(absolute, folder);
  // Errors of the engine carry the SQL; those made here say already what is wrong with the file.
  const told = error instanceof MillraceError && (error.sql === undefined || error.at?.line !== undefined);
  if (error instanceof MillraceError && error.code === 'CANCELLED') return error;
  if (told && error.at?.file !== undefined) return withShownFile(error, folder);
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const system = SYSTEM[code];
  if (system && !(error instanceof MillraceError)) {
    return new MillraceError({
      code: system.code,
      message: `${shown} ${system.message}.`,
      hint: system.hint,
      at: { file: shown },
      cause: error,
    });
  }
  return fromEngine(error, shown);
}

function fromEngine(error: unknown, shown: string): MillraceError {
  const shape = errorShape(error);
  const keep: ErrorCode[] = [
    'FORBIDDEN',
    'OUT_OF_MEMORY',
    'NOT_TRUSTED',
    'EXTENSION_MISSING',
    'UNSUPPORTED',
    'ENGINE_LOST',
  ];
  if (error instanceof MillraceError && keep.includes(error.code)) return error;
  for (const rule of RULES) {
    const match = rule.pattern.exec(shape.message);
    if (!match) continue;
    const line = rule.pattern.source.startsWith('malformed')
      ? { line: Number(match[2]), column: Number(match[1]) }
      : {};
    return new MillraceError({
      code: rule.code,
      ...rule.say(shown, match),
      at: { file: shown, ...line },
      cause: error,
    });
  }
  return new MillraceError({
    code: shape.code === 'INTERNAL' || shape.code === 'SQL_RUNTIME' ? 'FILE_FORMAT' : shape.code,
    message: `${shown}: ${shape.message}`,
    hint: shape.hint ?? 'Check the file options; reading all columns as text shows what the file holds.',
    at: { ...shape.at, file: shown },
    cause: error,
  });
}

function withShownFile(error: MillraceError, folder: string): MillraceError {
  const file = error.at?.file;
  if (file === undefined) return error;
  const shown = shownPath(file, folder);
  if (shown === file && error.message.includes(file)) return error;
  return new MillraceError({
    ...error.toShape(),
    message: error.message.includes(shown) ? error.message.replaceAll(file, shown) : `${shown}: ${error.message}`,
    at: { ...error.at, file: shown },
    cause: error.cause,
  });
}
