import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursor, openWorkspace, type Workspace } from './workspace';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace(`
    create table customers (id bigint, name varchar);
    create table orders (order_id bigint, customer_id bigint, amount decimal(12,2), shipping struct(carrier varchar, kg double));
    create schema staged; create table staged.clean (order_id bigint, "Weird Name" varchar);`);
});
afterAll(() => workspace.close());

async function hover(marked: string): Promise<string> {
  const [text, offset] = cursor(marked);
  return (await workspace.service.hover(text, offset))?.contents ?? '';
}

async function expand(marked: string): Promise<string> {
  const [text, offset] = cursor(marked);
  const expansion = await workspace.service.expandStar(text, offset);
  return expansion ? text.slice(0, expansion.start) + expansion.text + text.slice(expansion.end) : 'none';
}

async function definition(marked: string): Promise<unknown> {
  const [text, offset] = cursor(marked);
  const found = await workspace.service.definition(text, offset);
  return found?.kind === 'text' ? text.slice(found.start, found.end) : found;
}

describe('hovering', () => {
  it('tells a column’s type, also of a struct field and a computed column', async () => {
    expect(await hover('select am|ount from orders')).toContain('amount DECIMAL(12,2)');
    expect(await hover('select o.shipping.k|g from orders o')).toContain('kg DOUBLE');
    expect(await hover('with t as (select sum(amount) as revenue from orders) select rev|enue from t')).toContain(
      'revenue DECIMAL(38,2)',
    );
  });

  it('lists the columns of a table, an alias and a file', async () => {
    expect(await hover('select * from ord|ers')).toContain('customer_id');
    expect(await hover('select o|.amount from orders o')).toContain('4 columns');
    expect(await hover("select * from 'data/cus|tomers.csv'")).toContain('country');
  });

  it('shows a function’s signatures, description and an example', async () => {
    const page = await hover("select date_tr|unc('month', now())");
    expect(page).toContain('date_trunc(part VARCHAR, timestamp');
    expect(page).toContain('Truncate to specified precision');
    expect(page).toMatch(/date_trunc\('hour'/);
  });
});

describe('signatures', () => {
  it('follows the argument that is being written', async () => {
    const [text, offset] = cursor("select date_trunc('month', |) from orders");
    const help = await workspace.service.signature(text, offset);
    expect(help?.activeParameter).toBe(1);
    expect(help?.signatures[help.activeSignature]?.label).toMatch(/^date_trunc\(/);
  });

  it('tells the inner call from the outer one', async () => {
    const [text, offset] = cursor('select round(abs(|), 2)');
    expect((await workspace.service.signature(text, offset))?.signatures[0]?.label).toMatch(/^abs\(/);
    const [outer, at] = cursor('select round(abs(1), |2)');
    const help = await workspace.service.signature(outer, at);
    expect(help?.signatures[0]?.label).toMatch(/^round\(/);
    expect(help?.activeParameter).toBe(1);
  });
});

describe('definitions', () => {
  it('finds WITH queries, aliases, select names, files and tables', async () => {
    expect(await definition('with big as (select 1) select * from bi|g')).toBe('big');
    expect(await definition('select o|.amount from orders o')).toBe('o');
    expect(await definition('select sum(amount) as revenue from orders order by reven|ue')).toBe('revenue');
    expect(await definition("select * from 'data/ord|ers.csv'")).toEqual({ kind: 'file', path: 'data/orders.csv' });
    expect(await definition('select * from staged.cl|ean')).toEqual({
      kind: 'table',
      database: 'memory',
      schema: 'staged',
      name: 'clean',
    });
    expect(await definition('create temp table mine as select 1; select * from mi|ne')).toBe('mine');
  });
});

describe('expanding a star', () => {
  it('writes the columns of one relation plainly', async () => {
    expect(await expand('select *| from orders')).toBe('select order_id, customer_id, amount, shipping from orders');
  });

  it('qualifies them where there are several, merges USING, keeps EXCLUDE and REPLACE', async () => {
    expect(await expand('select *| from orders o join customers c on o.customer_id = c.id')).toBe(
      'select o.order_id, o.customer_id, o.amount, o.shipping, c.id, c.name from orders o join customers c on o.customer_id = c.id',
    );
    expect(await expand('select *| from orders o join staged.clean s using (order_id)')).toContain(
      'select order_id, o.customer_id',
    );
    expect(await expand('select * exclude (shipping) replace (amount * 2 as amount)| from orders')).toBe(
      'select order_id, customer_id, amount * 2 as amount from orders',
    );
    expect(await expand('select c.*|, 1 from orders o, staged.clean c')).toContain(
      'select c.order_id, c."Weird Name", 1',
    );
  });

  it('leaves a relation alone whose columns are not known', async () => {
    expect(await expand('select *| from nowhere')).toBe('none');
  });
});

describe('formatting', () => {
  const texts = [
    "-- the largest first\nselect l.order_id, /* the land */ c.country, sum(l.q * l.p) filter (where o.status = 'paid') as amount from raw.lines l join raw.orders o using (order_id) where o.at >= $since and status in ('a', 'b') group by all qualify row_number() over (partition by a order by b) = 1 order by amount desc limit 10 -- end",
    "from 'data/x.csv' select a, list_transform(xs, lambda x: x + 1), {'a': 1, b: [1, 2]}, x::decimal(12, 2), [x * 2 for x in xs if x > 1], xs[1:2], s.a.b",
    "pivot orders on status in ('a', 'b') using sum(amount) as s group by country",
    "select * exclude (a) replace (b + 1 as b), columns('x.*'), columns(c -> c like 'a%') from t",
    'with a as materialized (select 1), b as (from a) select * from b asof join c on a.x >= b.y',
    "select x -> '$.a' ->> 'b', E'a\\n', $$ raw ; text $$, a // b, a ** 2, 1_000, ?, $1, interval 1 day",
    'select t: 1, u: 2; from a union all by name from b; unpivot t on columns(* exclude id) into name n value v',
  ];

  it.each(texts)('keeps every token and comment: %s', async (text) => {
    const formatted = await workspace.service.format(text);
    const squeeze = (sql: string) => sql.replace(/\s+/g, '');
    expect(squeeze(formatted)).toBe(squeeze(text));
    expect(await workspace.service.format(formatted)).toBe(formatted);
  });

  it('puts each clause on a line', async () => {
    const formatted = await workspace.service.format('select a, b from orders where a > 1 order by b');
    expect(formatted.split('\n').map((line) => line.trim().split(' ')[0])).toEqual(
      expect.arrayContaining(['select', 'from', 'where', 'order']),
    );
  });

  it('leaves a statement that it does not understand as it is and lays out the others', async () => {
    const odd = 'from t |> select   1';
    const formatted = await workspace.service.format(`${odd};\nselect   1   from x`);
    expect(formatted.startsWith(odd)).toBe(true);
    expect(formatted).not.toContain('1   from');
    await expect(workspace.service.format(odd)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });
});
