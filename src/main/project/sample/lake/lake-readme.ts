/** The README.md of the lake template: the tour. */
export const LAKE_README = `# A first data lake

A lake in the folder \`lake/\`, filled from CSV files and a web API. Everything runs on this machine; the API is a small
script that behaves like one on the web. Open \`queries/\` from the first worksheet to the last, or go along here.

1. **Look.** \`queries/01_look_before_you_load.sql\` reads the files as they are.
2. **Load the files.**

       millrace ingest data/customers.csv --into raw.customers --mode replace

   \`--dry-run\` shows the SQL and the pipeline step that it stands for.
3. **Load the API.** Start it in one terminal, ingest in another:

       node api/serve.mjs
       millrace ingest shop_api:products --into raw.products
       millrace ingest shop_api:orders --into raw.orders

   How it is read stands in \`millrace.yaml\` under \`connections: shop_api\`: records, key, cursor. A login would stand
   there too, with its secret in the keychain or the environment.
4. **Clean and join.** \`queries/03_clean_and_join.sql\` makes \`staged\` and \`curated\` tables.
5. **A day later.** Stop the API, start it with \`--later\`, and ingest the orders again: only what is new is read and
   merged. \`queries/04_a_day_later.sql\` shows what changed, and the table as it was.
6. **Break the contract.** What happens when the API sends something else is yours to say:

       millrace ingest shop_api:orders --into raw.orders --contract columns=freeze,types=discard_row

   What is left out is counted and kept in \`lake._millrace.quarantine\`.

## On MinIO or S3

With a MinIO and a PostgreSQL at hand, fill in the two connections at the end of \`millrace.yaml\`, then

    millrace lake move --to s3://lake/shop/ --catalog team_db

copies the lake, proves the copy and works there from then on: a lake for more than one machine.
`;
