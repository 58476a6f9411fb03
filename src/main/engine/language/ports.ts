import type { FileDescription, FileEntry, FileReference } from '../../../shared/files';
import type { ResultInfo } from '../../../shared/results';

/** What the language service reads of the engine: a connection for the app's own questions, and a worksheet's results. */
export interface LanguageEngine {
  connect(): Promise<LanguageConnection>;
  /** Throws where no such worksheet is open. */
  session?(id: string): { list(): ResultInfo[] };
}

export interface LanguageConnection {
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  close(): void;
}

/** What it reads of the project's files. */
export interface FileCatalogLike {
  list(folder: string): Promise<FileEntry[]>;
  describe(reference: FileReference): Promise<FileDescription>;
  datasets(): Promise<FileReference[]>;
  /** Tables of the project's database files, attached or not. */
  databaseTables?(): Promise<FileTable[]>;
  /** A statement with the files spelled out that are known already; opens nothing. */
  prepareSql?(sql: string, options: { checking: true }): Promise<{ sql: string }>;
}

/** A table of a database file, by the name that a worksheet gives it. */
export interface FileTable {
  database: string;
  schema: string;
  name: string;
  kind: 'table' | 'view';
  columns?: NamedColumn[];
}

/** A column as far as the editor needs it; the type is empty where only the name is known. */
export interface NamedColumn {
  name: string;
  type: string;
}
