import type { FileFormat } from '../../../../shared/files';
import { quoteLiteral } from '../../../../shared/sql/quote';
import { plainNumberSql } from '../csv/lossless';
import { pathLiteral } from '../csv/read-csv-call';
import type { FileReader } from '../file-reader';

/** A key some of whose numbers a DOUBLE does not hold, and the type that holds all of them. */
export interface InexactKey {
  key: string;
  type: string;
}

const NUMBER = '-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?';
const MEMBER = `"((?:[^"\\\\]|\\\\.)*)"\\s*:\\s*(${NUMBER})`;

/**
 * Finds the keys whose numbers would change as DOUBLE, from the text of the file: DuckDB's JSON parser has already
 * turned them into DOUBLE where it gives a value. Objects without a long number are left out at once.
 */
export async function inexactNumbers(
  reader: FileReader,
  source: { pattern: string | string[]; format: FileFormat; largestObject?: number },
): Promise<InexactKey[]> {
  const settings = [
    pathLiteral(source.pattern),
    ...(source.largestObject ? [`maximum_object_size=${source.largestObject}`] : []),
    ...(source.format === 'ndjson' ? [`format='newline_delimited'`] : []),
  ];
  const objects = `read_json_objects(${settings.join(', ')})`;
  const pairs = (filter: string) =>
    `(SELECT unnest(regexp_extract_all(json, ${quoteLiteral(MEMBER)}, 1)) AS k, ` +
    `unnest(regexp_extract_all(json, ${quoteLiteral(MEMBER)}, 2)) AS v FROM ${objects} ${filter})`;
  const long = `WHERE regexp_matches(json, '[0-9][0-9.]{15,}')`;
  // Up to 15 significant digits are found again from the DOUBLE; more only where it is shown just so.
  const digits = `ltrim(regexp_replace(regexp_extract(v, '^[^eE]+'), '[^0-9]', '', 'g'), '0')`;
  const shown = `regexp_replace(v, '[eE]([+-])([0-9])$', 'e\\10\\2')`;
  const changed = `length(${digits}) > 15 AND CAST(TRY_CAST(v AS DOUBLE) AS VARCHAR) IS DISTINCT FROM ${shown}`;
  const keys = await reader.rows<{ k: string }>(`SELECT DISTINCT k FROM ${pairs(long)} AS p WHERE ${changed}`);
  if (keys.length === 0) return [];
  const list = keys.map(({ k }) => quoteLiteral(k)).join(', ');
  const size = `replace(v, '-', '')`;
  const point = `strpos(${size}, '.')`;
  const rows = await reader.rows<{ k: string; plain: boolean; whole: string; places: string }>(
    `SELECT k, bool_and(${plainNumberSql('v')}) AS plain, ` +
      `max(CASE WHEN ${point} > 0 THEN ${point} - 1 ELSE length(${size}) END) AS whole, ` +
      `max(CASE WHEN ${point} > 0 THEN length(${size}) - ${point} ELSE 0 END) AS places ` +
      `FROM ${pairs('')} AS p WHERE k IN (${list}) GROUP BY k`,
  );
  return rows.map((row) => ({ key: unescaped(row.k), type: exactType(row) }));
}

function exactType(row: { plain: boolean; whole: string; places: string }): string {
  const places = Number(row.places);
  const digits = Number(row.whole) + places;
  return row.plain && digits <= 38 ? `DECIMAL(${Math.max(digits, 1)},${places})` : 'VARCHAR';
}

function unescaped(key: string): string {
  return JSON.parse(`"${key}"`) as string;
}
