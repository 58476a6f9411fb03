import type { ResultInfo } from '../../../../shared/results';
import type { ProfileDetail } from './profile-data';

const MOST = 6_000;
const kept = new Map<string, ProfileDetail>();

function keyOf(result: ResultInfo, column: number, timeZone: string): string {
  return `${result.id}\u0000${result.rowCount}\u0000${timeZone}\u0000${column}`;
}

/** A finished profile of this session, as a kept result never changes. */
export function keptProfile(result: ResultInfo, column: number, timeZone: string): ProfileDetail | undefined {
  return kept.get(keyOf(result, column, timeZone));
}

/** Keeps a finished profile; the oldest are forgotten first. */
export function keepProfile(result: ResultInfo, timeZone: string, profile: ProfileDetail): void {
  kept.set(keyOf(result, profile.column, timeZone), profile);
  if (kept.size > MOST) kept.delete(kept.keys().next().value ?? '');
}
