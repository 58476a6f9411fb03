/**
 * Checks the import rules of .dependency-cruiser.cjs. The compiler of TypeScript 7 has no API to read imports with, so
 * swc reads them; dependency-cruiser asks it for plain TypeScript only, hence the hand-over of `tsx` here.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';
import { cruise } from 'dependency-cruiser';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const parseFileSync = swc.parseFileSync;
swc.parseFileSync = (file, options) => parseFileSync.call(swc, file, { ...options, tsx: file.endsWith('.tsx') });

process.chdir(ROOT);
const { options, ...ruleSet } = createRequire(import.meta.url)(path.join(ROOT, '.dependency-cruiser.cjs'));
const { output } = await cruise(['src'], { ...options, ruleSet, validate: true });
const { violations, totalCruised, error } = output.summary;

for (const { rule, from, to, cycle, comment } of violations) {
  const way = cycle ? [from, ...cycle.map((step) => step.name ?? step)].join(' → ') : `${from} → ${to}`;
  console.error(`${rule.name}: ${way}${comment ? ` (${comment})` : ''}`);
}
const valueImports = output.modules
  .filter(({ source }) => source.startsWith('src/renderer/'))
  .filter(({ source }) => /^import (?!type)[^;]*\/main\/server\//m.test(readFileSync(source, 'utf8')));
for (const { source } of valueImports)
  console.error(`router-type-alone: ${source} imports more than a type from the server`);

console.log(`${totalCruised} modules, ${violations.length + valueImports.length} imports against the rules`);
process.exitCode = error + valueImports.length > 0 ? 1 : 0;
