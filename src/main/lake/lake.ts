import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Document } from 'yaml';
import { errorShape, MillraceError } from '../../shared/errors';
import type { BackendEvent } from '../../shared/events';
import type {
  CreateTablePlan,
  CreateTableRequest,
  LakeDiff,
  LakeDiffRequest,
  LakeFile,
  LakeSnapshot,
  LakeStatus,
  LakeTableInfo,
  LakeTableName,
  LakeTablePage,
  LakeVersion,
  MaintenanceReport,
  MaintenanceStep,
  TableChange,
  TableFolder,
  TableFolderVersion,
  WriteOutcome,
} from '../../shared/lake';
import type { EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import { leadingWords } from '../engine/statement';
import { attachSql, type LakeConnections, makeLakeFolder } from './attach-lake';
import { detectTableFolder, tableFolderVersions } from './folders/table-folder';
import { catalogFile, dataFolder, type LakePlace, lakePlace } from './lake-config';
import { checkNewTable, LAKE, shownTable } from './lake-names';
import { readTables } from './lake-tables';
import { type Committed, type LakeStatements, runTransaction, type TransactionOptions } from './lake-transaction';
import { planStep, runStep } from './maintenance';
import { changeSql } from './table/change-table';
import { diffTable } from './table/diff-table';
import { noTable } from './table/find-table';
import { restoreTable } from './table/restore-table';
import { readSnapshots, resolveVersion } from './table/snapshots';
import { readFiles, readTablePage } from './table/table-page';
import { TableLocks, WHOLE_LAKE } from './table-locks';
import { readShape } from './write/table-shape';
import { describeWrite, writeTable } from './write/write-table';

export interface LakeOptions {
  project: {
    folder: string;
    readonly config: { lake?: unknown; connections?: { names: readonly string[] } };
    updateConfig(edit: (document: Document) => void): Promise<void>;
  };
  engine: Engine;
  emit(event: BackendEvent): void;
  /** What a team lake needs; without it there is none. */
  connections?: LakeConnections;
}

const ATTACH_AFTER_MILLISECONDS = 1_500;

/** Statements that make the lake where they name it; a comment may stand before them. */
const MAKING: ReadonlySet<string> = new Set(['CREATE', 'USE']);

/** After a failed attach of a team lake statements go on without it for so long. */
const RETRY_MILLISECONDS = 10_000;

/**
 * The project's lake: DuckLake tables under the database name `lake`. It is attached at start where it exists, and made
 * by the first table. Everything that writes to lake tables goes through here, so that the rules of writing hold.
 */
export class Lake {
  readonly locks = new TableLocks();
  private readonly engine: Engine;
  private state: 'none' | 'attached' | 'waiting' | 'failed' = 'none';
  private failure: { error: MillraceError; at: number } | undefined;
  private attaching: Promise<void> | undefined;
  private attachTimer: NodeJS.Timeout | undefined;
  private upkeep: Promise<void> = Promise.resolve();

  private constructor(private readonly options: LakeOptions) {
    this.engine = options.engine;
  }

  /**
   * A lake that exists is attached by the first statement, or a moment later where it lies in a folder: the engine's
   * start does not wait for it. One that cannot be attached is told by `status`.
   */
  static open(options: LakeOptions): Lake {
    const lake = new Lake(options);
    if (options.engine.restricted) return lake;
    options.engine.onReopened = (connection) => lake.attachAgain(connection);
    try {
      const { place } = lake;
      if (place.kind === 'team') lake.state = 'waiting';
      else if (existsSync(catalogFile(place.folder))) {
        lake.state = 'waiting';
        lake.attachTimer = setTimeout(() => void lake.create().catch(() => undefined), ATTACH_AFTER_MILLISECONDS); // `status` tells.
        lake.attachTimer.unref();
      }
    } catch (error) {
      lake.fail(error);
    }
    return lake;
  }

  /** Where millrace.yaml says that the lake lies. Throws PROJECT_INVALID. */
  get place(): LakePlace {
    return lakePlace(this.options.project.config.lake, this.options.project.folder);
  }

  /** Whether tables can be read now. */
  get isAttached(): boolean {
    return this.state === 'attached';
  }

  /** What a window shows of the lake as a whole. */
  status(): LakeStatus {
    const error = this.failure && { error: errorShape(this.failure.error) };
    try {
      const { place } = this;
      return place.kind === 'folder'
        ? { state: this.state, kind: 'folder', catalog: place.location, data: dataFolder(place.folder), ...error }
        : { state: this.state, kind: 'team', catalog: place.catalog, data: place.data, ...error };
    } catch (invalid) {
      return { state: 'failed', kind: 'folder', catalog: '', data: '', error: errorShape(invalid) };
    }
  }

  /** Attaches the lake, and makes it where there is none. Throws NOT_TRUSTED, EXTENSION_MISSING, CONNECTION_FAILED. */
  async create(): Promise<void> {
    if (this.engine.restricted) {
      throw new MillraceError({
        code: 'NOT_TRUSTED',
        message: 'A folder that is not trusted has no lake.',
        hint: 'Trust the project first.',
      });
    }
    if (this.isAttached) return this.openStorage();
    this.attaching ??= this.attach().finally(() => {
      this.attaching = undefined;
    });
    await this.attaching;
  }

  /**
   * Called with each statement before it runs: a team lake is attached by the first one, and a lake is made by one that
   * creates something in it. A team lake that is out of reach stops only what names it.
   */
  async prepare(sql: string): Promise<void> {
    if (this.isAttached) return this.openStorage();
    if (this.engine.restricted) return;
    const isNamed = /\blake\s*\.|"lake"\s*\./i.test(sql);
    if (this.state === 'none' && !(isNamed && MAKING.has(leadingWords(sql)[0] ?? ''))) return;
    const isKnownToFail = this.failure !== undefined && Date.now() - this.failure.at < RETRY_MILLISECONDS;
    if (isKnownToFail && !isNamed) return;
    try {
      await this.create();
    } catch (error) {
      if (isNamed) throw error;
    }
  }

  /** The tables with rows and sizes; none where there is no lake yet. */
  async tables(): Promise<LakeTableInfo[]> {
    if (!(await this.isThere())) return [];
    const tables = await this.reading((connection) => readTables(connection));
    return tables.map(({ id: _id, deletedRows: _rows, deleteFiles: _files, ...shown }) => shown);
  }

  /** Everything that the head of a table's page shows. Throws NOT_FOUND. */
  page(table: LakeTableName): Promise<LakeTablePage> {
    return this.looking(table, (connection) => readTablePage(connection, table));
  }

  /** The snapshots that touched the table, the newest first; those of a dropped one too. */
  snapshots(table: LakeTableName, options: { limit?: number; before?: number } = {}): Promise<LakeSnapshot[]> {
    return this.looking(table, (connection) => readSnapshots(connection, table, options));
  }

  /** Data files of the current version, the largest first. */
  files(table: LakeTableName): Promise<LakeFile[]> {
    return this.looking(table, (connection) => readFiles(connection, table));
  }

  /** What differs between two versions of a table. */
  diff(request: LakeDiffRequest): Promise<LakeDiff> {
    return this.looking(request.table, (connection) => diffTable(connection, request));
  }

  /** The number of the version that a time means. */
  versionOf(table: LakeTableName, version: LakeVersion): Promise<number> {
    return this.looking(table, (connection) => resolveVersion(connection, version));
  }

  /** Makes the table what it was at a version, as a new snapshot; a dropped one comes back. */
  async restore(table: LakeTableName, version: LakeVersion): Promise<WriteOutcome> {
    const number = await this.versionOf(table, version);
    return this.writing(table, 'exclusive', (connection) => restoreTable(this.engine, connection, table, number));
  }

  /** Changes a table's columns, name, comment or partitioning, or drops it. Throws NOT_FOUND, BAD_REQUEST, NAME_TAKEN. */
  async change(table: LakeTableName, change: TableChange): Promise<void> {
    if (change.change === 'rename') this.check({ schema: table.schema, name: change.to });
    if (!(await this.isThere())) throw noTable(table);
    await this.writing(table, 'exclusive', async (connection) => {
      const shape = await readShape(connection, table);
      if (!shape) throw noTable(table);
      const { sql, message } = changeSql(shape, change);
      await runTransaction(this.engine, connection, { message }, (statements) => statements.run(sql));
    });
  }

  /** What a step of maintenance would do and free; nothing is changed. */
  async planMaintenance(
    step: MaintenanceStep,
    options: { table?: LakeTableName | undefined; olderThan?: string | undefined } = {},
  ): Promise<MaintenanceReport> {
    const team = this.place.kind === 'team';
    if (!(await this.isThere())) return { step, count: 0, files: 0, bytes: 0, text: 'There is no lake yet.' };
    return this.reading((connection) => planStep(connection, step, { ...options, team }));
  }

  /**
   * Does a step of maintenance with the lake held alone. What deletes files waits for no query: it is refused while one
   * runs, as that could be reading them. Throws LAKE_CONFLICT.
   */
  async maintain(
    step: MaintenanceStep,
    options: { table?: LakeTableName | undefined; olderThan?: string | undefined } = {},
  ): Promise<MaintenanceReport> {
    const team = this.place.kind === 'team';
    if (!(await this.isThere())) return { step, count: 0, files: 0, bytes: 0, text: 'There is no lake yet.' };
    const done = await this.locks.use(WHOLE_LAKE, 'exclusive', async () => {
      if (['clean', 'orphans'].includes(step) && this.engine.slots.running > 0) throw queriesRun();
      return this.reading((connection) => runStep(connection, step, { ...options, team }));
    });
    this.options.emit({ type: 'catalog' });
    return done;
  }

  /** A folder, below the project or in a bucket, that is one table of another engine, with its versions. */
  async tableFolder(folder: string): Promise<(TableFolder & { versions: TableFolderVersion[] }) | undefined> {
    const isRemote = /^[a-z][a-z0-9+.-]+:\/\//i.test(folder);
    if (isRemote) await this.connections.openStorage(folder);
    const place = isRemote ? folder : path.resolve(this.projectFolder, folder).split(path.sep).join('/');
    return this.reading(async (connection) => {
      const found = await detectTableFolder(connection, place);
      return found && { ...found, versions: await tableFolderVersions(connection, found) };
    });
  }

  /** What {@link createTable} would do. */
  async planCreate(request: CreateTableRequest): Promise<CreateTablePlan> {
    this.check(request.into);
    const attached = await this.isThere();
    return this.reading((connection) => describeWrite(this.engine, connection, request, attached));
  }

  /**
   * Writes a table from a SELECT, as one transaction: the table is the old or the new one, never between.
   * Throws CONTRACT_BROKEN, LAKE_CONFLICT, NAME_TAKEN, BAD_REQUEST, CancelledError and what the source throws.
   */
  async createTable(request: CreateTableRequest, signal?: AbortSignal): Promise<WriteOutcome> {
    this.check(request.into);
    await this.create();
    const exists = await this.reading((connection) => readShape(connection, request.into));
    const isShared = exists !== undefined && request.mode === 'append';
    return this.writing(request.into, isShared ? 'shared' : 'exclusive', (connection) =>
      writeTable(this.engine, connection, request, signal),
    );
  }

  /**
   * Runs `work` as one transaction that holds the table (shared among appends). It is run again from its start after a
   * conflict with another writer, so it must not remember anything of a run before. Its own reads see its writes.
   */
  async transaction<T>(
    options: TransactionOptions & { table: LakeTableName; access: 'shared' | 'exclusive' },
    work: (statements: LakeStatements) => Promise<T>,
  ): Promise<Committed<T>> {
    await this.create();
    return this.writing(options.table, options.access, (connection) =>
      runTransaction(this.engine, connection, options, work),
    );
  }

  /**
   * Runs `work` while nothing else writes through this process. `switchTo` writes another place into millrace.yaml and
   * attaches the lake there; where that fails the old place is written back.
   */
  async alone<T>(
    work: (connection: EngineConnection, switchTo: (place: object) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    await this.create();
    return this.locks.use(WHOLE_LAKE, 'exclusive', () =>
      this.reading((connection) => work(connection, (place) => this.switchTo(place))),
    );
  }

  /** The project is not trusted: it has no lake, and no reader that goes around the engine's rules for files. */
  get restricted(): boolean {
    return this.engine.restricted;
  }

  /** Absolute. */
  get projectFolder(): string {
    return this.options.project.folder;
  }

  /** What a team lake reaches its catalog and its files by. */
  get connections(): LakeConnections {
    return this.options.connections ?? NO_CONNECTIONS;
  }

  /** Runs `work` on a connection of its own, which is closed afterwards. */
  async reading<T>(work: (connection: EngineConnection) => Promise<T>): Promise<T> {
    const connection = await this.engine.connect();
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  /** Waits for what runs behind. */
  async close(): Promise<void> {
    clearTimeout(this.attachTimer);
    await this.attaching?.catch(() => undefined); // Told to those who waited for it.
    await this.upkeep;
  }

  private async looking<T>(table: LakeTableName, work: (connection: EngineConnection) => Promise<T>): Promise<T> {
    if (!(await this.isThere())) throw noTable(table);
    return this.reading(work);
  }

  private async writing<T>(
    table: LakeTableName,
    mode: 'shared' | 'exclusive',
    work: (connection: EngineConnection) => Promise<T>,
  ): Promise<T> {
    const done = await this.locks.use(shownTable(table), mode, () => this.reading(work));
    this.options.emit({ type: 'catalog' });
    return done;
  }

  private check(table: LakeTableName): void {
    checkNewTable(table, this.options.project.config.connections?.names ?? []);
  }

  /** Attaches a team lake that waits; gives whether there is a lake. */
  private async isThere(): Promise<boolean> {
    if (this.state !== 'none') await this.create();
    return this.isAttached;
  }

  /** A connection that was idle is let go of, and the lake's files with it. */
  private async openStorage(): Promise<void> {
    const { place } = this;
    if (place.kind === 'team') await this.connections.openStorage(place.data);
  }

  private async attach(): Promise<void> {
    const { place } = this;
    clearTimeout(this.attachTimer);
    try {
      await this.engine.requireExtension('ducklake');
      if (place.kind === 'folder') await makeLakeFolder(place.folder);
      const sql = await attachSql(place, this.connections);
      const startedAt = new Date();
      await this.reading((connection) => connection.run(sql));
      this.attached();
      if (place.kind === 'folder') this.upkeep = this.removeOrphans(startedAt);
      this.options.emit({ type: 'catalog' });
    } catch (error) {
      throw this.fail(error);
    }
  }

  /**
   * Files that a killed writer left behind. Only the owner of a catalog in a file may do so at once, and only with files
   * older than its own start: those that it is just writing are in no catalog yet either.
   */
  private async removeOrphans(startedAt: Date): Promise<void> {
    try {
      await this.reading((connection) => connection.run(orphansSql(startedAt)));
    } catch {
      // They only take room, and maintenance shows them; a lake is not to be refused for it.
    }
  }

  private async switchTo(place: object): Promise<void> {
    const before = this.options.project.config.lake;
    await this.reading((connection) => connection.run(`DETACH ${LAKE}`));
    this.state = 'waiting';
    this.engine.defaultCatalog = undefined;
    try {
      await this.options.project.updateConfig((document) => document.setIn(['lake'], document.createNode(place)));
      await this.create();
    } catch (error) {
      await this.options.project.updateConfig((document) => {
        if (before === undefined) document.deleteIn(['lake']);
        else document.setIn(['lake'], document.createNode(before));
      });
      await this.create();
      throw error;
    }
  }

  private async attachAgain(connection: DuckDBConnection): Promise<void> {
    this.engine.defaultCatalog = undefined;
    if (!this.isAttached) return;
    try {
      await connection.run(await attachSql(this.place, this.connections));
      this.attached();
    } catch (error) {
      this.fail(error);
    }
  }

  private attached(): void {
    this.state = 'attached';
    this.failure = undefined;
    this.engine.defaultCatalog = LAKE;
  }

  private fail(error: unknown): MillraceError {
    const known = error instanceof MillraceError ? error : new MillraceError(errorShape(error));
    this.state = 'failed';
    this.failure = { error: known, at: Date.now() };
    return known;
  }
}

function queriesRun(): MillraceError {
  return new MillraceError({
    code: 'LAKE_CONFLICT',
    message: 'A query runs that could be reading the files to be deleted.',
    hint: 'Wait until it is done, or cancel it, then try again.',
  });
}

function orphansSql(before: Date): string {
  return `CALL ducklake_delete_orphaned_files('lake', older_than => TIMESTAMPTZ '${before.toISOString()}')`;
}

const NO_CONNECTIONS: LakeConnections = {
  postgres: async (name) => {
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: `There is no connection "${name}" for the lake's catalog.`,
      hint: 'Add it under `connections:` in millrace.yaml.',
    });
  },
  openStorage: async () => undefined,
};
