import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import type { BackendEvent } from '../../../shared/events';
import type { FileDescription, FileEntry, FileOptions, FilePart, FileReference } from '../../../shared/files';
import { quoteLiteral } from '../../../shared/sql/quote';
import { WHOLE_FILE_LIMIT } from './csv/analyze-csv';
import { DatabaseFiles, type DatabaseFormat } from './database-files';
import { DatabaseTables } from './database-tables';
import { DatasetFinder } from './dataset';
import { FileChecks } from './file-checks';
import { isDataFormat } from './file-format';
import { listFolder } from './file-listing';
import { relationAlias } from './file-paths';
import { ReaderPool, type ReaderSource } from './file-reader';
import { createTableSql, type FileRelation } from './file-relation';
import { type FileTarget, targetOf } from './file-target';
import { KnownRelations } from './known-relations';
import { type FilesProject, optionsKey, ProjectPlaces } from './project-places';
import { type DatabaseFileTable, isDatabase, ProjectRelations, sheetsOf } from './project-relations';
import { type PreparedFiles, StatementFiles } from './statement-files';

/** What the catalog needs of the engine. */
export interface FilesEngine extends ReaderSource {
  readonly restricted?: boolean;
}

const PREVIEW_ROWS = 1_000;
const LARGE_ROWS = 5_000_000;

/**
 * The project's files as relations: what the tree shows, how each file is read without changing a value, and the
 * rewriting of worksheets so that `from 'data/orders.csv'` reads it just so.
 */
export class FileCatalog {
  private readonly places: ProjectPlaces;
  private readonly pool: ReaderPool;
  private readonly datasetFinder: DatasetFinder;
  private readonly databases: DatabaseFiles;
  private readonly checks: FileChecks;
  private readonly known: KnownRelations;
  private readonly relations: ProjectRelations;
  private readonly tables: DatabaseTables;
  private readonly statements: StatementFiles;

  constructor(options: {
    project: FilesProject;
    engine: FilesEngine;
    emit: (event: BackendEvent) => void;
    /** How long a database file stays attached after its last use, in milliseconds. Default 30,000. */
    idleMilliseconds?: number;
  }) {
    const { project, engine } = options;
    this.places = new ProjectPlaces(project, engine.restricted === true);
    this.pool = new ReaderPool(engine);
    this.datasetFinder = new DatasetFinder(this.pool);
    this.databases = new DatabaseFiles(this.pool, options.idleMilliseconds);
    this.checks = new FileChecks(engine, options.emit);
    const state = project.stateFolder ?? path.join(project.folder, '.millrace');
    this.known = new KnownRelations(this.places, this.pool, this.checks, state);
    this.relations = new ProjectRelations(this.places, this.datasetFinder, this.databases);
    this.tables = new DatabaseTables(this.places, this.databases, this.relations);
    const { places, relations, known, databases, datasetFinder: datasets, pool } = this;
    this.statements = new StatementFiles({ places, relations, known, databases, datasets, pool });
  }

  /**
   * The entries of a folder; `''` is the project, with the added folders behind its own entries. Throws FORBIDDEN for
   * folders outside, FILE_NOT_FOUND and FILE_UNREADABLE.
   */
  async list(folder: string): Promise<FileEntry[]> {
    const absolute = await this.places.resolve(folder);
    return this.places.guarded(absolute, async () => {
      const entries = await listFolder(absolute, this.places.folder, this.datasetFinder);
      return absolute === this.places.folder ? [...entries, ...(await this.places.addedEntries())] : entries;
    });
  }

  /**
   * Lets a file be described and read that may lie anywhere, as the user opened it by hand. Gives its path as entries
   * name it. Throws NOT_TRUSTED in a folder that is not trusted, FILE_NOT_FOUND.
   */
  openFile(file: string): Promise<string> {
    return this.places.open(file);
  }

  /** How a file, dataset, sheet or table looks and is read. Throws file errors with line and column where they have some. */
  async describe(reference: FileReference): Promise<FileDescription> {
    return this.withTarget(reference.path, async (target) => {
      if (isDatabase(target)) return this.tables.describe(target, reference);
      refuseOther(target);
      const options = this.places.optionsOf(target.absolute, reference.part);
      const { relation, stamp } = await this.known.get(target, reference.part, options);
      const shown = this.places.shown(target.absolute);
      if (relation.checks.some((check) => check.setByHand && !check.sampled)) await this.checks.finished(shown);
      const check = this.checks.summary(shown, stamp);
      return { ...this.description(reference, target, relation, options), ...(check ? { check } : {}) };
    });
  }

  /** The sheets of a workbook, or the tables and views of a database file. */
  async parts(file: string): Promise<FilePart[]> {
    return this.withTarget(file, async (target) => {
      if (target.format === 'excel') return sheetsOf(target.absolute);
      if (!isDatabase(target)) return [];
      await this.relations.nameDatabases();
      return this.databases.parts(target.absolute, target.format as DatabaseFormat);
    });
  }

  /** The number of rows: from metadata where that tells, else counted. */
  async count(reference: FileReference): Promise<number> {
    return this.withTarget(reference.path, async (target) => {
      const from = isDatabase(target)
        ? await this.tables.relation(target, reference)
        : await this.countable(target, reference.part);
      if (typeof from === 'number') return from;
      const [row] = await this.pool.use((reader) => reader.rows<{ n: string }>(`SELECT count(*) AS n FROM ${from}`));
      return Number(row?.n ?? 0);
    });
  }

  /**
   * Stores how a file is read in millrace.yaml, under its path (of a sheet: `path#sheet`); empty options remove the
   * entry. Throws what describing the file with them throws, and then stores nothing.
   */
  async setOptions(file: string | FileReference, options: FileOptions): Promise<FileDescription> {
    const reference = typeof file === 'string' ? { path: file } : file;
    const { description } = await this.preview(reference, options);
    const absolute = await this.places.resolve(reference.path);
    const plain = withoutUndefined(options);
    await this.places.storeOptions(absolute, reference.part, plain);
    return Object.keys(plain).length > 0 ? this.describe(reference) : description;
  }

  /** What millrace.yaml says of a file or sheet; also of one that cannot be read as it is. */
  async storedOptions(reference: FileReference): Promise<FileOptions> {
    return this.places.optionsOf(await this.places.resolve(reference.path), reference.part);
  }

  /** How a file reads with other options than those stored, and the SQL that shows its first rows. */
  async preview(
    reference: FileReference,
    options?: FileOptions,
  ): Promise<{ sql: string; description: FileDescription }> {
    if (options === undefined) {
      const description = await this.describe(reference);
      return { sql: `FROM ${description.relation} LIMIT ${PREVIEW_ROWS}`, description };
    }
    return this.withTarget(reference.path, async (target) => {
      refuseOther(target);
      const plain = withoutUndefined(options);
      const relation = await this.known.read(target, reference.part, plain);
      const description = this.description(reference, target, relation, plain);
      return { sql: `FROM ${relation.executable} LIMIT ${PREVIEW_ROWS}`, description };
    });
  }

  /** A CREATE TABLE statement with the columns of a relation, named after the file unless a name is given. */
  async ddl(reference: FileReference, tableName?: string): Promise<string> {
    const { columns } = await this.describe(reference);
    const name = tableName ?? reference.part?.split('.').at(-1) ?? relationAlias(reference.path);
    return createTableSql(name, columns);
  }

  /**
   * Rewrites a statement so that files are read as they are described, and attaches the database files that it names.
   * `checking` is for text that is being typed: only what is already known is spelled out, nothing is opened.
   */
  prepareSql(sql: string, options: { checking?: boolean } = {}): Promise<PreparedFiles> {
    return this.statements.prepare(sql, options.checking === true);
  }

  /** Every relation of the project's files: files, datasets, sheets, and tables of database files. */
  datasets(): Promise<FileReference[]> {
    return this.relations.list();
  }

  /** The tables of the project's database files, for completion; the files are not kept open for it. */
  databaseTables(): Promise<DatabaseFileTable[]> {
    return this.relations.tables();
  }

  /** Adds a folder outside of the project to the tree, in millrace.yaml. Throws NOT_TRUSTED, FILE_NOT_FOUND. */
  async addFolder(folder: string): Promise<void> {
    await this.places.add(folder);
    this.invalidate();
  }

  /** Takes an added folder out of the tree; its files stay. */
  async removeFolder(folder: string): Promise<void> {
    await this.places.remove(folder);
    this.invalidate();
  }

  /** Forgets what was seen of the folders, after files came or went. What files hold is told by their times anyway. */
  invalidate(): void {
    this.relations.invalidate();
  }

  /** Waits for the check of a file that runs behind. */
  async checked(file: string): Promise<void> {
    await this.checks.finished(this.places.shown(await this.places.resolve(file)));
  }

  /** Stops the check of a file that runs behind; it stays stopped until it is asked for. */
  async cancelCheck(file: string): Promise<void> {
    this.checks.cancel(this.places.shown(await this.places.resolve(file)));
  }

  /** Checks a file anew, whatever was found before. */
  async check(reference: FileReference): Promise<FileDescription> {
    this.checks.forget(this.places.shown(await this.places.resolve(reference.path)));
    return this.describe(reference);
  }

  async close(): Promise<void> {
    await this.checks.close();
    await this.databases.close();
    this.pool.close();
  }

  private async withTarget<T>(asked: string, work: (target: FileTarget) => Promise<T>): Promise<T> {
    const absolute = await this.places.resolve(asked);
    return this.places.guarded(absolute, async () => work(await targetOf(absolute, this.datasetFinder)));
  }

  /** The count where metadata has it, else what is to be counted. */
  private async countable(target: FileTarget, part: string | undefined): Promise<number | string> {
    const { relation } = await this.known.get(target, part, this.places.optionsOf(target.absolute, part));
    return relation.rowCount ?? relation.executable;
  }

  private description(
    reference: FileReference,
    target: FileTarget,
    relation: FileRelation,
    options: FileOptions,
  ): FileDescription {
    return {
      reference,
      format: relation.format,
      columns: relation.columns,
      ...(relation.rowCount === undefined ? {} : { rowCount: relation.rowCount }),
      relation: quoteLiteral(optionsKey(this.places.shown(target.absolute), reference.part)),
      spelledOut: relation.spelledOut,
      options,
      detected: relation.detected,
      questions: relation.questions,
      ...(relation.notes.length > 0 ? { notes: relation.notes } : {}),
      ...(isLarge(target, relation) ? { large: true } : {}),
    };
  }
}

/** Reading all of it into the scratch file, only to look at it, would take more than a second or two. */
function isLarge(target: FileTarget, relation: FileRelation): boolean {
  return target.size > WHOLE_FILE_LIMIT || (relation.rowCount ?? 0) > LARGE_ROWS;
}

function refuseOther(target: FileTarget): void {
  if (isDataFormat(target.format) && !isDatabase(target)) return;
  throw new MillraceError({
    code: 'UNSUPPORTED',
    message: `${path.basename(target.absolute)} holds no rows that can be read.`,
    hint: 'Files of rows are Parquet, CSV, TSV, JSON, NDJSON, Excel (.xlsx), Avro, Arrow, DuckDB and SQLite.',
    at: { file: target.absolute },
  });
}

function withoutUndefined(options: FileOptions): FileOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as FileOptions;
}
