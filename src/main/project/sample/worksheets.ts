/** The worksheet that a newcomer opens first; also what tells the sample from other projects. */
export const FIRST_WORKSHEET = '01_look_at_the_files.sql';

/** The sample's saved worksheets by file name: each statement runs as it stands, from the first to the last. */
export const WORKSHEETS: Record<string, string> = {
  [FIRST_WORKSHEET]: `-- 1. Look at the files
-- Every file in the tree on the left is a table: its path in quotes is its name.
-- Put the cursor into a statement and press Ctrl+Enter, or select several and run them together.

-- A CSV file. Its column types come from the whole file, so no value changes when it is read:
-- the postcode 01067 keeps its zero.
from 'data/customers.csv';

-- The same, narrowed. SQL may start with FROM, and with no SELECT it means all columns.
select country, count(*) as customers, count(email) as with_email, min(signed_up) as first, max(signed_up) as last
from 'data/customers.csv'
group by all
order by customers desc;

-- Parquet carries its types and statistics: a count reads no data at all.
select count(*) as orders, min(ordered_at) as first, max(ordered_at) as last
from 'data/orders.parquet';

-- JSON keeps its nesting: open a cell with F7, or reach inside with dots.
select product_id, name, price, attributes.colour, tags
from 'data/products.json'
where list_contains(tags, 'eco')
order by price desc
limit 50;

-- Many compressed files at once: a star stands for their names, and filename says which one a row came from.
select split_part(filename, '/', -1) as file, count(*) as events, min(happened_at) as first, max(happened_at) as last
from read_json('data/events/*.ndjson.gz', filename = true)
group by all
order by file;

-- An old export: semicolons, decimal commas, Windows-1252. The options stand in millrace.yaml for the tree,
-- and spelled out they look like this.
select name, city, discount_percent, minimum_order, since
from read_csv('data/suppliers.csv', delim = ';', encoding = 'CP1252', decimal_separator = ',', dateformat = '%d.%m.%Y')
order by discount_percent desc
limit 20;

-- An Excel workbook opens into its sheets.
from read_xlsx('data/stock.xlsx', sheet = 'Warehouses');

-- What is in a table, column by column.
summarize from 'data/orders.parquet';
`,
  '02_join_and_aggregate.sql': `-- 2. Join and aggregate
-- Two million order lines lie in one folder for each year and month: data/order_lines/year=2025/month=11/…
-- The folders' names are columns too, and a condition on them skips the files of all other months.
select year, month, count(*) as lines, sum(quantity) as pieces,
  sum(quantity * unit_price * (100 - discount_percent) / 100)::decimal(14, 2) as revenue
from 'data/order_lines/**/*.parquet'
where year = 2025
group by all
order by year, month;

-- Lines have a product, orders have a customer: who buys what?
select p.category, o.channel, count(distinct o.order_id) as orders,
  sum(l.quantity * l.unit_price * (100 - l.discount_percent) / 100)::decimal(14, 2) as revenue
from 'data/order_lines/**/*.parquet' l
  join 'data/orders.parquet' o using (order_id)
  join 'data/products.json' p using (product_id)
where o.status <> 'cancelled'
group by all
order by revenue desc;

-- A few customers buy a lot: the share of revenue that each tenth of them brings.
with spent as (
  select o.customer_id, sum(l.quantity * l.unit_price * (100 - l.discount_percent) / 100) as revenue
  from 'data/order_lines/**/*.parquet' l
    join 'data/orders.parquet' o using (order_id)
  where o.status <> 'cancelled'
  group by all
), ranked as (
  select *, ntile(10) over (order by revenue desc) as tenth from spent
)
select tenth, count(*) as customers, sum(revenue)::decimal(14, 2) as revenue,
  round(100 * sum(revenue) / sum(sum(revenue)) over (), 1) as percent
from ranked
group by all
order by tenth;

-- A trap: lines lie in the month in which they arrived, and some arrive late. A month's folder is not that month's sales.
select strftime(ordered_at, '%Y-%m') as ordered_in, printf('%d-%02d', year, month) as lies_in, count(*) as lines
from 'data/order_lines/**/*.parquet'
where strftime(ordered_at, '%Y-%m') <> printf('%d-%02d', year, month)
group by all
order by lines desc;

-- What must be ordered again? The stock sheet of the workbook beside what sold in December.
select s.sku, p.name, s.warehouse, s.on_hand, s.reorder_at, coalesce(d.sold, 0) as sold_in_december
from read_xlsx('data/stock.xlsx', sheet = 'Stock') s
  join 'data/products.json' p on p.product_id = s.product_id
  left join (
    select product_id, sum(quantity) as sold
    from 'data/order_lines/**/*.parquet'
    where year = 2025 and month = 12
    group by all
  ) d on d.product_id = s.product_id
where s.on_hand < s.reorder_at
order by sold_in_december desc
limit 100;
`,
  '03_clean_the_dirt.sql': `-- 3. Clean the dirt
-- Real files are dirty, and these are too; README.md lists what was put in. The two years of returns are the worst.
-- In 2024 the money is called refund, in 2025 refund_amount:
select * from 'data/returns_2024.csv' limit 10;

select * from 'data/returns_2025.csv' limit 10;

-- Both years as one table, by name and all as text, so that nothing is lost before it was looked at.
from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true, filename = true) limit 100;

-- Which values would not become what they should be? try_cast gives NULL instead of an error.
select 'quantity' as "column", quantity as value, count(*) as rows
from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true)
where try_cast(quantity as integer) is null
group by all
union all
select 'refund', coalesce(refund, refund_amount), count(*)
from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true)
where try_cast(coalesce(refund, refund_amount) as decimal(10, 2)) is null
group by all
order by rows desc, value;

-- Two date formats: 2025-03-31 until March 2025, 01.04.2025 from April on.
select case when returned_on like '____-__-__' then 'year-month-day' else 'day.month.year' end as format,
  count(*) as rows, min(return_id::bigint) as first_id, max(return_id::bigint) as last_id
from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true)
group by all;

-- All of it mended: one name, one date type, numbers as numbers, and each return once.
create or replace temp table returns_clean as
select
  return_id::bigint as return_id,
  order_id::bigint as order_id,
  line_no::integer as line_no,
  coalesce(try_strptime(returned_on, '%Y-%m-%d'), strptime(returned_on, '%d.%m.%Y'))::date as returned_on,
  coalesce(try_cast(quantity as integer), try_cast(regexp_extract(quantity, '\\d+') as integer),
    if(quantity = 'one', 1, null)) as quantity,
  reason,
  try_cast(replace(coalesce(refund, refund_amount), ',', '.') as decimal(10, 2)) as refund
from read_csv('data/returns_*.csv', union_by_name = true, all_varchar = true)
qualify row_number() over (partition by return_id) = 1;

select year(returned_on) as year, count(*) as returns, sum(refund) as refunded,
  count(*) - count(quantity) as quantity_unknown, count(*) - count(refund) as refund_unknown
from returns_clean
group by all
order by year;

-- The same person twice: addresses that differ only in case or blanks.
select lower(trim(email)) as address, count(*) as accounts, list(customer_id order by customer_id) as customer_ids
from 'data/customers.csv'
where email is not null
group by all
having count(*) > 1
order by address
limit 100;

-- Events are delivered at least once: keep the first of each event_id.
select count(*) as delivered, count(distinct event_id) as events, count(*) - count(distinct event_id) as twice
from 'data/events/*.ndjson.gz';

-- The way the customer paid, PayPal spelled in three ways.
select lower(trim(payment)) as payment, list(distinct payment) as spelled, count(*) as orders
from 'data/orders.parquet'
group by all
order by orders desc;
`,
  '04_seasons_and_windows.sql': `-- 4. Seasons and windows
-- Run the first statement: $since asks for a value, try 2024-01-01. The value is remembered for the next time.
select ordered_at::date as day, count(*) as orders, count(*) filter (status = 'cancelled') as cancelled
from 'data/orders.parquet'
where ordered_at >= $since::date
group by all
order by day;

-- Its result is a table called _1, so the next questions need not read the files again.
-- Look at it as a chart too: the weeks, the summer dip, the Fridays in November, Christmas.
select dayname(day) as weekday, avg(orders)::integer as orders_a_day, max(orders) as busiest
from _1
group by weekday, isodow(day)
order by isodow(day);

-- A moving average over seven days takes the weekdays out, and the same day a year before shows the growth.
select day, orders,
  avg(orders) over (order by day rows between 6 preceding and current row)::decimal(10, 1) as average_of_7_days,
  sum(orders) over (partition by year(day) order by day) as orders_this_year,
  round(100.0 * orders / lag(orders, 364) over (order by day) - 100, 1) as growth_percent
from _1
order by day;

-- The days that stand out most from the four weeks around them.
select day, dayname(day) as weekday, orders, round(orders / avg(orders) over around, 2) as times_the_average
from _1
window around as (order by day range between interval 14 days preceding and interval 14 days following)
order by times_the_average desc
limit 10;

-- The best sellers of each category, month by month.
with sold as (
  select strftime(l.ordered_at, '%Y-%m') as month, p.category, p.name, sum(l.quantity) as pieces
  from 'data/order_lines/**/*.parquet' l
    join 'data/products.json' p using (product_id)
  where l.ordered_at >= $since::date
  group by all
)
from sold
qualify row_number() over (partition by month, category order by pieces desc, name) = 1
order by month, category;
`,
};
