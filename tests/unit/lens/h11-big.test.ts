import { it } from 'vitest';
import { openSides } from './support/sides';

const COLS = [
  'i as id',
  '(hash(i) % 100000)::int as customer',
  '(hash(i+7)%1000000/100)::decimal(10,2) amount',
  "date '2024-01-01' + (hash(i+3)%700)::int as d",
  "'name ' || (hash(i+5)%50000) as name",
  'hash(i+9)/1e15 as f',
  "case when i%7=0 then null else 'k'||(i%20) end as kind",
  '(i%3=0) as flag',
];
it('big', async () => {
  const sides = await openSides();
  for (const cols of [COLS, ...COLS.map((c) => [c])]) {
    const r = await sides.run(`select ${cols.join(', ')} from range(1000000) t(i)`);
    try {
      const s = performance.now();
      console.log(
        await sides.lens.load(r, 'UTC'),
        sides.lens.bytes,
        Math.round(performance.now() - s),
        cols.length === 1 ? cols[0] : 'all',
      );
      console.log(
        JSON.stringify(
          (
            await sides.lens.query(
              r.id,
              `select count(*) n, count(distinct c0) d, min(c0)::varchar mi, max(c0)::varchar ma from result`,
            )
          )
            .toArray()
            .map(String),
        ),
      );
    } catch (e) {
      console.log('ERR', cols.length, cols[0], String(e).slice(0, 300));
    }
    await sides.lens.shutdown();
  }
  await sides.close();
}, 200000);
