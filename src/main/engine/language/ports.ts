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
}

/** A column as far as the editor needs it; the type is empty where only the name is known. */
export interface NamedColumn {
  name: string;
  type: string;
}
