import type { LakeTableName } from '../../../shared/lake';

/** The table as a worksheet writes it. */
export function sqlName(table: LakeTableName): string {
  return [table.schema, table.name]
    .map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`))
    .join('.');
}
