import { runSuite } from '../support/suite';
import { measureFirstRows } from './first-rows';
import { measureKeeping, measureStalls } from './keeping';
import { measureQueryBytes } from './query-bytes';
import { measureResultViews } from './result-views';
import { tpch } from './tpch';
import { measureStart, measureWindow } from './window';

/** What can be measured alone, by name: `npm run bench -- explore query-bytes`. */
await runSuite('explore', {
  'query-bytes': async ({ place, quick, say }) => measureQueryBytes(place, await tpch(say), quick ? 3 : 7),
  'first-rows': async ({ place, quick, say }) => measureFirstRows(place, await tpch(say), quick ? 5 : 20),
  'result-views': ({ place, quick }) => measureResultViews(place, quick ? 3 : 9),
  start: ({ place, quick }) => measureStart(place, quick ? 3 : 7),
  window: async ({ place, quick, say }) => measureWindow(place, await tpch(say), quick ? 3 : 10),
  keeping: ({ place, quick }) => measureKeeping(place, quick ? 1 : 3),
  stalls: ({ place, quick }) => measureStalls(place, quick ? 1_000_000 : 10_000_000),
});
