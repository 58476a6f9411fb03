import { runSuite } from '../support/suite';
import { measureApi } from './ingest-api';
import { measurePostgres } from './ingest-postgres';
import { measureScan } from './scan';
import { measureUpload } from './upload';

/** What can be measured alone, by name: `npm run bench -- lake upload`. */
await runSuite('lake', {
  upload: ({ place, quick }) => measureUpload(place, quick ? 1 : 5),
  'ingest-api': ({ place, quick }) => measureApi(place, quick ? 20 : 100),
  'ingest-postgres': ({ place, quick }) => measurePostgres(place, quick ? 1 : 5, quick ? 200_000 : 5_000_000),
  scan: ({ place, quick }) => measureScan(place, quick ? 2 : 7, quick ? 1_000_000 : 8_000_000),
});
