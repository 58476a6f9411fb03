import { stat } from 'node:fs/promises';
import type { FilePart, FileReference } from '../../../shared/files';
import type { DatabaseFiles, DatabaseFormat } from './database-files';
import type { DatasetFinder } from './dataset';
import { readSheets } from './excel/workbook';
import type { ProjectPlaces } from './project-places';
import { type FoundRelation, walkRelations } from './project-walk';

const WALK_KEPT_MILLISECONDS = 5_000;
/** Files whose parts are looked into without being asked: each takes some milliseconds, once. */
const MOST_LOOKED_INTO = 50;

/** A table or view of a database file, by the name that a worksheet gives it. */
export interface DatabaseFileTable extends Pick<FilePart, 'columns' | 'rowCount'> {
  file: string;
  database: string;
  schema: string;
  name: string;
  kind: 'table' | 'view';
}

/** What can be queried below the project's folders: files, folders of like files, sheets, tables of database files. */
export class ProjectRelations {
  private walk: { at: number; found: Promise<FoundRelation[]> } | undefined;
  private readonly seen = new Map<string, { stamp: string; parts: FilePart[] }>();

  constructor(
    private readonly places: ProjectPlaces,
    private readonly datasets: DatasetFinder,
    private readonly databases: DatabaseFiles,
  ) {}

  /** Forgets what was seen of the folders. */
  invalidate(): void {
    this.walk = undefined;
  }

  /** Every relation; a workbook is there as such and by its sheets, a database file by its tables. */
  async list(): Promise<FileReference[]> {
    const found = await this.found();
    const files = found.filter((one) => !isDatabase(one)).map((one) => ({ path: one.path }));
    const parts: FileReference[] = [];
    for (const one of found.filter((other) => other.format === 'excel').slice(0, MOST_LOOKED_INTO)) {
      for (const { part } of await this.partsOf(one, () => sheetsOf(one.absolute)))
        parts.push({ path: one.path, part });
    }
    for (const { file, schema, name } of await this.tables()) parts.push({ path: file, part: `${schema}.${name}` });
    return [...files, ...parts];
  }

  /** The tables of database files, also of those that are not open; what cannot be opened now is left out. */
  async tables(): Promise<DatabaseFileTable[]> {
    await this.nameDatabases();
    const tables: DatabaseFileTable[] = [];
    for (const one of (await this.found()).filter(isDatabase).slice(0, MOST_LOOKED_INTO)) {
      const database = this.databases.aliasOf(one.absolute);
      for (const part of await this.partsOf(one, () =>
        this.databases.look(one.absolute, one.format as DatabaseFormat),
      )) {
        const { schema, name } = splitPart(part.part);
        const { kind, columns = [], rowCount } = part;
        const isView = kind === 'view';
        tables.push({
          file: one.path,
          database,
          schema,
          name,
          kind: isView ? 'view' : 'table',
          columns,
          ...(rowCount === undefined ? {} : { rowCount }),
        });
      }
    }
    return tables;
  }

  /** Gives every database file its alias in the order of their paths, so that the names are the same each time. */
  async nameDatabases(): Promise<void> {
    const found = (await this.found()).filter(isDatabase);
    for (const { absolute } of found.sort((a, b) => (a.path < b.path ? -1 : 1))) this.databases.aliasOf(absolute);
  }

  /** The parts of a file as they were read last, as long as it is the same. */
  private async partsOf(one: FoundRelation, read: () => Promise<FilePart[]>): Promise<FilePart[]> {
    try {
      const { size, mtimeMs } = await stat(one.absolute);
      const stamp = `${size}:${mtimeMs}`;
      const seen = this.seen.get(one.absolute);
      if (seen?.stamp === stamp) return seen.parts;
      const parts = await read();
      this.seen.set(one.absolute, { stamp, parts });
      return parts;
    } catch {
      return []; // Vanished, locked or broken: whoever opens it is told.
    }
  }

  private found(): Promise<FoundRelation[]> {
    const now = Date.now();
    if (!this.walk || now - this.walk.at > WALK_KEPT_MILLISECONDS) {
      const roots = [this.places.folder, ...this.places.added()];
      const found = Promise.all(roots.map((root) => walkRelations(root, this.places.folder, this.datasets)));
      this.walk = { at: now, found: found.then((lists) => lists.flat()) };
    }
    return this.walk.found;
  }
}

/** The sheets of a workbook. Throws FILE_FORMAT. */
export async function sheetsOf(file: string): Promise<FilePart[]> {
  return (await readSheets(file)).map((sheet) => ({ part: sheet.name, kind: 'sheet' as const }));
}

/** Schema and name of a part such as `main.orders`. */
export function splitPart(part: string): { schema: string; name: string } {
  const dot = part.indexOf('.');
  return dot < 0 ? { schema: 'main', name: part } : { schema: part.slice(0, dot), name: part.slice(dot + 1) };
}

/** Whether a file holds tables and is attached to be read. */
export function isDatabase({ format }: { format: string }): boolean {
  return format === 'duckdb' || format === 'sqlite';
}
