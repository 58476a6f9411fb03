import type { ResultInfo } from '../../shared/results';
import { expectedWidth, lensForm } from './lens-policy';

/** What the lens takes in: longer results are left to the engine, of wider ones the columns that fit are loaded. */
export const LENS_MAX_ROWS = 1_000_000;
export const LENS_MAX_BYTES = 64 * 1024 * 1024;
/** Columns are chosen by what they are expected to take; what comes may be this much, and not more. */
export const LENS_MOST_RECEIVED = 96 * 1024 * 1024;
/** What all loaded results may take together before the one unused for longest is dropped. */
export const LENS_TOTAL_BYTES = 64 * 1024 * 1024;
const LENS_MAX_COLUMNS = 300;

/**
 * The columns to load of a result, or undefined where the lens is not for it: not complete yet, empty, too long, or with
 * no column that fits. Columns in their own type come first, the narrow ones before the wide, as sorting, filtering and
 * gathering need them; text for display takes what room is left, since the engine can give it by row as well.
 */
export function lensColumns(result: ResultInfo): number[] | undefined {
  if (result.kind !== 'rows' || result.state === 'running' || result.state === 'failed') return undefined;
  if (result.rowCount === 0 || result.rowCount > LENS_MAX_ROWS) return undefined;
  const ranked = result.columns
    .map((column, index) => ({ index, width: expectedWidth(column), native: lensForm(column) === 'native' }))
    .sort((a, b) => Number(b.native) - Number(a.native) || a.width - b.width || a.index - b.index);
  const taken: number[] = [];
  let bytes = 0;
  for (const { index, width } of ranked) {
    bytes += width * result.rowCount;
    if (bytes > LENS_MAX_BYTES || taken.length === LENS_MAX_COLUMNS) break;
    taken.push(index);
  }
  const some = taken.some((index) => ranked.find((each) => each.index === index)?.native);
  return some ? taken.sort((a, b) => a - b) : undefined;
}

/** Bytes that columns of a result are expected to take in the lens. */
export function expectedBytes(result: ResultInfo, columns: readonly number[]): number {
  const widths = columns.flatMap((index) => result.columns[index] ?? []).map(expectedWidth);
  return result.rowCount * widths.reduce((sum, width) => sum + width, 0);
}
