/**
 * DuckDB's own streams end early without an error when a query dies after its first rows, so only src/main/engine, which
 * guards them, may call them. Reports each other call in src with file and line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ALLOWED = path.join('src', 'main', 'engine');
const ALWAYS =
  /\.(fetchChunk|fetchChunks|fetchAllChunks|yieldRow\w*|yieldRows\w*|streamAndRead\w*|startStream\w*)\s*\(/;
/** `.stream(` is also the name of the guarded function, so it counts on a raw connection or prepared statement. */
const ON_RAW = /\b(raw|prepared|statement)\s*\.\s*stream\s*\(/;
const TAKES_DUCKDB_VALUES = /^import (?!type)[^;]*from '@duckdb\/node-api'/m;

function* sourceFiles(folder) {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (file === ALLOWED) continue;
    if (entry.isDirectory()) yield* sourceFiles(file);
    else if (/\.tsx?$/.test(entry.name)) yield file;
  }
}

let found = 0;
for (const file of sourceFiles('src')) {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const strict = TAKES_DUCKDB_VALUES.test(text);
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(\/\/|\*)/.test(line)) continue;
    if (!ALWAYS.test(line) && !ON_RAW.test(line) && !(strict && /\.stream\s*\(/.test(line))) continue;
    found += 1;
    console.error(
      `${file}:${index + 1}: DuckDB's own stream can end early without an error; use EngineConnection.stream`,
    );
  }
}
process.exitCode = found > 0 ? 1 : 0;
