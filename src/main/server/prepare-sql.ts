import type { Connections } from '../connectors/connections';
import { RemoteStatements } from '../connectors/remote-statements';
import type { PreparedSql } from '../engine/prepared-sql';
import type { FileCatalog } from '../lake/files/file-catalog';
import { findReferences } from '../lake/files/sql-references';
import { FolderStatements } from '../lake/folders/folder-statements';
import type { Lake } from '../lake/lake';

/**
 * What is run on each statement of the user's before it is executed: connections and the lake are attached where it
 * needs them, tables of connections are read exactly, and its files are spelled out. Checking while typing never comes
 * here.
 */
export function prepareWith(parts: { files: FileCatalog; connections?: Connections; lake?: Lake }) {
  const { lake } = parts;
  const isOpen = lake !== undefined && !lake.restricted;
  const folders = isOpen ? new FolderStatements(lake.projectFolder, (work) => lake.reading(work)) : undefined;
  const remotes = parts.connections && new RemoteStatements(parts.connections);
  return async (sql: string, options: { fetchLimit?: number | 'own' } = {}): Promise<PreparedSql> => {
    const { databases } = findReferences(sql);
    await parts.connections?.prepare(
      sql,
      databases.map((database) => database.name),
    );
    await parts.lake?.prepare(sql);
    const remote = await remotes?.prepare(sql, options.fetchLimit);
    const folder = (await folders?.prepare(remote?.sql ?? sql)) ?? { sql: remote?.sql ?? sql, toOriginal: (at) => at };
    const prepared = await parts.files.prepareSql(folder.sql);
    const toSent = (at: number) => folder.toOriginal(prepared.toOriginal(at));
    return { ...remote, sql: prepared.sql, toOriginal: (at) => remote?.toOriginal(toSent(at)) ?? toSent(at) };
  };
}
