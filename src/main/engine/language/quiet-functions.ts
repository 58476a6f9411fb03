/** Functions that exist for other tools or for the engine itself and would only be noise in a list. */
const NOISE =
  /^(?:pg_|has_\w+_privilege|icu_|__|create_sort_key|txid_|col_description|obj_description|shobj_|inet_|test_|ducklake_|sqlite_|mad_|duckdb_\w+_internal)/;

/** Whether a function is left out of completion; it can be typed and is still in the reference. */
export function isQuietFunction(name: string): boolean {
  return NOISE.test(name);
}
