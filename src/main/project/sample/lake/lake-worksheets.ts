/** The worksheets of the lake template by file name: each statement runs as it stands, once the step before it was done. */
export const LAKE_WORKSHEETS: Record<string, string> = {
  '01_look_before_you_load.sql': `-- 1. Look before you load
-- The files of data/ can be queried as they are. Put the cursor into a statement and press Ctrl+Enter.
from 'data/customers.csv';

-- The postcode 01067 keeps its zero: types come from the whole file, and none of them changes a value.
select postcode, count(*) as customers
from 'data/customers.csv'
group by all
order by postcode
limit 10;

-- A lake table is made by a statement (the first one that names the lake makes it) …
create schema if not exists lake.raw;
create table if not exists lake.raw.countries as
from (values ('DE', 'Germany'), ('AT', 'Austria'), ('CH', 'Switzerland')) as t(country, name);

-- … and for files, APIs and databases by an ingest, which keeps types, contracts and cursors in mind. In a terminal:
--   millrace ingest data/customers.csv --into raw.customers --mode replace
`,
  '02_from_the_api.sql': `-- 2. From the API
-- In a terminal of this folder:       node api/serve.mjs
-- and in a second one:                millrace ingest shop_api:products --into raw.products
--                                     millrace ingest shop_api:orders --into raw.orders
-- millrace.yaml says how the API is read: its records, its key and the parameter for what is new.

-- The orders came page by page, with their lines as a list of structs.
from raw.orders limit 20;

select status, count(*) as orders, min(ordered_at) as first, max(ordered_at) as last
from raw.orders
group by all
order by orders desc;

-- Where the next ingest goes on.
from lake._millrace.ingest_state;
`,
  '03_clean_and_join.sql': `-- 3. Clean and join
-- raw holds what came, staged what is clean, curated what people look at.
create schema if not exists staged;

create or replace table staged.order_lines as
select o.order_id, o.customer_id, o.ordered_at::timestamp as ordered_at, o.status, line.product_id, line.quantity
from raw.orders o, unnest(o.lines) as l(line);

create schema if not exists curated;

create or replace table curated.revenue as
select date_trunc('month', l.ordered_at)::date as month, n.name as country, p.category,
  sum(l.quantity * p.price)::decimal(14, 2) as revenue, count(distinct l.order_id) as orders
from staged.order_lines l
  join raw.products p using (product_id)
  join raw.customers c using (customer_id)
  join raw.countries n using (country)
where l.status <> 'returned'
group by all;

select month, country, sum(revenue) as revenue
from curated.revenue
group by all
order by month, country;

-- Nothing was lost on the way: every order has its lines, and every line its product.
select count(*) as lines_without_product
from staged.order_lines
where product_id not in (select product_id from raw.products);
`,
  '04_a_day_later.sql': `-- 4. A day later
-- Restart the API as it is a day later:   node api/serve.mjs --later
-- and ingest again:                       millrace ingest shop_api:orders --into raw.orders
-- Only what is new was asked for, and it was merged by its key.
select count(*) as orders, count(*) filter (status = 'returned') as returned
from raw.orders;

-- Every write is a snapshot.
select snapshot_id, snapshot_time, commit_message
from lake.snapshots()
order by snapshot_id desc
limit 10;

-- The table as it was before: rows that the last write changed.
set variable previous = (select max(snapshot_id) - 1 from lake.snapshots());

select now.order_id, old.status as before, now.status
from raw.orders now
  join raw.orders old at (version => getvariable('previous')) using (order_id)
where now.status <> old.status
order by now.order_id;
`,
};
