/** What the file catalog needs of a connection; EngineConnection has it. BIGINT, HUGEINT and DECIMAL come as text. */
export interface FileReader {
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  run(sql: string): Promise<void>;
  /** How far the running statement is, in percent; undefined where that is not known. */
  progress(): number | undefined;
  interrupt(): void;
  close(): void;
}

/** Gives connections for the catalog's own reading; Engine has it. */
export interface ReaderSource {
  connect(): Promise<FileReader>;
}

const IDLE_KEPT = 2;

/** Lends connections, one to each task at a time, as a second statement on a connection would cut the first off. */
export class ReaderPool {
  private readonly idle: FileReader[] = [];
  private closed = false;

  constructor(private readonly source: ReaderSource) {}

  /** Runs `work` with a connection of its own. */
  async use<T>(work: (reader: FileReader) => Promise<T>): Promise<T> {
    const reader = this.idle.pop() ?? (await this.source.connect());
    try {
      return await work(reader);
    } finally {
      if (this.closed || this.idle.length >= IDLE_KEPT) reader.close();
      else this.idle.push(reader);
    }
  }

  close(): void {
    this.closed = true;
    for (const reader of this.idle.splice(0)) reader.close();
  }
}
