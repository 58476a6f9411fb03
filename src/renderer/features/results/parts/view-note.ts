import type { ResultInfo } from '../../../../shared/results';
import { formatCount } from '../../../ui/format';
import { useGridState } from '../grid/result-grid-store';

/**
 * What a view over a whole result must say about it: that rows are missing or were not fetched, or that the grid beside it is filtered and it
 * is not. Undefined where there is nothing to say.
 */
export function useResultNote(result: ResultInfo): string | undefined {
  const { applied, derived } = useGridState(result.id);
  if (result.state === 'cut')
    return `Only the first ${formatCount(result.rowCount)} rows are here: the result was cut.`;
  if (result.limited)
    return `Of the first ${formatCount(result.rowCount)} rows alone: ${result.limited.connection} may hold more.`;
  if (derived === null || (applied.where === '' && applied.values.length === 0)) return undefined;
  return `Of all ${formatCount(result.rowCount)} rows: the filter of the grid is not applied here.`;
}

/** The identity of a result's rows, for loading again when they changed. */
export function resultKey(result: ResultInfo, timeZone: string): string {
  return `${result.id}\u0000${result.state}\u0000${result.rowCount}\u0000${timeZone}`;
}
