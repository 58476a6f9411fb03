import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TableFolder } from '../../../shared/lake';
import { quoteIdentifier } from '../../../shared/sql/quote';
import type { PreparedSql } from '../../engine/prepared-sql';
import { isGlob } from '../files/file-paths';
import { applyEdits, type TextEdit } from '../files/prepared-text';
import { findReferences } from '../files/sql-references';
import type { RowReader } from '../write/table-shape';
import { detectTableFolder } from './table-folder';

const REMEMBERED_MILLISECONDS = 30_000;

/**
 * Spells out the folders of a statement that are tables of other engines: `from 's3://bucket/events'` becomes a
 * `delta_scan` where there is a `_delta_log`. What it saw in a bucket is remembered for half a minute.
 */
export class FolderStatements {
  private readonly seen = new Map<string, { at: number; folder: Promise<TableFolder | undefined> }>();

  constructor(
    private readonly projectFolder: string,
    private readonly reading: <T>(work: (reader: RowReader) => Promise<T>) => Promise<T>,
  ) {}

  async prepare(sql: string): Promise<PreparedSql> {
    const edits: TextEdit[] = [];
    for (const reference of findReferences(sql).paths) {
      const folder = mayBeFolder(reference.path) ? await this.folderOf(reference.path) : undefined;
      if (!folder) continue;
      const name = path.posix.basename(folder.path);
      const alias = reference.aliased ? '' : ` AS ${quoteIdentifier(name)}`;
      edits.push({
        start: reference.start,
        end: reference.end,
        text: `${reference.bare ? 'FROM ' : ''}${folder.relation}${alias}`,
      });
    }
    return edits.length === 0 ? { sql, toOriginal: (at) => at } : applyEdits(sql, edits);
  }

  private folderOf(text: string): Promise<TableFolder | undefined> {
    if (!isRemote(text)) {
      const absolute = path.resolve(this.projectFolder, text).split(path.sep).join('/');
      return this.reading(async (reader) => {
        const folder = await detectTableFolder(reader, absolute);
        return folder && (await isListing(folder)) ? undefined : folder;
      });
    }
    const known = this.seen.get(text);
    if (known && Date.now() - known.at < REMEMBERED_MILLISECONDS) return known.folder;
    const folder = this.reading((reader) => detectTableFolder(reader, text));
    this.seen.set(text, { at: Date.now(), folder });
    folder.catch(() => this.seen.delete(text));
    return folder;
  }
}

/** Text files of Spark, several in a folder: the file catalog reads these by the options that the user gave them. */
async function isListing(folder: TableFolder): Promise<boolean> {
  if (folder.format !== 'spark' || folder.relation.startsWith('read_parquet')) return false;
  return (await readdir(folder.path)).filter((name) => name.startsWith('part-')).length > 1;
}

/** What ends like a file is none, so that no bucket is listed for it. */
function mayBeFolder(text: string): boolean {
  if (isGlob(text) || text.includes('\0') || /^https?:/i.test(text)) return false;
  return !/\.(parquet|csv|tsv|txt|json|ndjson|jsonl|xlsx|avro|arrow|feather|duckdb|db|sqlite|gz|zst)$/i.test(text);
}

function isRemote(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}
