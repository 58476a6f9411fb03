import type { ResultInfo } from '../../shared/results';
import { expectedWidth, lensForm } from './lens-policy';

/** What the lens takes in: beyond either limit a result is left to the engine. */
export const LENS_MAX_ROWS = 1_000_000;
export const LENS_MAX_BYTES = 64 * 1024 * 1024;
/** What all loaded results may take together before the one unused for longest is dropped. */
export const LENS_TOTAL_BYTES = 96 * 1024 * 1024;
const LENS_MAX_COLUMNS = 300;

/**
 * The columns worth loading of a result, or undefined where the lens is not for it: not yet complete, too long, or too
 * wide. Columns that are only text for display are left out where they alone would go over the limit.
 */
export function lensColumns(result: ResultInfo): number[] | undefined {
  if (result.kind !== 'rows' || result.state === 'running' || result.state === 'failed') return undefined;
  if (result.rowCount === 0 || result.rowCount > LENS_MAX_ROWS || result.columns.length > LENS_MAX_COLUMNS)
    return undefined;
  const all = result.columns.map((_, index) => index);
  const native = all.filter((index) => isNative(result, index));
  const size = (indexes: number[]) => indexes.reduce((sum, index) => sum + widthOf(result, index), 0) * result.rowCount;
  if (size(all) <= LENS_MAX_BYTES) return all;
  return native.length > 0 && size(native) <= LENS_MAX_BYTES ? native : undefined;
}

function isNative(result: ResultInfo, index: number): boolean {
  const column = result.columns[index];
  return column !== undefined && lensForm(column) === 'native';
}

function widthOf(result: ResultInfo, index: number): number {
  const column = result.columns[index];
  return column ? expectedWidth(column) : 0;
}
