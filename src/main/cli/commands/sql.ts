import path from 'node:path';
import { CancelledError } from '../../../shared/errors';
import type { SqlFormat, SqlRequest } from '../../../shared/export';
import { splitStatements } from '../../../shared/sql/split';
import { writePartialFile } from '../../engine/export/partial-file';
import type { SqlEvent } from '../../engine/export/sql-frames';
import { EXIT } from '../exit-code';
import { findWorkFolder } from '../project-folder';
import { errorText } from '../report-error';
import { openSqlSource } from '../sql-source';
import { ClosedPipe, watchForClosedPipe, writeOut } from '../standard-output';

export interface SqlOptions {
  project?: string;
  format: SqlFormat;
  output?: string;
  param?: Record<string, string>;
  all?: boolean;
  trust?: boolean;
}

/** `millrace sql`: runs the statements and writes their rows; gives the exit code. */
export async function sqlCommand(argument: string | undefined, options: SqlOptions): Promise<number> {
  const misuse = misuseOf(argument, options);
  if (misuse) return misused(misuse);
  const sql = argument === undefined || argument === '-' ? await readStandardInput() : argument;
  if (splitStatements(sql).length === 0) return misused('there is no SQL to run.');
  const stopping = new AbortController();
  const stopListening = listenForInterrupt(stopping);
  watchForClosedPipe(process.stdout, () => stopping.abort());
  try {
    await runStatements(sql, options, stopping.signal);
    return EXIT.done;
  } catch (error) {
    if (isClosedPipe(error)) return EXIT.done;
    if (error instanceof CancelledError || stopping.signal.aborted) {
      return stopping.signal.reason instanceof Interrupt ? EXIT.cancelled : EXIT.done;
    }
    process.stderr.write(errorText(error, sql));
    return EXIT.failed;
  } finally {
    stopListening();
  }
}

async function runStatements(sql: string, options: SqlOptions, signal: AbortSignal): Promise<void> {
  const source = await openSqlSource(await findWorkFolder(options.project), { trust: options.trust === true });
  try {
    source.notes.forEach(note);
    const events = source.run(sqlRequest(sql, options), signal);
    if (options.output === undefined) await writeEvents(events, (bytes) => writeOut(process.stdout, bytes));
    else await writeFile(path.resolve(options.output), events, signal);
  } finally {
    await source.close();
  }
}

function sqlRequest(sql: string, options: SqlOptions): SqlRequest {
  return {
    sql,
    format: options.format,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(options.param ? { parameters: options.param } : {}),
    ...(options.all ? { all: true } : {}),
  };
}

async function writeEvents(
  events: AsyncIterable<SqlEvent>,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  let pieces = 0;
  for await (const event of events) {
    if ('note' in event) {
      note(event.note);
    } else {
      pieces += 1;
      await write(event.data);
    }
  }
  return pieces;
}

/** The file appears when the last row is in it; an error or a cancel leaves what was there before. */
async function writeFile(file: string, events: AsyncIterable<SqlEvent>, signal: AbortSignal): Promise<void> {
  await writePartialFile({ file, overwrite: true, signal }, (partial) => {
    return writeEvents(events, (bytes) => partial.write(bytes));
  });
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function misuseOf(argument: string | undefined, options: SqlOptions): string | undefined {
  if ((argument === undefined || argument === '-') && process.stdin.isTTY && argument === undefined) {
    return 'give the SQL as an argument or on standard input.';
  }
  if (options.format === 'parquet' && options.output === undefined && process.stdout.isTTY) {
    return 'Parquet is not for the terminal; name a file with --output.';
  }
  if (options.all && options.format !== 'table')
    return '--all belongs to the format table; the others write every row.';
  return undefined;
}

function misused(what: string): number {
  process.stderr.write(`error: ${what}\nSee: millrace sql --help\n`);
  return EXIT.misused;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

class Interrupt extends Error {}

/** Ctrl+C cancels the query; a second one ends the process at once. */
function listenForInterrupt(stopping: AbortController): () => void {
  const interrupt = () => {
    if (stopping.signal.aborted) process.exit(EXIT.cancelled);
    stopping.abort(new Interrupt());
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof ClosedPipe || (error instanceof Error && error.cause instanceof ClosedPipe);
}
