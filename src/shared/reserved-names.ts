/** Names, in lower case, that would hide a database of the app or of the engine, or be hidden by one. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'lake',
  'millrace',
  'results',
  'results_staging',
  'memory',
  'temp',
  'system',
  'main',
  'kafka',
]);
