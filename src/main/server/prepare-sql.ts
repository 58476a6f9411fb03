import type { Connections } from '../connectors/connections';
import type { PreparedSql } from '../engine/prepared-sql';
import type { FileCatalog } from '../lake/files/file-catalog';
import { findReferences } from '../lake/files/sql-references';
import type { Lake } from '../lake/lake';

/**
 * What is run on each statement of the user's before it is executed: connections and the lake are attached where it
 * needs them, and its files are spelled out. Checking while typing never comes here.
 */
export function prepareWith(parts: { files: FileCatalog; connections?: Connections; lake?: Lake }) {
  return async (sql: string): Promise<PreparedSql> => {
    const { databases } = findReferences(sql);
    await parts.connections?.prepare(
      sql,
      databases.map((database) => database.name),
    );
    await parts.lake?.prepare(sql);
    return parts.files.prepareSql(sql);
  };
}
