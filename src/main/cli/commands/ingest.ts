import { CancelledError, type ErrorShape, MillraceError } from '../../../shared/errors';
import type {
  IngestEvent,
  IngestOutcome,
  IngestPlan,
  IngestProgress,
  IngestReport,
  IngestRequest,
} from '../../../shared/ingest';
import { parseContract } from '../../../shared/ingest';
import type { WriteMode } from '../../../shared/lake';
import { SharedBackend } from '../../server/shared-backend';
import { EXIT } from '../exit-code';
import { findWorkFolder } from '../project-folder';
import { errorText } from '../report-error';

export interface IngestOptions {
  into: string;
  project?: string;
  mode?: WriteMode;
  key?: string[];
  cursor?: string;
  contract?: string;
  type?: Record<string, string>;
  dryRun?: boolean;
  json?: boolean;
  trust?: boolean;
}

/** `millrace ingest`: loads a source into the lake and says what came of it; gives the exit code. */
export async function ingestCommand(source: string, options: IngestOptions): Promise<number> {
  const contract = options.contract === undefined ? {} : parseContract(options.contract);
  if (!contract)
    return misused(`"${options.contract}" is no contract; write evolve, or columns=freeze,types=discard_row.`);
  const request: IngestRequest = {
    source,
    into: options.into,
    contract,
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    ...(options.type === undefined ? {} : { types: options.type }),
  };
  const stopping = new AbortController();
  const interrupt = () => stopping.abort(new CancelledError());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await run(request, options, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return EXIT.cancelled;
    process.stderr.write(errorText(error));
    return EXIT.failed;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function run(request: IngestRequest, options: IngestOptions, signal: AbortSignal): Promise<number> {
  const work = await findWorkFolder(options.project);
  if (!work.isProject) throw noProject(work.folder);
  const backend = await SharedBackend.open({
    folder: work.folder,
    door: 'browser',
    ...(options.trust ? { trust: true } : {}),
  });
  const outcome: IngestOutcome = { tables: [], failures: [] };
  const plans: IngestPlan[] = [];
  const shown = new ProgressLine(options.json === true);
  try {
    const body = JSON.stringify({ request, dryRun: options.dryRun === true });
    const headers = { 'content-type': 'application/json' };
    const call = new Request('http://millrace/api/ingest', { method: 'POST', headers, body, signal });
    for await (const event of eventsOf(await backend.fetch(call))) {
      if (event.type === 'progress') shown.show(event.progress);
      else shown.clear();
      if (event.type === 'error') throw new MillraceError(event.error);
      if (event.type === 'plan') plans.push(event.plan);
      if (event.type === 'table') outcome.tables.push(event.report);
      if (event.type === 'failure') outcome.failures.push(event.failure);
      if (options.json) continue;
      if (event.type === 'table') process.stdout.write(reportText(event.report));
      if (event.type === 'plan') process.stdout.write(planText(event.plan));
      if (event.type === 'failure') {
        process.stderr.write(
          `${event.failure.source} → ${event.failure.table}\n${errorText(new MillraceError(event.failure.error))}`,
        );
      }
    }
  } finally {
    shown.clear();
    await backend.stop();
  }
  if (options.json) process.stdout.write(`${JSON.stringify(options.dryRun ? plans : outcome, null, 2)}\n`);
  return outcome.failures.length > 0 ? EXIT.failed : EXIT.done;
}

/** Lines of JSON as events. Throws where the stream ends without saying so: the process behind it died. */
async function* eventsOf(response: Response): AsyncIterable<IngestEvent> {
  if (!response.ok) throw new MillraceError((await response.json()) as ErrorShape);
  const decoder = new TextDecoder();
  let text = '';
  let isEnded = false;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as IngestEvent;
      isEnded = event.type === 'end' || event.type === 'error';
      yield event;
    }
  }
  if (isEnded) return;
  throw new MillraceError({
    code: 'ENGINE_LOST',
    message: 'The process that has the project open ended during the ingest.',
    hint: 'The table is as it was before. Run it again.',
  });
}

function reportText(report: IngestReport): string {
  const count = (n: number) => n.toLocaleString('en-US');
  const what = report.created
    ? 'made'
    : report.snapshot === undefined
      ? 'unchanged'
      : report.mode === 'replace'
        ? 'replaced'
        : 'written';
  const lines = [
    `${report.table}  ${what}: ${count(report.rowsRead)} rows read, ${count(report.rowsWritten)} written in ${report.seconds.toFixed(1)} s`,
  ];
  if (report.rowsDiscarded > 0 || report.valuesDiscarded > 0) {
    lines.push(
      `  left out: ${count(report.rowsDiscarded)} rows, ${count(report.valuesDiscarded)} values; see lake._millrace.quarantine where run = '${report.run}'`,
    );
  }
  if (report.columnsAdded.length > 0) lines.push(`  new columns: ${report.columnsAdded.join(', ')}`);
  if (report.cursor !== undefined) lines.push(`  goes on from: ${report.cursor}`);
  return [...lines, ...report.notes.map((note) => `  ${note}`), ''].join('\n');
}

function planText(plan: IngestPlan): string {
  const columns = plan.columns.map(({ name, type, note }) => `--   ${name} ${type}${note ? ` (${note})` : ''}`);
  return [
    `-- ${plan.source} → ${plan.table} (${plan.mode}${plan.exists ? '' : ', the table is made'})`,
    ...columns,
    ...plan.notes.map((note) => `-- ${note}`),
    ...plan.statements,
    '',
    ...plan.pipeline
      .trimEnd()
      .split('\n')
      .map((line) => `-- ${line}`),
    '',
  ].join('\n');
}

/** One line on a terminal's standard error that says how far it is. */
class ProgressLine {
  private isShown = false;

  constructor(private readonly isQuiet: boolean) {}

  show(progress: IngestProgress): void {
    if (this.isQuiet || !process.stderr.isTTY) return;
    const size = progress.bytes > 0 ? `, ${(progress.bytes / 1_000_000).toFixed(1)} MB` : '';
    const text = `${progress.table}: ${progress.note ?? progress.phase}, ${progress.records.toLocaleString('en-US')} records${size}`;
    process.stderr.write(`\r\u001B[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.isShown = true;
  }

  clear(): void {
    if (this.isShown) process.stderr.write('\r\u001B[K');
    this.isShown = false;
  }
}

function noProject(folder: string): MillraceError {
  return new MillraceError({
    code: 'PROJECT_INVALID',
    message: `${folder} is no project, so it has no lake.`,
    hint: 'Make one with `millrace new NAME`, or name one with --project.',
  });
}

function misused(what: string): number {
  process.stderr.write(`error: ${what}\nSee: millrace ingest --help\n`);
  return EXIT.misused;
}
