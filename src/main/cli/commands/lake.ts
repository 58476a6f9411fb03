import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { type ErrorShape, MillraceError } from '../../../shared/errors';
import type { LakeTableName, LakeVersion, MaintenanceReport, MaintenanceStep } from '../../../shared/lake';
import { parseTableName } from '../../lake/lake-names';
import type { AppRouter } from '../../server/app-router';
import { SharedBackend } from '../../server/shared-backend';
import { EXIT } from '../exit-code';
import { findWorkFolder } from '../project-folder';
import { lakeText, sizeText } from './lake-text';

export interface LakeCommandOptions {
  project?: string;
  json?: boolean;
  trust?: boolean;
}

type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

/** `millrace lake tables`: every table with rows and size. */
export function lakeTables(options: LakeCommandOptions): Promise<number> {
  return withLake(options, async (api) => {
    const tables = await api.lake.tables.query();
    return answer(
      options,
      tables,
      lakeText(
        ['table', 'rows', 'files', 'size', 'comment'],
        tables.map((one) => [
          `${one.schema}.${one.name}`,
          String(one.rows),
          String(one.files),
          sizeText(one.bytes),
          one.comment ?? '',
        ]),
        'The lake has no tables yet.',
      ),
    );
  });
}

/** `millrace lake snapshots TABLE`: its versions, the newest first. */
export function lakeSnapshots(table: string, options: LakeCommandOptions): Promise<number> {
  return withLake(options, async (api) => {
    const snapshots = await api.lake.snapshots.query({ table: parseTableName(table) });
    return answer(
      options,
      snapshots,
      lakeText(
        ['version', 'time', 'changes', 'rows', 'message', 'run'],
        snapshots.map((one) => [
          String(one.id),
          one.time,
          one.changes.join(', '),
          [one.rowsAdded ? `+${one.rowsAdded}` : '', one.rowsRemoved ? `-${one.rowsRemoved}` : ''].join(' ').trim(),
          one.message ?? '',
          one.run ?? '',
        ]),
        `There is no snapshot of ${table}.`,
      ),
    );
  });
}

export interface DiffOptions extends LakeCommandOptions {
  from: string;
  to?: string;
  key?: string;
}

/** `millrace lake diff TABLE`: rows added, removed and changed between two versions. */
export function lakeDiff(table: string, options: DiffOptions): Promise<number> {
  return withLake(options, async (api) => {
    const name = parseTableName(table);
    const to = options.to === undefined ? await newest(api, name) : await versionNumber(api, name, options.to);
    const from = await versionNumber(api, name, options.from);
    const key = options.key?.split(',').map((one) => one.trim());
    const diff = await api.lake.diff.query({ table: name, from, to, ...(key ? { key } : {}) });
    const counts = [`${diff.added} added`, `${diff.removed} removed`];
    if (diff.changed !== undefined) counts.push(`${diff.changed} changed`);
    const rows = diff.rows.flatMap((row) => [
      ...(row.before ? [['before', ...row.before.map(cell)]] : []),
      [row.kind, ...row.cells.map(cell)],
    ]);
    return answer(
      options,
      diff,
      `${table}: version ${from} to ${to}: ${counts.join(', ')}\n${lakeText(['', ...diff.columns], rows, '')}`,
    );
  });
}

/** `millrace lake restore TABLE --version N`: the table as it was, as a new snapshot. */
export function lakeRestore(table: string, options: LakeCommandOptions & { version: string }): Promise<number> {
  return withLake(options, async (api) => {
    const outcome = await api.lake.restore.mutate({ table: parseTableName(table), version: version(options.version) });
    const notes = outcome.notes.map((note) => `\n${note}`).join('');
    return answer(
      options,
      outcome,
      `${table} has the ${outcome.rows} rows of ${options.version} again, as version ${outcome.snapshot}.${notes}\n`,
    );
  });
}

export interface CompactOptions extends LakeCommandOptions {
  olderThan?: string;
  dryRun?: boolean;
}

/** `millrace lake compact [TABLE]`: flush, rewrite, merge; with an age also expire and clean. */
export function lakeCompact(table: string | undefined, options: CompactOptions): Promise<number> {
  return withLake(options, async (api) => {
    const of = table === undefined ? {} : { table: parseTableName(table) };
    const olderThan = options.olderThan === undefined ? undefined : ageToTime(options.olderThan);
    const steps: MaintenanceStep[] = ['flush', 'rewrite', 'merge'];
    if (olderThan !== undefined) steps.push('expire', 'clean', 'orphans');
    const reports: MaintenanceReport[] = [];
    for (const step of steps) {
      const input = { step, ...of, ...(olderThan === undefined ? {} : { olderThan }) };
      reports.push(
        options.dryRun ? await api.lake.planMaintenance.query(input) : await api.lake.maintain.mutate(input),
      );
    }
    return answer(
      options,
      reports,
      lakeText(
        ['step', 'what', 'frees'],
        reports.map((one) => [one.step, one.text, one.bytes === 0 ? '' : sizeText(one.bytes)]),
        '',
      ),
    );
  });
}

/** `millrace lake move --to PLACE`: to a folder, or to s3:// with the catalog in a PostgreSQL connection. */
export function lakeMove(options: LakeCommandOptions & { to: string; catalog?: string }): Promise<number> {
  return withLake(options, async (api) => {
    const place =
      options.catalog === undefined ? { location: options.to } : { catalog: options.catalog, data: options.to };
    const moved = await api.lake.move.mutate(place);
    const notes = moved.notes.map((note) => `${note}\n`).join('');
    return answer(
      options,
      moved,
      `${lakeText(
        ['table', 'rows', 'hash of all rows'],
        moved.tables.map((one) => [one.table, String(one.rows), one.hash]),
        'The lake has no tables yet.',
      )}${notes}The lake is at ${options.to} now, and millrace.yaml says so. The old one was left as it is.\n`,
    );
  });
}

/** Works through the process that has the project open, or takes the project for the time of the command. */
async function withLake(options: LakeCommandOptions, work: (api: Api) => Promise<string>): Promise<number> {
  const { folder } = await findWorkFolder(options.project);
  const backend = await SharedBackend.open({ folder, door: 'browser', ...(options.trust ? { trust: true } : {}) });
  const api = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: 'http://millrace/api/trpc',
        fetch: (input, init) => backend.fetch(new Request(input as string, init as RequestInit)),
      }),
    ],
  });
  try {
    process.stdout.write(await work(api));
    return EXIT.done;
  } catch (error) {
    const own = error instanceof TRPCClientError ? (error.data as { error?: ErrorShape } | null)?.error : undefined;
    throw own === undefined ? error : new MillraceError(own);
  } finally {
    await backend.stop();
  }
}

function answer(options: LakeCommandOptions, value: unknown, text: string): string {
  return options.json ? `${JSON.stringify(value, null, 2)}\n` : text;
}

function cell(value: string | null): string {
  return value ?? 'NULL';
}

async function newest(api: Api, table: LakeTableName): Promise<number> {
  const [snapshot] = await api.lake.snapshots.query({ table, limit: 1 });
  if (snapshot) return snapshot.id;
  throw new MillraceError({ code: 'NOT_FOUND', message: 'The table has no snapshot.', hint: 'Check its name.' });
}

async function versionNumber(api: Api, table: LakeTableName, text: string): Promise<number> {
  const wanted = version(text);
  return 'version' in wanted ? wanted.version : api.lake.version.query({ table, version: wanted });
}

/** A number is a version; anything else must be a time. */
function version(text: string): LakeVersion {
  if (/^\d+$/.test(text)) return { version: Number(text) };
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return { time: time.toISOString() };
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${text}" is neither a version nor a time.`,
    hint: 'Give a number of `millrace lake snapshots`, or a time such as 2026-01-31T12:00:00Z.',
  });
}

const UNITS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `30d`, `12h`, `4w` ago, or a time as it stands. */
function ageToTime(text: string): string {
  const age = /^(\d+)([hdw])$/.exec(text);
  if (age) return new Date(Date.now() - Number(age[1]) * (UNITS[age[2] as string] ?? 0)).toISOString();
  const wanted = version(text);
  if ('time' in wanted) return wanted.time;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${text}" is no age.`,
    hint: 'Give for example 30d, 12h or 4w.',
  });
}
