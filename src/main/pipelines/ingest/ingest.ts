import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { CancelledError, errorShape, MillraceError } from '../../../shared/errors';
import {
  DEFAULT_CONTRACT,
  type IngestEvent,
  type IngestPlan,
  type IngestProgress,
  type IngestReport,
  type IngestRequest,
} from '../../../shared/ingest';
import type { LakeTableName, WriteMode } from '../../../shared/lake';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { EngineConnection } from '../../engine/connection';
import type { Engine } from '../../engine/engine';
import type { Lake } from '../../lake/lake';
import { checkNewTable, lakeTable, shownTable } from '../../lake/lake-names';
import { mergeSql } from '../../lake/write/merge-batch';
import { columnNamed, readShape } from '../../lake/write/table-shape';
import { openSource } from '../../lake/write/write-source';
import { readCursor } from './ingest-records';
import { insertSql, type Load, type LoadOutcome, loadTable } from './load-table';
import type { IngestConnections } from './ports';
import { resolveSource, type TableSource, targetTable } from './source';
import { Spool } from './spool';
import { largestCursor, spooledRelation } from './spooled-records';
import { planTable } from './table-plan';

export interface IngestServices {
  engine: Engine;
  lake: Lake;
  connections: IngestConnections;
  project: { stateFolder: string; readonly config: { connections: { readonly names: string[] } } };
}

/** One table of a request. */
interface Task {
  request: IngestRequest;
  source: TableSource;
  into: LakeTableName;
  mode: WriteMode;
  key: string[];
  cursor: string | undefined;
  run: string;
}

/** Progress is told this often, in milliseconds. */
const TELL_MILLISECONDS = 200;

/**
 * Loads sources into lake tables, one transaction each. The events of a table end with its report or its failure; a
 * failure does not keep the tables behind it from being loaded. Throws what is wrong with the request itself.
 */
export async function* runIngest(
  services: IngestServices,
  request: IngestRequest,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<IngestEvent> {
  const signal = options.signal ?? new AbortController().signal;
  for (const task of await tasksOf(services, request)) {
    const waiting: IngestEvent[] = [];
    let wake: () => void = () => undefined;
    const told = new Progress(shownTable(task.into), (progress) => {
      waiting.push({ type: 'progress', progress });
      wake();
    });
    let end: IngestEvent | undefined;
    const work = runTask(services, task, told, signal)
      .then((report): IngestEvent => ({ type: 'table', report }))
      .catch((error: unknown): IngestEvent => failureOf(error, task, signal))
      .then((event) => {
        end = event;
        wake();
      });
    for (;;) {
      const next = waiting.shift();
      if (next) yield next;
      else if (end) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    await work;
    if (signal.aborted) throw new CancelledError();
    yield end;
  }
}

/** What an ingest would do, with the SQL and the pipeline step that it stands for. Nothing is written. */
export async function planIngest(services: IngestServices, request: IngestRequest): Promise<IngestPlan[]> {
  const plans: IngestPlan[] = [];
  for (const task of await tasksOf(services, request)) plans.push(await planTask(services, task));
  return plans;
}

async function tasksOf(services: IngestServices, request: IngestRequest): Promise<Task[]> {
  const sources = await resolveSource(request.source, services.connections);
  const run = `ingest-${randomBytes(6).toString('hex')}`;
  return sources.map((source) => {
    const into = targetTable(request.into, source, sources.length > 1);
    checkNewTable(into, services.project.config.connections.names);
    const defaults = source.kind === 'records' ? source.defaults : {};
    const key = request.key ?? defaults.key ?? [];
    const mode = request.mode ?? (key.length > 0 ? 'merge' : 'append');
    // A full read is what replace means, so it asks for no more and no less than all.
    const cursor = mode === 'replace' ? undefined : (request.cursor ?? defaults.cursor);
    refuseDoubles(source, mode, key, cursor);
    return { request, source, into, mode, key, cursor, run };
  });
}

function refuseDoubles(source: TableSource, mode: WriteMode, key: string[], cursor: string | undefined): void {
  if (mode === 'merge' && key.length === 0) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `Merging ${source.shown} needs a key.`,
      hint: 'Name the columns that tell its rows apart: --key id',
    });
  }
  if (mode === 'append' && cursor !== undefined) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `${source.shown} is read from "${cursor}" on, and appending would double the rows that have its last value.`,
      hint: 'Use --mode merge with --key, or --mode replace to read everything anew.',
    });
  }
}

async function runTask(
  services: IngestServices,
  task: Task,
  told: Progress,
  signal: AbortSignal,
): Promise<IngestReport> {
  if (signal.aborted) throw new CancelledError();
  const started = performance.now();
  await services.lake.create();
  const connection = await services.engine.connect();
  try {
    const identity = identityOf(task);
    const since = task.cursor === undefined ? undefined : await readCursor(connection, identity);
    told.tell({ phase: 'reading' });
    const loaded =
      task.source.kind === 'records'
        ? await loadRecords(services, connection, task, { since, told, signal })
        : await loadRelation(services, connection, task, { since, told, signal });
    told.tell({ phase: 'done', records: loaded.rowsRead });
    return {
      run: task.run,
      source: task.source.shown,
      table: shownTable(task.into),
      mode: task.mode,
      seconds: Math.round((performance.now() - started) / 10) / 100,
      ...loaded,
    };
  } finally {
    connection.close();
  }
}

interface Running {
  since: string | undefined;
  told: Progress;
  signal: AbortSignal;
}

type Loaded = LoadOutcome & { bytes: number };

async function loadRelation(
  services: IngestServices,
  connection: EngineConnection,
  task: Task,
  { since, told, signal }: Running,
): Promise<Loaded> {
  const opened = await openSource(services.engine, connection, { sql: relationSql(task, since) });
  if (task.cursor !== undefined && !columnNamed(opened.columns, task.cursor)) throw noCursor(task);
  told.tell({ phase: 'writing' });
  const load: Load = {
    ...baseOf(task, signal),
    sql: opened.sent,
    columns: opened.columns,
    mixed: new Map(),
    ...(task.cursor === undefined ? {} : { cursor: { column: task.cursor } }),
  };
  return { ...(await loadTable(services.lake, connection, load)), bytes: 0 };
}

async function loadRecords(
  services: IngestServices,
  connection: EngineConnection,
  task: Task,
  { since, told, signal }: Running,
): Promise<Loaded> {
  const { source } = task;
  if (source.kind !== 'records') throw new Error('The source is a relation.');
  const spool = await Spool.create(services.project.stateFolder);
  try {
    const read = await source.connector.read(source.connection, {
      path: source.path,
      sink: spool,
      signal,
      ...(since === undefined ? {} : { since }),
      ...(task.cursor === undefined ? {} : { cursor: task.cursor }),
      onProgress: (progress) => told.tell({ phase: 'reading', ...progress }),
    });
    if (read.records === 0) return await loadNothing(services, connection, task, signal);
    told.tell({ phase: 'writing', records: read.records, bytes: read.bytes, pages: read.pages });
    const relation = await spooledRelation(connection, spool.file, read, task.request.types);
    const column = task.cursor === undefined ? undefined : columnNamed(relation.columns, task.cursor);
    if (task.cursor !== undefined && !column) throw noCursor(task);
    const value = column && ((await largestCursor(connection, spool.file, column)) ?? since);
    const load: Load = {
      ...baseOf(task, signal),
      sql: relation.sql,
      columns: relation.columns,
      mixed: relation.mixed,
      ...(column === undefined ? {} : { cursor: { column: column.name, ...(value === undefined ? {} : { value }) } }),
    };
    const outcome = await loadTable(services.lake, connection, load);
    return { ...outcome, rowsRead: read.records, bytes: read.bytes, notes: [...relation.notes, ...outcome.notes] };
  } finally {
    await spool.remove();
  }
}

/** No record tells no columns: a table that is there is emptied where it is replaced, and otherwise left alone. */
async function loadNothing(
  services: IngestServices,
  connection: EngineConnection,
  task: Task,
  signal: AbortSignal,
): Promise<Loaded> {
  const shape = await readShape(connection, task.into);
  const nothing = { created: false, rowsRead: 0, rowsWritten: 0, rowsDiscarded: 0, valuesDiscarded: 0, bytes: 0 };
  const lists = { columnsAdded: [], columnsWidened: [] };
  if (!shape || task.mode !== 'replace') {
    const note = shape ? 'There was nothing new.' : 'There were no records, so no table was made.';
    return { ...nothing, ...lists, notes: [note] };
  }
  const committed = await services.lake.transaction(
    { table: task.into, access: 'exclusive', message: `ingest ${task.source.shown}`, run: task.run, signal },
    (statements) => statements.run(`TRUNCATE ${lakeTable(shape.table)}`),
  );
  const snapshot = committed.snapshot === undefined ? {} : { snapshot: committed.snapshot };
  return { ...nothing, ...lists, ...snapshot, notes: ['There were no records: the table is empty now.'] };
}

async function planTask(services: IngestServices, task: Task): Promise<IngestPlan> {
  const connection = await services.engine.connect();
  try {
    if (services.lake.status().state === 'waiting') await services.lake.create();
    const shape = await readShape(connection, task.into);
    const since = task.cursor === undefined ? undefined : await readCursor(connection, identityOf(task));
    const base = {
      source: task.source.shown,
      table: shownTable(task.into),
      mode: task.mode,
      exists: shape !== undefined,
      pipeline: pipelineStep(task),
    };
    if (task.source.kind === 'records') {
      const from = `read_ndjson('records.ndjson')`;
      return {
        ...base,
        columns: [],
        statements: [
          ...(shape ? [] : [`CREATE TABLE ${lakeTable(task.into)} AS FROM ${from} LIMIT 0;`]),
          ...shownWrite(task, from),
        ],
        notes: [
          'Its columns are told by its records, all of which are read before the table is touched.',
          ...(since === undefined ? [] : [`Asks for what came since ${since}.`]),
        ],
      };
    }
    const sql = relationSql(task, since);
    const opened = await openSource(services.engine, connection, { sql });
    const plan = await planTable({
      ...baseOf(task, new AbortController().signal),
      reader: connection,
      batch: `(${opened.sent})`,
      columns: opened.columns,
      shape,
      mixed: new Map(),
    });
    const write = task.mode === 'merge' ? shownMerge(task, plan.columns) : [`${insertSql(plan, `(${opened.shown})`)};`];
    const empties = shape && task.mode === 'replace' ? [`TRUNCATE ${lakeTable(task.into)};`] : [];
    return {
      ...base,
      columns: plan.columns.map(({ name, type, note }) => ({ name, type, ...(note === undefined ? {} : { note }) })),
      statements: ['BEGIN;', ...plan.shaping.map((one) => `${one};`), ...empties, ...write, 'COMMIT;'],
      notes: plan.notes,
    };
  } finally {
    connection.close();
  }
}

function shownWrite(task: Task, from: string): string[] {
  if (task.mode === 'merge') {
    const on = task.key.map((name) => `target.${quoteIdentifier(name)} = batch.${quoteIdentifier(name)}`).join(' AND ');
    return [
      `MERGE INTO ${lakeTable(task.into)} AS target USING (FROM ${from}) AS batch ON ${on} WHEN MATCHED THEN UPDATE BY NAME WHEN NOT MATCHED THEN INSERT BY NAME;`,
    ];
  }
  const empties = task.mode === 'replace' ? [`TRUNCATE ${lakeTable(task.into)};`] : [];
  return [...empties, `INSERT INTO ${lakeTable(task.into)} BY NAME FROM ${from};`];
}

function shownMerge(task: Task, columns: { name: string; type: string; sourceType: string }[]): string[] {
  const plan = {
    table: task.into,
    exists: true,
    columns,
    shaping: [],
    empties: false,
    key: task.key,
    latestBy: task.cursor,
    notes: [],
  };
  return [`CREATE TEMP TABLE batch AS ${relationSql(task, undefined)};`, `${mergeSql(plan, 'temp.main.batch')};`];
}

/** The same as a step of `pipelines/NAME.yaml`. */
function pipelineStep({ source, into, mode, key, cursor, request }: Task): string {
  const { extract } = source.step as { extract: Record<string, unknown> };
  const contract = request.contract && Object.keys(request.contract).length > 0 ? { contract: request.contract } : {};
  return stringify(
    {
      name: into.name,
      steps: [
        {
          id: `${into.schema}_${into.name}`,
          extract: { ...extract, ...(cursor === undefined ? {} : { cursor }) },
          into: shownTable(into),
          mode,
          ...(key.length > 0 ? { key } : {}),
          ...contract,
        },
      ],
    },
    { lineWidth: 120 },
  );
}

function relationSql({ source, cursor }: Task, since: string | undefined): string {
  if (source.kind !== 'relation') throw new Error('The source has no relation.');
  const where =
    cursor !== undefined && since !== undefined ? ` WHERE ${quoteIdentifier(cursor)} >= ${quoteLiteral(since)}` : '';
  return `SELECT * FROM ${source.relation}${where}`;
}

function baseOf(task: Task, signal: AbortSignal) {
  return {
    identity: identityOf(task),
    into: task.into,
    mode: task.mode,
    key: task.key,
    contract: { ...DEFAULT_CONTRACT, ...task.request.contract },
    signal,
  };
}

function identityOf({ run, source, into }: Task) {
  return { run, source: source.shown, table: shownTable(into) };
}

function failureOf(error: unknown, task: Task, signal: AbortSignal): IngestEvent {
  if (signal.aborted) return { type: 'end' };
  return {
    type: 'failure',
    failure: { source: task.source.shown, table: shownTable(task.into), error: errorShape(error) },
  };
}

function noCursor({ source, cursor }: Task): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `${source.shown} has no column "${cursor}" to go on from.`,
    hint: 'Name another column with --cursor.',
  });
}

/** Tells how far a table is, not more often than a person can read. */
class Progress {
  private last = 0;
  private state: IngestProgress;

  constructor(
    table: string,
    private readonly onTell: (progress: IngestProgress) => void,
  ) {
    this.state = { table, phase: 'reading', records: 0, bytes: 0 };
  }

  tell(change: Partial<IngestProgress>): void {
    const { note: _old, ...kept } = this.state;
    const isNews = change.note !== undefined || (change.phase !== undefined && change.phase !== this.state.phase);
    this.state = { ...kept, ...change };
    if (!isNews && Date.now() - this.last < TELL_MILLISECONDS) return;
    this.last = Date.now();
    this.onTell({ ...this.state });
  }
}
