import type { ResultInfo } from '../../../../shared/results';
import { formatCount } from '../../../ui/format';

/** What a view over a result must say about it: that rows are missing. Undefined for a complete one. */
export function resultNote(result: ResultInfo): string | undefined {
  if (result.state === 'cut')
    return `Only the first ${formatCount(result.rowCount)} rows are here: the result was cut.`;
  return undefined;
}

/** The identity of a result's rows, for loading again when they changed. */
export function resultKey(result: ResultInfo, timeZone: string): string {
  return `${result.id}\u0000${result.state}\u0000${result.rowCount}\u0000${timeZone}`;
}
