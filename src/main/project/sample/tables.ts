import { quoteLiteral } from '../../../shared/sql/quote';
import { BRANDS, CATEGORIES, CITIES, COLOURS, FIRST_NAMES, GOODS, LAST_NAMES, REASONS } from './vocabulary';

/**
 * The shop's data as DuckDB makes it. All chance is `hash()` of a row's number and a seed, and only operations that
 * IEEE 754 defines exactly are used on fractions, so that each machine makes the same values.
 */

const CUSTOMERS = 120_000;
const CUSTOMERS_BEFORE = 30_000;
const ORDERS = 700_000;
const PRODUCTS = 2_400;
const SESSIONS = 52_000;
/** 2024-01-01 to 2025-12-31. */
const DAYS = 731;

const MONTH_WEIGHTS = [85, 80, 90, 92, 95, 90, 82, 80, 95, 105, 135, 160];
/** Monday first. */
const WEEKDAY_WEIGHTS = [95, 90, 92, 100, 110, 120, 115];
const HOUR_WEIGHTS = [8, 4, 2, 1, 1, 3, 10, 22, 34, 42, 48, 52, 58, 54, 46, 44, 48, 56, 68, 84, 96, 88, 56, 24];

/** SQL that prepares what the others stand on: chance, calendar, words. */
export function calendarSql(): string[] {
  return [
    // A whole number from 0 up to `below`, and a fraction from 0 up to 1, by row number and seed.
    `create macro pick(i, seed, below) as (hash(i::bigint, seed::bigint) % below::ubigint)::bigint`,
    `create macro part(i, seed) as (hash(i::bigint, seed::bigint) >> 11)::double / 9007199254740992`,
    `create macro choose(words, i, seed) as words[1 + pick(i, seed, len(words))]`,
    `create table calendar as
     with day as (
       select d::integer as d, date '2024-01-01' + d::integer as day from range(${DAYS}) t(d)
     ), weighted as (
       select d, day,
         (1000::bigint + 550 * d // ${DAYS - 1}) * ${list(MONTH_WEIGHTS)}[month(day)] * ${list(WEEKDAY_WEIGHTS)}[isodow(day)]
         * case
             when day in ('2024-11-29', '2024-12-02', '2025-11-28', '2025-12-01') then 270
             when strftime(day, '%m-%d') = '12-25' then 25
             when strftime(day, '%m-%d') in ('12-24', '12-26', '01-01') then 48
             else 100
           end
         * (92 + pick(d, 1, 17)) // 10000 as weight
       from day
     ), counted as (
       select d, day, (${ORDERS} * weight::hugeint // sum(weight) over ())::bigint as orders,
         (${SESSIONS} * weight::hugeint // sum(weight) over ())::bigint as sessions
       from weighted
     )
     select d, day, orders, sessions,
       (sum(orders) over (order by d))::bigint - orders as orders_before,
       (sum(sessions) over (order by d))::bigint - sessions as sessions_before
     from counted order by d`,
    `create macro clock(x) as (${list(clockBoundaries())}[1 + floor(x * 96)::integer])`,
    `create macro clock_after(x) as (${list(clockBoundaries())}[2 + floor(x * 96)::integer])`,
    `create macro second_of_day(x) as
       floor(clock(x) + (clock_after(x) - clock(x)) * (x * 96 - floor(x * 96)))::bigint`,
  ];
}

export function customersSql(): string[] {
  return [
    `create table customers as
     with numbered as (
       select n, ${list(weightedIndexes(CITIES.map((city) => city[4])))}[1 + pick(n, 10, ${CITIES.reduce((sum, city) => sum + city[4], 0)})] as c,
         case
           when n <= ${CUSTOMERS_BEFORE} then date '2021-03-01' + (n * 1035 // ${CUSTOMERS_BEFORE})::integer
           else date '2024-01-01' + least(${DAYS - 1}, floor(${DAYS} * ((n - ${CUSTOMERS_BEFORE}) / ${CUSTOMERS - CUSTOMERS_BEFORE}.0::double)
             * (1.25 - 0.25 * ((n - ${CUSTOMERS_BEFORE}) / ${CUSTOMERS - CUSTOMERS_BEFORE}.0::double))))::integer
         end as signed_up
       from range(1, ${CUSTOMERS + 1}) t(n)
     ), named as (
       select n, c, signed_up, if(n % 127 = 0, n - 64, n) as person,
         choose(${texts(FIRST_NAMES)}, person, 11) as first_name,
         replace(choose(${texts(LAST_NAMES)}, person, 12), '_', ' ') as last_name
       from numbered
     )
     select n as customer_id,
       if(n % 127 = 0, upper(first_name || ' ' || last_name), first_name || ' ' || last_name) as name,
       case
         when pick(n, 13, 60) = 0 then null
         when n % 127 = 0 then upper(address)
         when pick(n, 13, 90) = 1 then address || ' '
         else address
       end as email,
       ${texts(CITIES.map((city) => city[2]))}[c] || ' ' || lpad(pick(n, 14, 10000000)::varchar, 7, '0') as phone,
       replace(replace(${texts(CITIES.map((city) => city[3]))}[c], '##', lpad(pick(n, 15, 100)::varchar, 2, '0')), '#', pick(n, 16, 10)::varchar) as postcode,
       ${texts(CITIES.map((city) => city[1]))}[c] as city,
       ${texts(CITIES.map((city) => city[0]))}[c] as country,
       if(pick(n, 17, 12) = 0, null, 1946 + pick(n, 18, 32) + pick(n, 19, 31)) as born,
       signed_up,
       choose(['yes', 'yes', 'yes', 'no', 'no', 'no', 'no', 'true', 'Y', 'n/a'], n, 20) as newsletter
     from named, lateral (
       select replace(lower(strip_accents(first_name) || '.' || strip_accents(regexp_replace(last_name, '[^\\pL]', '', 'g'))), 'ß', 'ss')
         || person || '@' || choose(['example.com', 'example.org', 'example.net', 'mail.example'], person, 21) as address
     )
     order by n`,
    `create table joined as
     select d, (select count(*) from customers c where c.signed_up <= calendar.day) // 1024 * 1024 as customers
     from calendar order by d`,
  ];
}

export function productsSql(): string[] {
  const category = '[1 + (n - 1) % 8]';
  return [
    `create table products as
     with priced as (
       select n, 1 + (n - 1) % 8 as category,
         (${list(CATEGORIES.map((entry) => entry[2]))}${category} * (35 + pick(n, 30, 90) + pick(n, 31, 90)) // 1000) * 10 + 9 as cents
       from range(1, ${PRODUCTS + 1}) t(n)
     )
     select n as product_id,
       ${texts(CATEGORIES.map((entry) => entry[1]))}${category} || '-' || lpad((n * 7 % 100000)::varchar, 5, '0') as sku,
       choose(${texts(BRANDS)}, n, 32) || ' ' || ${nested(GOODS)}${category}[1 + pick(n, 33, 4)] || ' ' || (1 + n // 32) as name,
       ${texts(CATEGORIES.map((entry) => entry[0]))}${category} as category,
       cents, category as category_number,
       1 + pick(n, 34, 180) as supplier_id,
       [word for word in ['new', 'sale', 'eco', 'gift', 'bestseller'] if pick(n, 35 + len(word), 4) = 0] as tags,
       choose(${texts(COLOURS)}, n, 41) as colour,
       60 + pick(n, 42, 400) * 15 as weight,
       if(pick(n, 43, 9) = 0, null, (25 + pick(n, 44, 26)) / 10.0)::decimal(2, 1) as rating
     from priced order by n`,
    `create table seasonal as
     select m::integer as month, slot::integer as slot, categories[1 + slot] as category_number
     from (select unnest(range(1, 13)) as m, unnest(${nestedNumbers(seasonalSlots())}) as categories), range(100) t(slot)`,
  ];
}

export function ordersSql(): string[] {
  return [
    `create table order_base as
     select o, order_id, d, day, ordered_at,
       case
         when pick(o, 50, 120) = 0 then 7 + floor(12 * part(o, 51) * part(o, 51))::bigint * 1024
         when pick(o, 50, 120) < 78 then block * 1024 + (within * 397 + 211) % 1024 + 1
         else customers - floor(customers * recent * recent * recent * recent)::bigint
       end as customer_id
     from (
       select o, o + 1000001 as order_id, d, day, customers,
         day + to_seconds(second_of_day((k + part(o, 52)) / orders)) as ordered_at,
         floor(customers * part(o, 53) * part(o, 53) * part(o, 53))::bigint as rank,
         rank // 1024 as block, rank % 1024 as within, part(o, 54) as recent
       from (select *, unnest(range(orders)) as k, orders_before + k as o from calendar join joined using (d))
     )
     order by o`,
    `create table lines as
     with counted as (
       select o, order_id, d, day, ordered_at, part(o, 60) as share,
         case when share < 0.26 then 1 when share < 0.5 then 2 when share < 0.7 then 3 when share < 0.84 then 4
           when share < 0.92 then 5 when share < 0.965 then 6 else 7 + pick(o, 61, 6) end as number
       from order_base
     ), line as (
       select order_id, d, day, ordered_at, month(day) as month, unnest(range(1, number + 1)) as line_no, o * 16 + line_no as i
       from counted
     )
     select order_id, line_no::tinyint as line_no, i, ordered_at, product_id::integer as product_id,
       case when pick(i, 66, 100) < 78 then 1 when pick(i, 66, 100) < 92 then 2 when pick(i, 66, 100) < 97 then 3
         else 4 + pick(i, 67, 7) end::smallint as quantity,
       (if(d >= 366, cents * 104 // 100, cents) / 100.0)::decimal(10, 2) as unit_price,
       case
         when (d between 328 and 336 or d between 692 and 700) and pick(i, 68, 10) < 7 then 20 + 10 * pick(i, 69, 2)
         when pick(i, 68, 10) = 9 then 5 + 5 * pick(i, 70, 3)
         else 0
       end::tinyint as discount_percent,
       case
         when pick(i, 71, 250) = 0 then least(ordered_at + to_days((3 + pick(i, 72, 43))::integer), timestamp '2025-12-31 23:59:59')
         else least(ordered_at + to_minutes(5 + pick(i, 73, 55)), timestamp '2025-12-31 23:59:59')
       end as loaded_at,
       category_number
     from (
       select line.*, category_number,
         (floor(300 * part(i, 63) * part(i, 63) * sqrt(part(i, 63)))::bigint * 173 + 41) % 300 * 8 + category_number as product_id
       from line join seasonal on seasonal.month = line.month and seasonal.slot = pick(i, 62, 100)
     ) join (select product_id, cents from products) using (product_id)
     order by i`,
    `create table cancelled as select order_id from order_base where pick(o, 80, 33) = 0`,
    `create table returned as
     select order_id, line_no, i, ordered_at::date + (3 + floor(38 * part(i, 91) * part(i, 91))::integer) as returned_on,
       1 + pick(i, 92, quantity) as quantity, (unit_price * (100 - discount_percent) / 100)::decimal(10, 2) as paid
     from lines anti join cancelled using (order_id)
     where pick(i, 90, 100) < ${list(CATEGORIES.map((entry) => entry[3]))}[category_number]
       and ordered_at < timestamp '2025-12-27' and returned_on <= date '2025-12-31'
     order by returned_on, i`,
    `create table orders as
     select order_id, customer_id, ordered_at,
       case
         when cancelled then 'cancelled' when came_back then 'returned'
         when ordered_at >= timestamp '2025-12-31' then 'new' when ordered_at >= timestamp '2025-12-30' then 'packed'
         when ordered_at >= timestamp '2025-12-27' then 'shipped' else 'delivered'
       end as status,
       case when share < 58 then 'web' when share < 84 then 'app' when share < 94 then 'marketplace' else 'store' end as channel,
       choose(['card', 'card', 'card', 'paypal', 'paypal', 'PayPal', 'PAYPAL ', 'invoice', 'invoice', 'bank transfer'], o, 82) as payment,
       if(pick(o, 83, 33) = 0, choose(['BE', 'SE', 'IT', 'ES'], o, 84), country) as ship_country,
       case when pick(o, 85, 9) = 0 then choose(['WELCOME10', 'SUMMER', 'FREESHIP', 'welcome10'], o, 86) end as coupon,
       (choose([0, 390, 490, 590], o, 87) / 100.0)::decimal(6, 2) as shipping
     from (
       select o, order_base.order_id, customer_id, ordered_at, country, pick(o, 81, 100) as share,
         c.order_id is not null as cancelled, r.order_id is not null as came_back
       from order_base
         join (select customer_id, country from customers) using (customer_id)
         left join cancelled c on c.order_id = order_base.order_id
         left join (select distinct order_id from returned) r on r.order_id = order_base.order_id
     )
     order by order_id`,
  ];
}

/** Two years of returns with what real exports suffer from; the sample's README lists it. */
export function returnsSql(): string[] {
  return [
    `create table returns as
     select row_number() over (order by returned_on, i) + 50000 as return_id, order_id, line_no, i, returned_on,
       case pick(i, 100, 900)
         when 0 then 'one' when 1 then 'n/a' when 2 then quantity || ' pcs' else quantity::varchar end as quantity,
       choose(${texts(REASONS)}, i, 101) as reason,
       case pick(i, 102, 700)
         when 0 then replace((paid * quantity)::varchar, '.', ',') when 1 then '-' else (paid * quantity)::varchar end as refund,
       if(pick(i, 103, 80) = 0, 2, 1) as copies,
       year(returned_on) = 2025 or (returned_on >= date '2024-12-10' and pick(i, 104, 6) = 0) as in_2025
     from returned order by 1`,
    `create macro returns_of(is_2025) as table
     select *, unnest(range(copies)) as copy from returns where in_2025 = is_2025 order by return_id, copy`,
  ];
}

export function eventsSql(): string[] {
  return [
    `create table sessions as
     select s, d, day + to_seconds(second_of_day((k + part(s, 110)) / sessions)) as started_at,
       case when pick(s, 111, 10) < 4 then 1 + floor(customers * part(s, 112) * part(s, 112))::bigint end as customer_id,
       choose(['phone', 'phone', 'phone', 'desktop', 'desktop', 'tablet'], s, 113) as kind,
       1 + floor(8 * part(s, 114) * part(s, 115))::integer + pick(s, 116, 3) as events
     from (select *, unnest(range(sessions)) as k, sessions_before + k as s from calendar join joined using (d))
     order by s`,
    `create table events as
     select lower(printf('%016x', hash(i, 120::bigint))) as event_id, s, i, d,
       least(started_at + to_seconds(k * (9 + pick(i, 121, 70))), timestamp '2025-12-31 23:59:59') as happened_at, customer_id, kind,
       case
         when k = 0 then 'page_view' when k = 7 then 'purchase' when k = 6 then 'checkout'
         when k >= 3 and pick(i, 122, 3) = 0 then 'add_to_cart' when pick(i, 122, 3) = 1 then 'search' else 'product_view'
       end as type,
       1 + floor(${PRODUCTS} * part(i, 123) * part(i, 123))::integer as product_id,
       if(pick(i, 124, 150) = 0, 2, 1) as copies,
       if(pick(i, 125, 80) = 0, least(d + 2 + pick(i, 126, 12), ${DAYS - 1}), d) as arrived
     from (select *, unnest(range(events)) as k, s * 16 + k as i from sessions)
     order by i`,
  ];
}

function list(numbers: readonly number[]): string {
  return `[${numbers.join(', ')}]`;
}

function texts(words: readonly string[]): string {
  return `[${words.map(quoteLiteral).join(', ')}]`;
}

function nested(groups: readonly (readonly string[])[]): string {
  return `[${groups.map(texts).join(', ')}]`;
}

function nestedNumbers(groups: readonly (readonly number[])[]): string {
  return `[${groups.map(list).join(', ')}]`;
}

/** Each index, from 1, as often as its weight. */
function weightedIndexes(weights: readonly number[]): number[] {
  return weights.flatMap((weight, index) => Array<number>(weight).fill(index + 1));
}

/** For each month 100 category numbers, where a category that is in season stands three times as often. */
function seasonalSlots(): number[][] {
  return MONTH_WEIGHTS.map((_weight, month) => {
    const weights = CATEGORIES.map((entry) => (entry[4].includes(month + 1) ? 3 : 1));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const cumulated = weights.map((_entry, index) =>
      weights.slice(0, index + 1).reduce((total, weight) => total + weight, 0),
    );
    return Array.from({ length: 100 }, (_slot, slot) => 1 + cumulated.findIndex((limit) => slot * sum < limit * 100));
  });
}

/** The seconds of the day at which each 96th part of a day's orders has come in, as the hours' weights have it. */
function clockBoundaries(): number[] {
  const total = HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0);
  const boundaries = Array.from({ length: 97 }, (_entry, part) => {
    let rest = (part * total) / 96;
    for (const [hour, weight] of HOUR_WEIGHTS.entries()) {
      if (rest <= weight) return Math.floor(hour * 3600 + (rest * 3600) / weight);
      rest -= weight;
    }
    return 86_399;
  });
  return [...boundaries.slice(0, 96), 86_399, 86_399];
}
