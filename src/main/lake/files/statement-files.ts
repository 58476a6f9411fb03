import { stat } from 'node:fs/promises';
import path from 'node:path';
import { quoteIdentifier } from '../../../shared/sql/quote';
import type { DatabaseFiles, DatabaseFormat } from './database-files';
import type { DatasetFinder } from './dataset';
import { hasParts, isDataFormat } from './file-format';
import { isGlob, relationAlias } from './file-paths';
import type { ReaderPool } from './file-reader';
import { type FileTarget, globTarget, targetOf } from './file-target';
import type { KnownRelations } from './known-relations';
import { applyEdits, type TextEdit } from './prepared-text';
import type { ProjectPlaces } from './project-places';
import { isDatabase, type ProjectRelations } from './project-relations';
import { findReferences, type PathReference } from './sql-references';

/** A statement with its file references spelled out; the same shape as the engine's. */
export interface PreparedFiles {
  sql: string;
  toOriginal(offset: number): number;
}

interface StatementFilesParts {
  places: ProjectPlaces;
  relations: ProjectRelations;
  known: KnownRelations;
  databases: DatabaseFiles;
  datasets: DatasetFinder;
  pool: ReaderPool;
}

/** Spells out the files that statements name, so that they are read as they are described. */
export class StatementFiles {
  constructor(private readonly parts: StatementFilesParts) {}

  /**
   * Strings in the place of tables become full reading calls with absolute paths, and database files that are named are
   * attached. `checking` is for text that is being typed: only what is already known is spelled out, nothing is opened.
   */
  async prepare(sql: string, checking: boolean): Promise<PreparedFiles> {
    const { paths, databases } = findReferences(sql);
    if (paths.length === 0 && databases.length === 0) return { sql, toOriginal: (offset) => offset };
    const edits: TextEdit[] = [];
    for (const reference of paths) {
      const text = await this.spelledOut(reference, checking);
      if (text !== undefined) edits.push({ start: reference.start, end: reference.end, text });
    }
    if (!checking) for (const reference of databases) await this.attachNamed(reference.name);
    return applyEdits(sql, edits);
  }

  private async attachNamed(name: string): Promise<void> {
    const { databases, relations, places, datasets } = this.parts;
    if (!databases.fileOf(name)) await relations.nameDatabases();
    const file = databases.fileOf(name);
    if (!file) return;
    await places.guarded(file, async () => {
      const target = await targetOf(file, datasets);
      if (isDatabase(target)) await databases.use(file, target.format as DatabaseFormat);
    });
  }

  private async spelledOut(reference: PathReference, checking: boolean): Promise<string | undefined> {
    const found = await this.find(reference.path, checking);
    if (!found) return undefined;
    const { target, part } = found;
    const { places, known } = this.parts;
    return places.guarded(target.absolute, async () => {
      const options = places.optionsOf(target.absolute, part);
      if (checking && !known.has(target, part, options)) return undefined;
      const { relation } = await known.get(target, part, options);
      const alias = reference.aliased ? '' : ` AS ${quoteIdentifier(aliasFor(reference.path))}`;
      return `${reference.bare ? 'FROM ' : ''}${relation.executable}${alias}`;
    });
  }

  /** The file that a string in a statement names; undefined where it is none of the catalog's business. */
  private async find(text: string, checking: boolean): Promise<{ target: FileTarget; part?: string } | undefined> {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text) || text.includes('\0')) return undefined;
    const { places, pool } = this.parts;
    const absolute = path.resolve(places.folder, text);
    const allowed = await places.resolve(absolute).then(
      () => true,
      () => false, // Outside: the engine reads it, or refuses it, by its own rules.
    );
    if (!allowed && (checking || places.restricted)) return undefined;
    const exact = await this.targetIfTable(absolute);
    if (exact) return { target: exact };
    const mark = absolute.lastIndexOf('#');
    const isBook = mark > 0 && /\.xls[xm]?$/i.test(absolute.slice(0, mark));
    const book = isBook ? await this.targetIfTable(absolute.slice(0, mark)) : undefined;
    if (book?.format === 'excel') return { target: book, part: absolute.slice(mark + 1) };
    if (!isGlob(text)) return undefined;
    const many = await globTarget(absolute, pool).catch(() => undefined); // DuckDB tells what is wrong with it.
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
    const target = await this.parts.places.guarded(absolute, () => targetOf(absolute, this.parts.datasets));
    return isDataFormat(target.format) && !isDatabase(target) ? target : undefined;
  }
}

/** DuckDB's own alias of a file; a pattern's is the pattern. */
function aliasFor(text: string): string {
  const clean = text.replace(/\/+$/, '');
  return isGlob(clean) ? clean : relationAlias(clean);
}
