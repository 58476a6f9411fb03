/** The README.md of the sample: what is in it, and the dirt that was put in on purpose. */
export const SAMPLE_README = `# shop

An online shop that never was: eight categories of goods, eight countries, two years from 2024-01-01 to 2025-12-31.
Millrace made these files to learn on; the names are chance, and everyone gets the same. Change or delete what you like.

| Files | What | Rows |
|---|---|---|
| \`data/customers.csv\` | customers, UTF-8 | 120,000 |
| \`data/products.json\` | the catalogue, nested | 2,400 |
| \`data/orders.parquet\` | orders | about 700,000 |
| \`data/order_lines/year=…/month=…/\` | order lines, hive-partitioned Parquet | about 2 million |
| \`data/events/*.ndjson.gz\` | what visitors did on the site, a file a quarter | about 220,000 |
| \`data/returns_2024.csv\`, \`data/returns_2025.csv\` | goods sent back | about 97,000 |
| \`data/suppliers.csv\` | suppliers, as an old system exports them | 180 |
| \`data/stock.xlsx\` | sheets Stock and Warehouses | 7,200 and 3 |

Few customers buy much and many buy little; few products sell often. Sales grow by half over the two years, rise on
weekends, dip in summer and peak on the Fridays and Mondays around the end of November and before Christmas.

Begin with \`queries/01_look_at_the_files.sql\`.

## The dirt

Put in on purpose, as real files have it:

- **customers**: about 900 people registered twice, the second time in capitals; addresses with a blank behind them or
  missing; \`newsletter\` says yes, no, true, Y and n/a; postcodes with leading zeros; a city with a comma and an
  apostrophe.
- **products**: \`attributes.weight\` is a number of grams, or a text such as "1.2 kg"; some have no rating.
- **orders**: \`payment\` is spelled paypal, PayPal and "PAYPAL " (with a blank); coupons in capitals and not.
- **order lines**: each lies in the folder of the month in which it arrived (\`loaded_at\`), and one in 250 arrives 3 to
  45 days late.
- **events**: one in 150 was delivered twice, with the same \`event_id\`; one in 80 arrived days late, some of them in the
  file of the next quarter; from July 2025 on \`device\` has a field more.
- **returns**: the column \`refund\` of 2024 is called \`refund_amount\` in 2025; \`returned_on\` is year-month-day until
  March 2025 and day.month.year from April on; quantities such as "one", "n/a" and "2 pcs"; refunds with a decimal comma
  or "-"; one row in 80 stands there twice; some returns of December 2024 are in the file of 2025.
- **suppliers**: Windows-1252, semicolons, decimal commas, dates as day.month.year. \`millrace.yaml\` says how to read it.
`;
