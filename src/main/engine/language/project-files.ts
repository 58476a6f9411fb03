import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileDescription, FileEntry, FileReference } from '../../../shared/files';
import { quoteLiteral } from '../../../shared/sql/quote';
import type { FileCatalogLike, LanguageEngine, NamedColumn } from './ports';
import { hasPattern, isInside, isPlainProjectPath, patternRoot, projectPathState } from './project-paths';
import { isSymbol, type Token } from './tokens';

/** Columns, or why there are none: no such file, or a place that is not looked at while one types. */
export type FileColumns = NamedColumn[] | 'missing' | 'unknown';

const READERS = new Set(
  `read_csv read_csv_auto sniff_csv read_parquet parquet_scan read_json read_json_auto read_json_objects
read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_xlsx read_avro`.split(/\s+/),
);
/** How long a keystroke waits for a file's columns; what comes later is there for the next one. */
const PATIENCE = 1500;
const FRESH = 10_000;
const MOST_MATCHES = 2000;

/**
 * Columns of the project's files, for the editor. It never leads the engine to a URL, a bucket or a path outside of the
 * project and the folders that the user added to it.
 */
export class ProjectFiles {
  readonly #files: FileCatalogLike;
  readonly #engine: LanguageEngine;
  readonly #folder: string;
  readonly #columns = new Map<string, { at: number; columns: Promise<FileColumns> }>();
  #datasets: { at: number; list: Promise<FileReference[]> } | undefined;

  constructor(options: { files: FileCatalogLike; engine: LanguageEngine; projectFolder: string }) {
    this.#files = options.files;
    this.#engine = options.engine;
    this.#folder = options.projectFolder;
  }

  invalidate(): void {
    this.#columns.clear();
    this.#datasets = undefined;
  }

  /** The relations that the tree knows; empty while the first listing takes longer than a keystroke may wait. */
  async datasets(): Promise<FileReference[]> {
    if (!this.#datasets || Date.now() - this.#datasets.at > FRESH) {
      const known = this.#datasets?.list;
      // A listing that fails leaves completion without paths; the tree shows the reason.
      const list = this.#files.datasets().catch(() => known ?? []);
      this.#datasets = { at: Date.now(), list };
    }
    return (await within(this.#datasets.list, PATIENCE)) ?? [];
  }

  /** The entries of a folder as typed so far; empty for folders that are not the project's. */
  async entries(folder: string): Promise<FileEntry[]> {
    if (folder !== '' && (await projectPathState(this.#folder, folder)) !== 'safe') return [];
    const listing = this.#files.list(folder).catch(() => []);
    return (await within(listing, PATIENCE)) ?? [];
  }

  /** The columns of `'path'` in a FROM clause. */
  async columns(path: string): Promise<FileColumns> {
    return this.#cached(`file ${path}`, () => this.#describeFile(path));
  }

  /** The columns of a call such as `read_csv('data/x.csv', header = true)` whose arguments are all literals. */
  async callColumns(name: string, call: string, argumentTokens: readonly Token[]): Promise<FileColumns> {
    if (!READERS.has(name)) return 'unknown';
    const paths = pathArguments(argumentTokens);
    if (!paths || !argumentTokens.every(isLiteralPart)) return 'unknown';
    for (const path of paths) {
      const state = await this.#state(path);
      if (state !== 'safe') return state === 'missing' && paths.length === 1 ? 'missing' : 'unknown';
    }
    return this.#cached(`call ${call}`, () => this.#describeSql(`from ${call}`));
  }

  #cached(key: string, read: () => Promise<FileColumns>): Promise<FileColumns> {
    let entry = this.#columns.get(key);
    if (!entry || Date.now() - entry.at > FRESH) {
      if (this.#columns.size > 500) this.#columns.clear();
      // A file that cannot be read is reported when the query runs; while typing its columns are just not known.
      entry = { at: Date.now(), columns: read().catch((): FileColumns => 'unknown') };
      this.#columns.set(key, entry);
    }
    return within(entry.columns, PATIENCE).then((columns) => columns ?? 'unknown');
  }

  async #describeFile(path: string): Promise<FileColumns> {
    const datasets = await this.datasets();
    const sheet = datasets.find(({ path: book, part }) => part !== undefined && `${book}#${part}` === path);
    if (sheet) return namesAndTypes(await this.#files.describe(sheet));
    const known = datasets.some((reference) => reference.path === path && reference.part === undefined);
    const state = known ? 'safe' : await this.#state(path);
    if (state !== 'safe') return state === 'missing' ? 'missing' : 'unknown';
    if (!known && hasPattern(path)) return this.#describeSql(`from ${quoteLiteral(path)}`);
    return namesAndTypes(await this.#files.describe({ path }));
  }

  async #describeSql(query: string): Promise<FileColumns> {
    // As it will be read: with the options that are stored for the file, where they are known already.
    const prepared = (await this.#files.prepareSql?.(query, { checking: true }))?.sql ?? query;
    const connection = await this.#engine.connect();
    try {
      const rows = await connection.rows<{ column_name: string; column_type: string }>(`describe ${prepared}`);
      return rows.map((row) => ({ name: row.column_name, type: row.column_type }));
    } finally {
      connection.close();
    }
  }

  /** As `projectPathState`; of a pattern every match is looked at, since one may be a link to elsewhere. */
  async #state(path: string): Promise<'safe' | 'missing' | 'unsafe'> {
    if (!isPlainProjectPath(path)) return 'unsafe';
    if (!hasPattern(path)) return projectPathState(this.#folder, path);
    if ((await projectPathState(this.#folder, patternRoot(path))) !== 'safe') return 'unsafe';
    const connection = await this.#engine.connect();
    try {
      const pattern = quoteLiteral(resolve(this.#folder, path));
      const matches = await connection.rows<{ file: string }>(
        `select file from glob(${pattern}) limit ${MOST_MATCHES + 1}`,
      );
      if (matches.length === 0) return 'missing';
      if (matches.length > MOST_MATCHES) return 'unsafe';
      const root = await realpath(this.#folder);
      const real = await Promise.all(matches.map((match) => realpath(match.file)));
      return real.every((file) => isInside(root, file)) ? 'safe' : 'unsafe';
    } finally {
      connection.close();
    }
  }
}

function namesAndTypes(description: FileDescription): NamedColumn[] {
  return description.columns.map(({ name, type }) => ({ name, type }));
}

/** The first argument: one path or a list of them. Undefined where it is anything else. */
function pathArguments(tokens: readonly Token[]): string[] | undefined {
  const [first, second] = tokens;
  if (first?.kind === 'string') return second === undefined || isSymbol(second, ',') ? [first.value] : undefined;
  if (!isSymbol(first, '[')) return undefined;
  const close = tokens.findIndex((token) => isSymbol(token, ']'));
  const inside = tokens.slice(1, close);
  if (close < 0 || !inside.every((token, index) => (index % 2 === 0 ? token.kind === 'string' : isSymbol(token, ','))))
    return undefined;
  return inside.filter((token) => token.kind === 'string').map((token) => token.value);
}

/** Literals, option names and the signs between them: nothing that computes a value. */
function isLiteralPart(token: Token): boolean {
  if (token.kind === 'symbol') return ['[', ']', '{', '}', ',', ':', '=', ':=', '=>', '-'].includes(token.text);
  return !token.open && token.kind !== 'parameter' && token.kind !== 'comment';
}

/** What the promise gives, or undefined once the time is over; the work goes on. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
