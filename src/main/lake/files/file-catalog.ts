import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from 'yaml';
import { MillraceError } from '../../../shared/errors';
import type { BackendEvent } from '../../../shared/events';
import type { FileDescription, FileEntry, FileOptions, FilePart, FileReference } from '../../../shared/files';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { ArrowCache } from './arrow/arrow-cache';
import { WHOLE_FILE_LIMIT } from './csv/analyze-csv';
import { DatabaseFiles, type DatabaseFormat } from './database-files';
import { DatasetFinder } from './dataset';
import { readSheets } from './excel/workbook';
import { FileChecks } from './file-checks';
import { toFileError } from './file-errors';
import { hasParts, isDataFormat } from './file-format';
import { listFolder, problemOf } from './file-listing';
import { isGlob, isInside, relationAlias, resolveFile, shownPath } from './file-paths';
import { ReaderPool, type ReaderSource } from './file-reader';
import { createTableSql, type FileRelation, readRelation } from './file-relation';
import { type FileTarget, globTarget, targetOf } from './file-target';
import { applyEdits, type TextEdit } from './prepared-text';
import { type FoundRelation, walkRelations } from './project-walk';
import { findReferences, type PathReference } from './sql-references';

/** What the catalog needs of a project. */
export interface FilesProject {
  /** Absolute. */
  readonly folder: string;
  /** Absolute; `.millrace` in the folder where absent. */
  readonly stateFolder?: string;
  readonly config: { files: Record<string, FileOptions>; folders?: string[] };
  updateConfig(edit: (document: Document) => void): Promise<void>;
  /** Absolute folders that the user added. */
  addedFolders?(): string[];
}

/** What the catalog needs of the engine. */
export interface FilesEngine extends ReaderSource {
  readonly restricted?: boolean;
}

/** A statement with its file references spelled out; the same shape as the engine's. */
export interface PreparedFiles {
  sql: string;
  toOriginal(offset: number): number;
}

const REMEMBERED = 500;
const WALK_KEPT_MILLISECONDS = 5_000;
const PREVIEW_ROWS = 1_000;
const LARGE_ROWS = 5_000_000;

interface KnownRelation {
  stamp: string;
  relation: Promise<FileRelation>;
  settled: boolean;
}

/**
 * The project's files as relations: what the tree shows, how each file is read without changing a value, and the
 * rewriting of worksheets so that `from 'data/orders.csv'` reads it just so.
 */
export class FileCatalog {
  private readonly project: FilesProject;
  private readonly engine: FilesEngine;
  private readonly pool: ReaderPool;
  private readonly datasetFinder: DatasetFinder;
  private readonly databases: DatabaseFiles;
  private readonly checks: FileChecks;
  private readonly arrow: ArrowCache;
  private readonly known = new Map<string, KnownRelation>();
  private walk: { at: number; found: Promise<FoundRelation[]> } | undefined;

  constructor(options: {
    project: FilesProject;
    engine: FilesEngine;
    emit: (event: BackendEvent) => void;
    /** How long a database file stays attached after its last use, in milliseconds. Default 30,000. */
    idleMilliseconds?: number;
  }) {
    this.project = options.project;
    this.engine = options.engine;
    this.pool = new ReaderPool(options.engine);
    this.datasetFinder = new DatasetFinder(this.pool);
    this.databases = new DatabaseFiles(this.pool, options.idleMilliseconds);
    this.checks = new FileChecks(options.engine, options.emit);
    const state = options.project.stateFolder ?? path.join(options.project.folder, '.millrace');
    this.arrow = new ArrowCache(this.pool, path.join(state, 'tmp'));
  }

  /**
   * The entries of a folder; `''` is the project, with the added folders behind its own entries. Throws FORBIDDEN for
   * folders outside, FILE_NOT_FOUND and FILE_UNREADABLE.
   */
  async list(folder: string): Promise<FileEntry[]> {
    const absolute = await this.resolve(folder);
    return this.guarded(absolute, async () => {
      const entries = await listFolder(absolute, this.project.folder, this.datasetFinder);
      if (absolute !== this.project.folder) return entries;
      return [...entries, ...(await Promise.all(this.addedFolders().map((added) => addedEntry(added))))];
    });
  }

  /** How a file, dataset, sheet or table looks and is read. Throws file errors with line and column where they have some. */
  async describe(reference: FileReference): Promise<FileDescription> {
    const absolute = await this.resolve(reference.path);
    return this.guarded(absolute, async () => {
      const target = await targetOf(absolute, this.datasetFinder);
      if (isDatabase(target)) return this.describeTable(target, reference);
      refuseOther(target);
      const options = this.optionsOf(absolute, reference.part);
      const { relation, stamp } = await this.relationOf(target, reference.part, options);
      const shown = shownPath(absolute, this.project.folder);
      if (relation.checks.some((check) => check.setByHand && !check.sampled)) await this.checks.finished(shown);
      const check = this.checks.summary(shown, stamp);
      return { ...this.description(reference, target, relation, options), ...(check ? { check } : {}) };
    });
  }

  /** The sheets of a workbook, or the tables and views of a database file. */
  async parts(file: string): Promise<FilePart[]> {
    const absolute = await this.resolve(file);
    return this.guarded(absolute, async () => {
      const target = await targetOf(absolute, this.datasetFinder);
      if (isDatabase(target)) {
        await this.indexDatabases();
        return this.databases.parts(absolute, target.format as DatabaseFormat);
      }
      if (target.format !== 'excel') return [];
      return (await readSheets(absolute)).map((sheet) => ({ part: sheet.name, kind: 'sheet' as const }));
    });
  }

  /** The number of rows: from metadata where that tells, else counted. */
  async count(reference: FileReference): Promise<number> {
    const absolute = await this.resolve(reference.path);
    return this.guarded(absolute, async () => {
      const target = await targetOf(absolute, this.datasetFinder);
      const item = isDatabase(target)
        ? await this.tableRelation(target, reference)
        : (await this.relationOf(target, reference.part, this.optionsOf(absolute, reference.part))).relation;
      if (typeof item !== 'string' && item.rowCount !== undefined) return item.rowCount;
      const from = typeof item === 'string' ? item : item.executable;
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
    const absolute = await this.resolve(reference.path);
    const key = optionsKey(shownPath(absolute, this.project.folder), reference.part);
    const plain = withoutUndefined(options);
    await this.project.updateConfig((document) => {
      if (Object.keys(plain).length > 0) document.setIn(['files', key], document.createNode(plain));
      else if (document.hasIn(['files', key])) document.deleteIn(['files', key]);
    });
    return Object.keys(plain).length > 0 ? this.describe(reference) : description;
  }

  /** What millrace.yaml says of a file or sheet; also of one that cannot be read as it is. */
  async storedOptions(reference: FileReference): Promise<FileOptions> {
    return this.optionsOf(await this.resolve(reference.path), reference.part);
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
    const absolute = await this.resolve(reference.path);
    return this.guarded(absolute, async () => {
      const target = await targetOf(absolute, this.datasetFinder);
      refuseOther(target);
      const plain = withoutUndefined(options);
      const relation = await this.read(target, reference.part, plain);
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
   * Rewrites a statement so that files are read as they are described: strings in the place of tables become full
   * reading calls with absolute paths, and database files that it names are attached. `checking` is for text that is
   * being typed: only what is already known is spelled out, nothing outside of the project is touched.
   */
  async prepareSql(sql: string, options: { checking?: boolean } = {}): Promise<PreparedFiles> {
    const { paths, databases } = findReferences(sql);
    if (paths.length === 0 && databases.length === 0) return { sql, toOriginal: (offset) => offset };
    const edits: TextEdit[] = [];
    for (const reference of paths) {
      const text = await this.spelledOut(reference, options.checking === true);
      if (text !== undefined) edits.push({ start: reference.start, end: reference.end, text });
    }
    for (const reference of databases) await this.attachNamed(reference.name);
    return applyEdits(sql, edits);
  }

  /** Every relation of the project's files, for completion: files, datasets, and tables of databases that are open. */
  async datasets(): Promise<FileReference[]> {
    const found = await this.walked();
    return found.filter((one) => one.format !== 'duckdb' && one.format !== 'sqlite').map((one) => ({ path: one.path }));
  }

  /** Adds a folder outside of the project to the tree, in millrace.yaml. Throws NOT_TRUSTED, FILE_NOT_FOUND. */
  async addFolder(folder: string): Promise<void> {
    if (this.engine.restricted) {
      throw new MillraceError({
        code: 'NOT_TRUSTED',
        message: 'A folder that is not trusted reads nothing outside of itself.',
        hint: 'Trust the project first.',
      });
    }
    const absolute = path.resolve(this.project.folder, folder);
    const found = await stat(absolute).catch((error: unknown) => {
      throw toFileError(error, absolute, this.project.folder);
    });
    if (!found.isDirectory()) {
      throw new MillraceError({ code: 'BAD_REQUEST', message: `${absolute} is not a folder.`, hint: 'Name a folder.' });
    }
    const folders = this.project.config.folders ?? [];
    if (isInside(absolute, this.project.folder) || this.addedFolders().includes(absolute)) return;
    await this.project.updateConfig((document) =>
      document.setIn(['folders'], document.createNode([...folders, absolute])),
    );
    this.walk = undefined;
  }

  /** Takes an added folder out of the tree; its files stay. */
  async removeFolder(folder: string): Promise<void> {
    const absolute = path.resolve(this.project.folder, folder);
    const folders = this.project.config.folders ?? [];
    const added = this.project.addedFolders?.() ?? folders.map((one) => path.resolve(this.project.folder, one));
    const left = folders.filter((_, index) => added[index] !== absolute);
    await this.project.updateConfig((document) => {
      if (left.length > 0) document.setIn(['folders'], document.createNode(left));
      else document.deleteIn(['folders']);
    });
    this.walk = undefined;
  }

  /** Forgets what was seen of the folders, after files came or went. What files hold is told by their times anyway. */
  invalidate(): void {
    this.walk = undefined;
  }

  /** Waits for the check of a file that runs behind. */
  async checked(file: string): Promise<void> {
    await this.checks.finished(shownPath(await this.resolve(file), this.project.folder));
  }

  /** Stops the check of a file that runs behind; it stays stopped until it is asked for. */
  async cancelCheck(file: string): Promise<void> {
    this.checks.cancel(shownPath(await this.resolve(file), this.project.folder));
  }

  /** Checks a file anew, whatever was found before. */
  async check(reference: FileReference): Promise<FileDescription> {
    this.checks.forget(shownPath(await this.resolve(reference.path), this.project.folder));
    return this.describe(reference);
  }

  async close(): Promise<void> {
    await this.checks.close();
    await this.databases.close();
    this.pool.close();
  }

  private addedFolders(): string[] {
    if (this.engine.restricted) return [];
    if (this.project.addedFolders) return this.project.addedFolders();
    return (this.project.config.folders ?? []).map((folder) => path.resolve(this.project.folder, folder));
  }

  private resolve(asked: string): Promise<string> {
    return resolveFile(asked, { folder: this.project.folder, added: this.addedFolders() });
  }

  private async guarded<T>(absolute: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toFileError(error, absolute, this.project.folder);
    }
  }

  private optionsOf(absolute: string, part: string | undefined): FileOptions {
    const shown = shownPath(absolute, this.project.folder);
    const { files } = this.project.config;
    return files[optionsKey(shown, part)] ?? files[shown] ?? {};
  }

  private read(target: FileTarget, part: string | undefined, options: FileOptions): Promise<FileRelation> {
    const request = {
      target,
      part,
      options,
      projectFolder: this.project.folder,
      parquetOf: (file: string) => this.arrow.parquetOf(file),
    };
    return this.pool.use((reader) => readRelation(reader, request));
  }

  /** The relation of a target with its stored options, remembered until its content or options change. */
  private async relationOf(
    target: FileTarget,
    part: string | undefined,
    options: FileOptions,
  ): Promise<{ relation: FileRelation; stamp: string }> {
    const key = `${target.absolute}\0${part ?? ''}`;
    const stamp = `${target.stamp}\0${JSON.stringify(options)}`;
    let known = this.known.get(key);
    if (known?.stamp !== stamp) {
      const fresh: KnownRelation = { stamp, relation: this.read(target, part, options), settled: false };
      fresh.relation.then(
        () => {
          fresh.settled = true;
        },
        () => this.known.delete(key),
      );
      known = fresh;
    }
    // The most recent is last, so that the first is the one to forget.
    this.known.delete(key);
    this.known.set(key, known);
    if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value as string);
    const relation = await known.relation;
    if (relation.checks.some((check) => check.sampled || check.setByHand)) {
      this.checks.start(shownPath(target.absolute, this.project.folder), stamp, relation);
    }
    return { relation, stamp };
  }

  private description(
    reference: FileReference,
    target: FileTarget,
    relation: FileRelation,
    options: FileOptions,
  ): FileDescription {
    const shown = shownPath(target.absolute, this.project.folder);
    return {
      reference,
      format: relation.format,
      columns: relation.columns,
      ...(relation.rowCount === undefined ? {} : { rowCount: relation.rowCount }),
      relation: quoteLiteral(reference.part === undefined ? shown : optionsKey(shown, reference.part)),
      spelledOut: relation.spelledOut,
      options,
      detected: relation.detected,
      questions: relation.questions,
      ...(relation.notes.length > 0 ? { notes: relation.notes } : {}),
      ...(isLarge(target, relation) ? { large: true } : {}),
    };
  }

  private async describeTable(target: FileTarget, reference: FileReference): Promise<FileDescription> {
    const relation = await this.tableRelation(target, reference);
    const { schema, name } = splitPart(reference.part ?? '');
    const parts = await this.databases.parts(target.absolute, target.format as DatabaseFormat);
    const part = parts.find((one) => one.part === `${schema}.${name}`);
    if (!part) {
      throw new MillraceError({
        code: 'NOT_FOUND',
        message: `The file has no table ${reference.part ?? ''}.`,
        hint: `It has: ${parts.map((one) => one.part).join(', ') || 'no tables'}.`,
        at: { file: target.absolute },
      });
    }
    const shown = quoteLiteral(shownPath(target.absolute, this.project.folder));
    const spelledOut =
      target.format === 'sqlite'
        ? `sqlite_scan(${shown}, ${quoteLiteral(name)})`
        : `read_duckdb(${shown}, schema_name=${quoteLiteral(schema)}, table_name=${quoteLiteral(name)})`;
    return {
      reference,
      format: target.format,
      columns: part.columns ?? [],
      ...(part.rowCount === undefined ? {} : { rowCount: part.rowCount }),
      relation,
      spelledOut: part.kind === 'view' ? relation : spelledOut,
      options: {},
      detected: {},
      questions: [],
    };
  }

  /** The table under the alias of its file, which is attached now. */
  private async tableRelation(target: FileTarget, reference: FileReference): Promise<string> {
    await this.indexDatabases();
    const alias = await this.databases.use(target.absolute, target.format as DatabaseFormat);
    const { schema, name } = splitPart(reference.part ?? '');
    return [alias, schema, name].map(plainOrQuoted).join('.');
  }

  private walked(): Promise<FoundRelation[]> {
    const now = Date.now();
    if (!this.walk || now - this.walk.at > WALK_KEPT_MILLISECONDS) {
      const roots = [this.project.folder, ...this.addedFolders()];
      const found = Promise.all(roots.map((root) => walkRelations(root, this.project.folder, this.datasetFinder)));
      this.walk = { at: now, found: found.then((lists) => lists.flat()) };
    }
    return this.walk.found;
  }

  /** Gives every database file its alias in the order of their paths, so that the names are the same each time. */
  private async indexDatabases(): Promise<void> {
    const found = (await this.walked()).filter((one) => one.format === 'duckdb' || one.format === 'sqlite');
    for (const { absolute } of found.sort((a, b) => (a.path < b.path ? -1 : 1))) this.databases.aliasOf(absolute);
  }

  private async attachNamed(name: string): Promise<void> {
    if (!this.databases.fileOf(name)) await this.indexDatabases();
    const file = this.databases.fileOf(name);
    if (!file) return;
    await this.guarded(file, async () => {
      const target = await targetOf(file, this.datasetFinder);
      if (isDatabase(target)) await this.databases.use(file, target.format as DatabaseFormat);
    });
  }

  private async spelledOut(reference: PathReference, checking: boolean): Promise<string | undefined> {
    const found = await this.find(reference.path, checking);
    if (!found) return undefined;
    const { target, part } = found;
    return this.guarded(target.absolute, async () => {
      const options = this.optionsOf(target.absolute, part);
      if (checking && !this.isKnown(target, part, options)) return undefined;
      const { relation } = await this.relationOf(target, part, options);
      const alias = reference.aliased ? '' : ` AS ${quoteIdentifier(aliasFor(reference.path))}`;
      return `${reference.bare ? 'FROM ' : ''}${relation.executable}${alias}`;
    });
  }

  private isKnown(target: FileTarget, part: string | undefined, options: FileOptions): boolean {
    const known = this.known.get(`${target.absolute}\0${part ?? ''}`);
    return known?.settled === true && known.stamp === `${target.stamp}\0${JSON.stringify(options)}`;
  }

  /** The file that a string in a statement names; undefined where it is none of the catalog's business. */
  private async find(text: string, checking: boolean): Promise<{ target: FileTarget; part?: string } | undefined> {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text) || text.includes('\0')) return undefined;
    const absolute = path.resolve(this.project.folder, text);
    const allowed = await this.resolve(absolute).then(
      () => true,
      () => false, // Outside: the engine reads it, or refuses it, by its own rules.
    );
    if (!allowed && (checking || this.engine.restricted)) return undefined;
    const exact = await this.targetIfTable(absolute);
    if (exact) return { target: exact };
    const mark = absolute.lastIndexOf('#');
    const isBook = mark > 0 && /\.xls[xm]?$/i.test(absolute.slice(0, mark));
    const book = isBook ? await this.targetIfTable(absolute.slice(0, mark)) : undefined;
    if (book?.format === 'excel') return { target: book, part: absolute.slice(mark + 1) };
    if (!isGlob(text)) return undefined;
    const many = await globTarget(absolute, this.pool).catch(() => undefined); // DuckDB tells what is wrong with it.
    return many && isDataFormat(many.format) && !hasParts(many.format) && many.format !== 'arrow'
      ? { target: many }
      : undefined;
  }

  /** A file or dataset; undefined for what does not exist or holds no rows, which is left to DuckDB. */
  private async targetIfTable(absolute: string): Promise<FileTarget | undefined> {
    const exists = await stat(absolute).then(
      () => true,
      () => false, // DuckDB says that it does not exist, and at which place of the text.
    );
    if (!exists) return undefined;
    const target = await this.guarded(absolute, () => targetOf(absolute, this.datasetFinder));
    return isDataFormat(target.format) && !isDatabase(target) ? target : undefined;
  }
}

/** Reading all of it into the scratch file, only to look at it, would take more than a second or two. */
function isLarge(target: FileTarget, relation: FileRelation): boolean {
  return target.size > WHOLE_FILE_LIMIT || (relation.rowCount ?? 0) > LARGE_ROWS;
}

function isDatabase(target: FileTarget): boolean {
  return target.format === 'duckdb' || target.format === 'sqlite';
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

function optionsKey(shown: string, part: string | undefined): string {
  return part === undefined ? shown : `${shown}#${part}`;
}

function splitPart(part: string): { schema: string; name: string } {
  const dot = part.indexOf('.');
  return dot < 0 ? { schema: 'main', name: part } : { schema: part.slice(0, dot), name: part.slice(dot + 1) };
}

function plainOrQuoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !QUOTED_WORDS.has(name) ? name : quoteIdentifier(name);
}

/** Words that DuckDB reserves and that tables are called. */
const QUOTED_WORDS = new Set(
  `all analyse analyze and any array as asc both case cast check collate column constraint create default deferrable desc
  describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda
  lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show
  some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with`.split(
    /\s+/,
  ),
);

/** DuckDB's own alias of a file; a pattern's is the pattern. */
function aliasFor(text: string): string {
  const clean = text.replace(/\/+$/, '');
  return isGlob(clean) ? clean : relationAlias(clean);
}

function withoutUndefined(options: FileOptions): FileOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as FileOptions;
}

async function addedEntry(folder: string): Promise<FileEntry> {
  const base = {
    path: folder.split(path.sep).join('/'),
    name: path.basename(folder),
    kind: 'folder',
    format: 'other',
    size: 0,
  } as const;
  try {
    const found = await stat(folder);
    return { ...base, modified: found.mtimeMs, expandable: found.isDirectory() };
  } catch (error) {
    return { ...base, modified: 0, expandable: false, problem: problemOf(error, false) };
  }
}
