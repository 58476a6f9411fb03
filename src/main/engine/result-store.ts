import { randomBytes } from 'node:crypto';
import type { ColumnInfo } from '../../shared/columns';
import { CancelledError, errorShape, MillraceError } from '../../shared/errors';
import type {
  CellRange,
  CellValue,
  CopyFormat,
  RangeSummary,
  ResultInfo,
  RunRequest,
  ViewRequest,
} from '../../shared/results';
import { quoteLiteral } from '../../shared/sql/quote';
import { splitStatements } from '../../shared/sql/split';
import { EngineConnection } from './connection';
import { displayText } from './display-text';
import type { EngineHost } from './engine-host';
import { columnAt, type KeptResult, keptColumn, keptTable, refuse } from './kept-result';
import { ReaderPool } from './reader-pool';
import { copyRange } from './result-copy';
import { type FindRequest, findCell } from './result-find';
import { summarizeRange } from './result-summary';
import { readValue } from './result-value';
import { viewSql, whereOffset } from './result-view';
import { collectBytes, readWindow, type WindowRequest } from './result-window';
import { leadingWords } from './statement';

/**
 * The kept results of all sessions: tables c0…cn in the scratch file, attached as `results`. Everything here reads
 * those tables on connections of its own, so it works while the result is still being written, while the worksheet's
 * connection is busy, and never runs a query again.
 */
export class ResultStore {
  private readonly results = new Map<string, KeptResult>();
  private readonly readers: ReaderPool;
  /** Ids are not taken again after a restart, so that a window's stale id finds nothing instead of another result. */
  private readonly prefix = `r${randomBytes(3).toString('hex')}`;
  private counter = 0;
  private isShut = false;
  private readonly closeListeners = new Set<(info: ResultInfo) => void>();

  constructor(private readonly host: EngineHost) {
    this.readers = new ReaderPool(host);
  }

  /** What is known of a result. Throws NOT_FOUND where it was closed or never was. */
  info(id: string): ResultInfo {
    return this.get(id).info;
  }

  /** The results of a session in the order they were made, with views on them. */
  list(session: string): ResultInfo[] {
    return [...this.results.values()].map((result) => result.info).filter((info) => info.session === session);
  }

  /**
   * The asked cells as text: an Arrow IPC stream with one Utf8 column for each asked column, named by its index. A text
   * over 1,000 characters is cut there with `…` behind. Works while the result is still running.
   */
  async window(id: string, window: WindowRequest): Promise<Uint8Array> {
    const result = this.withRows(id);
    return this.readers.use(window.timeZone, (connection) => readWindow(connection, result, window));
  }

  /** The kept rows as typed Arrow IPC bytes, columns named c0…cn. */
  async *arrow(id: string, options: { columns?: number[]; signal?: AbortSignal } = {}): AsyncIterable<Uint8Array> {
    const result = this.withRows(id);
    const columns = options.columns ?? result.info.columns.map((_, index) => index);
    const cells = columns.map((index) => columnAt(result, index) && keptColumn(index));
    const connection = await EngineConnection.open(this.host);
    try {
      yield* connection.arrow(
        `SELECT ${cells.join(', ')} FROM ${keptTable(id)}`,
        options.signal === undefined ? {} : { signal: options.signal },
      );
    } finally {
      connection.close();
    }
  }

  /** Runs one query that reads the kept rows as the relation `result` (columns c0…cn); typed Arrow IPC bytes. */
  async query(id: string, sql: string, options: { timeZone?: string; signal?: AbortSignal } = {}): Promise<Uint8Array> {
    const result = this.withRows(id);
    if (splitStatements(sql).length !== 1 || !READS.has(leadingWords(sql)[0] ?? '')) {
      throw refuse('Only one SELECT can be run on a kept result.');
    }
    return this.readers.use(options.timeZone, async (connection) => {
      await connection.run(`CREATE OR REPLACE TEMP VIEW result AS ${readableColumns(result, sql)}`);
      return collectBytes(connection.arrow(sql, options.signal === undefined ? {} : { signal: options.signal }));
    });
  }

  /**
   * A sorted and filtered copy with an id of its own; `where` and the sort go by the result's own column names. A large
   * sorted one is `running` with its first rows, and an event tells when the others are there too. Throws CancelledError
   * where the signal fires before the first rows stand; nothing is left of the copy then.
   */
  async view(request: ViewRequest, signal?: AbortSignal): Promise<ResultInfo> {
    const source = this.withRows(request.result);
    if (source.info.state === 'running') {
      throw refuse('The result is still being read.', 'Sort and filter it when all rows have arrived, or cancel it.');
    }
    const id = this.nextId();
    const started = Date.now();
    const sql = viewSql(id, source, request);
    const rowCount = await this.readers.use(request.timeZone, async (connection) => {
      await connection.run(sql.first, undefined, signal).catch((error: unknown) => {
        throw filterError(error, sql.first, request.where);
      });
      if (signal?.aborted) {
        await connection.run(`DROP TABLE ${keptTable(id)}`);
        throw new CancelledError();
      }
      const [counted] = await connection.rows<{ n: string }>(`SELECT count(*) AS n FROM ${keptTable(id)}`);
      return Number(counted?.n ?? 0);
    });
    const view: KeptResult = {
      info: {
        ...source.info,
        id,
        rowCount,
        source: source.info.id,
        pinned: false,
        startedAt: started,
        milliseconds: Date.now() - started,
      },
      hasTable: true,
      cancel: undefined,
    };
    if (sql.rest !== undefined) this.completeView(view, sql.rest, request.timeZone);
    this.results.set(id, view);
    return view.info;
  }

  /** One cell whole, however long; `limit` in bytes of its text. */
  async value(
    id: string,
    row: number,
    column: number,
    options: { limit?: number; timeZone?: string } = {},
  ): Promise<CellValue> {
    const result = this.withRows(id);
    return this.readers.use(options.timeZone, (connection) =>
      readValue(connection, result, row, column, options.limit),
    );
  }

  /** Count, exact sum, average, least and greatest of a range of cells. */
  async summary(range: CellRange): Promise<RangeSummary> {
    const result = this.withRows(range.result);
    return this.readers.use(undefined, (connection) => summarizeRange(connection, result, range));
  }

  /** A range of cells as text with full values. Throws LIMIT_EXCEEDED above 50 MB. */
  async copy(range: CellRange, format: CopyFormat, options: { headers: boolean; timeZone?: string }): Promise<string> {
    const result = this.withRows(range.result);
    return this.readers.use(options.timeZone, (connection) =>
      copyRange(connection, result, range, format, options.headers),
    );
  }

  /** The next cell that contains the text, whatever its case. */
  async find(id: string, request: FindRequest): Promise<{ row: number; column: number } | null> {
    const result = this.withRows(id);
    return this.readers.use(request.timeZone, (connection) => findCell(connection, result, request));
  }

  /** The most frequent values of a column as display text, with their counts; null stands for NULL. */
  async topValues(
    id: string,
    column: number,
    options: { limit: number; search?: string; timeZone?: string },
  ): Promise<{ value: string | null; count: number }[]> {
    const result = this.withRows(id);
    const text = displayText(columnAt(result, column), keptColumn(column));
    const where = options.search ? `WHERE contains(lower(${text}), lower(${quoteLiteral(options.search)}))` : '';
    const sql = `SELECT ${text} AS value, count(*) AS count FROM ${keptTable(id)} ${where} GROUP BY 1 ORDER BY count(*) DESC, 1 NULLS LAST LIMIT ${Math.max(0, Math.floor(options.limit))}`;
    const rows = await this.readers.use(options.timeZone, (connection) =>
      connection.rows<{ value: string | null; count: string }>(sql),
    );
    return rows.map((row) => ({ value: row.value, count: Number(row.count) }));
  }

  /**
   * What to run so that a limited result gets as many rows again, or all. It takes the name of the result. Throws
   * BAD_REQUEST for a result that has all its rows.
   */
  fetchMore(id: string, run: string, all: boolean): RunRequest {
    const { info, again } = this.get(id);
    if (!info.limited || !again) throw refuse('All rows of this result are there.');
    const number = Number(/^_(\d+)$/.exec(info.name)?.[1]);
    return {
      ...again,
      session: info.session,
      run,
      fetchLimit: all ? 'all' : info.rowCount + info.limited.at,
      ...(number > 0 ? { firstStatement: number } : {}),
    };
  }

  /** Keeps a result in its tab, or no longer. */
  pin(id: string, pinned: boolean): void {
    const result = this.get(id);
    result.info = { ...result.info, pinned };
    this.host.emit({ type: 'result', result: result.info });
  }

  /** Lets go of a result, its rows and the views on it; one that is still being read is stopped. */
  async close(id: string): Promise<void> {
    const result = this.get(id);
    this.results.delete(id);
    result.cancel?.();
    for (const { info } of this.results.values()) if (info.source === id) await this.close(info.id);
    for (const listener of this.closeListeners) listener(result.info);
    if (result.hasTable && result.info.state !== 'running') await this.dropTable(id);
  }

  /** The table of a result, fully quoted, with columns c0…cn in the order of `columns`; for exports. */
  relation(id: string): { table: string; columns: ColumnInfo[] } {
    const result = this.withRows(id);
    return { table: keptTable(id), columns: result.info.columns };
  }

  /** For sessions: a new id, which is also the name of its table. */
  nextId(): string {
    this.counter += 1;
    return `${this.prefix}_${this.counter}`;
  }

  /** For sessions: takes a result in. */
  put(result: KeptResult): void {
    this.results.set(result.info.id, result);
  }

  /** For sessions: whether the result was not closed meanwhile. */
  has(id: string): boolean {
    return this.results.has(id);
  }

  /** For sessions: called with each result that is closed. */
  onClose(listener: (info: ResultInfo) => void): () => void {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  async dropTable(id: string): Promise<void> {
    await this.readers.use(undefined, (connection) => connection.run(`DROP TABLE IF EXISTS ${keptTable(id)}`));
  }

  /** After the engine opened itself anew: the rows are gone with the scratch file, and each result says so. */
  lose(error: MillraceError): void {
    this.readers.clear();
    for (const result of this.results.values()) {
      if (!result.hasTable) continue;
      result.hasTable = false;
      result.info = { ...result.info, state: 'failed', rowCount: 0, error: errorShape(error) };
      this.host.emit({ type: 'result', result: result.info });
    }
  }

  shutdown(): void {
    this.isShut = true;
    this.readers.close();
    this.results.clear();
  }

  /** Appends the rows behind the first ones; unless the view was closed meanwhile an event tells the end. */
  private completeView(view: KeptResult, sql: string, timeZone: string | undefined): void {
    const stop = new AbortController();
    const first = view.info.rowCount;
    view.info = { ...view.info, state: 'running' };
    view.cancel = () => stop.abort();
    const nothing = () => undefined;
    const appended = this.readers.use(timeZone, (connection) =>
      connection.stream(sql, { signal: stop.signal, onStart: nothing, onChunk: nothing }),
    );
    void appended.then(
      (end) => this.endView(view, { state: 'done', rowCount: first + (end.changedRows ?? 0) }),
      (error: unknown) => this.endView(view, { state: 'cut', error: errorShape(error) }),
    );
  }

  private async endView(view: KeptResult, change: Partial<ResultInfo>): Promise<void> {
    view.cancel = undefined;
    // Lost with the instance: its rows are gone, and it was told so.
    if (this.isShut || !view.hasTable) return;
    if (!this.has(view.info.id)) {
      await this.dropTable(view.info.id);
      return;
    }
    view.info = { ...view.info, ...change, milliseconds: Date.now() - view.info.startedAt };
    this.host.emit({ type: 'result', result: view.info });
  }

  private get(id: string): KeptResult {
    const result = this.results.get(id);
    if (result) return result;
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: 'This result is no longer kept.',
      hint: 'Run its query again.',
    });
  }

  private withRows(id: string): KeptResult {
    const result = this.get(id);
    if (result.hasTable) return result;
    if (result.info.error?.code === 'ENGINE_LOST') throw new MillraceError(result.info.error);
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: 'This result has no rows.',
      hint: result.info.error ? 'Its query failed: run it again.' : 'Its statement gives none.',
    });
  }
}

const READS: ReadonlySet<string> = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'VALUES',
  'SUMMARIZE',
  'DESCRIBE',
  'PIVOT',
  'UNPIVOT',
  '(',
]);

/** The place of an error within the filter's own text. */
function filterError(error: unknown, sql: string, where: string | undefined): unknown {
  const text = where?.trim();
  if (!(error instanceof MillraceError) || error instanceof CancelledError || !text) return error;
  const start = whereOffset(sql, text);
  const offset = error.at?.offset;
  const inside = offset !== undefined && offset >= start && offset <= start + text.length;
  return new MillraceError({
    ...error.toShape(),
    sql: text,
    cause: error.cause,
    at: inside ? { offset: offset - start, ...(error.at?.length ? { length: error.at.length } : {}) } : {},
  });
}

const WIDE = 100;

/**
 * What a query reads of a kept result. Of a wide one only the columns that its text names: binding a view of 5,000
 * columns takes 90 ms, of one column 4 ms. A `*` that is not counted means all.
 */
function readableColumns(result: KeptResult, sql: string): string {
  const table = keptTable(result.info.id);
  const count = result.info.columns.length;
  if (count <= WIDE || /\*/.test(sql.replace(/count\s*\(\s*\*\s*\)/gi, ''))) return `SELECT * FROM ${table}`;
  const named = new Set([...sql.matchAll(/\bc(\d{1,6})\b/g)].map((match) => Number(match[1])));
  const columns = [...named].filter((index) => index < count).map(keptColumn);
  return `SELECT ${columns.length > 0 ? columns.join(', ') : keptColumn(0)} FROM ${table}`;
}
