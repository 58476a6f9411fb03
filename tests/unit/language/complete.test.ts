import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursor, openWorkspace, type Workspace } from './workspace';

const SETUP = `
create table customers (id bigint, name varchar, country varchar);
create table orders (order_id bigint, customer_id bigint, amount decimal(12,2), ordered_at timestamptz, shipping struct(carrier varchar, kg double, address struct(city varchar)));
create table order_lines (order_id bigint, sku varchar, quantity integer);
create schema staged;
create table staged.clean_orders (order_id bigint, "Weird Name" varchar);
create view paid as select order_id, amount from orders;
`;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace(SETUP);
});
afterAll(() => workspace.close());

async function labels(marked: string, kind?: string): Promise<string[]> {
  const [text, offset] = cursor(marked);
  const list = await workspace.service.complete(text, offset, { session: 'w' });
  return list.items.filter((item) => kind === undefined || item.kind === kind).map((item) => item.insert);
}

describe('completing columns', () => {
  it('proposes the columns of a FROM that stands later in the statement', async () => {
    expect(await labels('select | from orders', 'column')).toEqual(
      expect.arrayContaining(['order_id', 'amount', 'shipping']),
    );
    expect((await labels('select am| from orders'))[0]).toBe('amount');
  });

  it('proposes them for a FROM that stands first', async () => {
    expect((await labels('from orders select ord|')).slice(0, 2)).toEqual(['order_id', 'ordered_at']);
  });

  it('proposes only the alias’s columns after its dot', async () => {
    expect(await labels('select o.| from orders o join customers c on true', 'column')).toEqual([
      'order_id',
      'customer_id',
      'amount',
      'ordered_at',
      'shipping',
    ]);
    expect(await labels('select * from orders o join customers c on true where c.co|', 'column')).toEqual(['country']);
  });

  it('proposes struct fields, also nested ones', async () => {
    expect(await labels('select o.shipping.| from orders o', 'column')).toEqual(['carrier', 'kg', 'address']);
    expect(await labels('select shipping.address.| from orders', 'column')).toEqual(['city']);
  });

  it('qualifies a name that two relations have', async () => {
    const found = await labels('select order| from orders o join order_lines l on true', 'column');
    expect(found).toContain('o.order_id');
    expect(found).toContain('l.order_id');
  });

  it('knows the columns of WITH queries, subqueries and star lists', async () => {
    expect(
      await labels('with t as (select order_id, amount * 2 as twice from orders) select | from t', 'column'),
    ).toEqual(expect.arrayContaining(['order_id', 'twice']));
    expect(await labels('select s.| from (select *, 1 as one from orders) s', 'column')).toContain('one');
    expect(
      await labels('with t as (select * exclude (amount) from orders where broken( ) select t.| from t', 'column'),
    ).not.toContain('amount');
  });

  it('sees the outer relations from a correlated subquery', async () => {
    const found = await labels(
      'select * from orders o where exists (select 1 from customers c where c.id = o.|)',
      'column',
    );
    expect(found).toContain('customer_id');
  });

  it('knows the columns of a file in quotes and of a reader call', async () => {
    expect(await labels("select | from 'data/orders.csv'", 'column')).toEqual(
      expect.arrayContaining(['order_id', 'note']),
    );
    expect(await labels("select x.| from read_csv('data/orders.csv', header = true) x", 'column')).toContain('note');
    expect(await labels("select orders.| from 'data/orders.csv'", 'column')).toContain('note');
  });

  it('knows tables that an earlier statement of the text creates', async () => {
    expect(
      await labels(
        'create temp table big as select order_id, amount as money from orders; select mo| from big',
        'column',
      ),
    ).toEqual(['money']);
  });

  it('knows the results of the worksheet by name', async () => {
    workspace.results.push({
      id: 'r1',
      session: 'w',
      run: 'x',
      name: '_1',
      sql: 'select 1',
      offset: 0,
      kind: 'rows',
      state: 'done',
      rowCount: 1,
      startedAt: 0,
      milliseconds: 1,
      pinned: false,
      columns: [{ name: 'revenue', type: 'DOUBLE', kind: 'float' }],
    });
    expect(await labels('select rev| from _1', 'column')).toEqual(['revenue']);
    expect(await labels('from _|')).toEqual(expect.arrayContaining(['_1', '_']));
  });

  it('proposes select aliases in ORDER BY and GROUP BY, and `all`', async () => {
    const found = await labels('select sum(amount) as revenue from orders order by |');
    expect(found).toContain('revenue');
    expect(found[0]).toBe('all');
  });

  it('proposes the target’s columns in INSERT and UPDATE', async () => {
    expect(await labels('insert into customers (| ) select 1', 'column')).toEqual(['id', 'name', 'country']);
    expect(await labels('update customers set co|', 'column')).toEqual(['country']);
  });
});

describe('completing relations', () => {
  it('proposes tables, views, schemas and files after FROM', async () => {
    const found = await labels('select * from |');
    expect(found).toEqual(expect.arrayContaining(['orders', 'paid', 'staged.clean_orders', "'data/orders.csv'"]));
  });

  it('proposes the tables of a schema after its dot', async () => {
    expect(await labels('from staged.|')).toEqual(['clean_orders']);
  });

  it('quotes names that need it', async () => {
    expect(await labels('select c.| from staged.clean_orders c', 'column')).toEqual(['order_id', '"Weird Name"']);
  });

  it('proposes paths inside quotes and replaces what was typed of them', async () => {
    const [text, offset] = cursor("select * from 'data/or|'");
    const list = await workspace.service.complete(text, offset);
    expect(list.items[0]?.insert).toBe('data/orders.csv');
    expect(text.slice(list.start, list.end)).toBe('data/or');
    expect(await labels("select * from read_csv('|')")).toContain('data/orders.csv');
    expect(await labels("select * from orders where note = 'da|'")).toEqual([]);
  });
});

describe('completing joins', () => {
  it('proposes equal names and id patterns as conditions', async () => {
    expect((await labels('select * from orders o join order_lines l on |'))[0]).toBe('o.order_id = l.order_id');
    expect((await labels('select * from orders o join customers c on |'))[0]).toBe('o.customer_id = c.id');
  });

  it('proposes shared columns for USING', async () => {
    expect(await labels('select * from orders join order_lines using (|)')).toEqual(['order_id']);
  });
});

describe('completing words', () => {
  it('proposes functions with their brackets, and the usual ones first', async () => {
    const found = await labels('select dat| from orders', 'function');
    expect(found.slice(0, 4)).toContain('date_trunc($0)');
  });

  it('proposes the next clauses after a relation', async () => {
    expect(await labels('select * from orders w|', 'keyword')).toContain('where');
    expect(await labels('select * from orders |', 'keyword')).toEqual(
      expect.arrayContaining(['where', 'join', 'group by', 'order by']),
    );
  });

  it('follows the case that the user writes in', async () => {
    expect(await labels('SELECT * FROM orders |', 'keyword')).toContain('WHERE');
  });

  it('begins a statement with statements and snippets', async () => {
    expect(await labels('|')).toEqual(expect.arrayContaining(['select', 'from', 'create table']));
    expect(await labels('select 1; se|')).toContain('select');
  });

  it('stays silent in comments and other strings', async () => {
    expect(await labels('select 1 -- from |')).toEqual([]);
    expect(await labels('select /* from | */ 1')).toEqual([]);
  });

  it('proposes parameters that the text uses', async () => {
    expect(await labels('select * from orders where ordered_at > $since and amount > $|')).toEqual(['$since']);
  });
});

describe('a catalog of 1,000 tables', () => {
  it('answers within 50 ms once the catalog is read', async () => {
    const sql = Array.from({ length: 1000 }, (_, table) => {
      const columns = Array.from({ length: 20 }, (_, column) => `column_${table}_${column} integer`);
      return `create table big_${table} (${columns.join(', ')});`;
    });
    const big = await openWorkspace(sql.join('\n'));
    try {
      const ask = async (marked: string) => {
        const [text, offset] = cursor(marked);
        const began = performance.now();
        const list = await big.service.complete(text, offset);
        return { milliseconds: performance.now() - began, list };
      };
      await ask('select * from |');
      const relations = await ask('select * from big_5|');
      const columns = await ask('select a.| from big_77 a join big_78 b on true');
      const free = await ask('select column_9| ');
      expect(relations.list.items.length).toBeGreaterThan(100);
      expect(columns.list.items.length).toBeGreaterThanOrEqual(20);
      for (const answer of [relations, columns, free]) expect(answer.milliseconds).toBeLessThan(50);
    } finally {
      await big.close();
    }
  });
});
