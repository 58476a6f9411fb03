import { MillraceError } from '../../../shared/errors';
import type { LakeTableName } from '../../../shared/lake';
import { shownTable } from '../lake-names';
import { type CatalogTable, readTables } from '../lake-tables';
import type { RowReader } from '../write/table-shape';

/** The table as the catalog has it. Throws NOT_FOUND. */
export async function findTable(reader: RowReader, table: LakeTableName): Promise<CatalogTable> {
  const [found] = await readTables(reader, table);
  if (found) return found;
  throw noTable(table);
}

/** The error for a table that the lake has not. */
export function noTable(table: LakeTableName): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `The lake has no table ${shownTable(table)}.`,
    hint: '`millrace lake tables` lists those that it has; a dropped one can be restored from an older version.',
  });
}
