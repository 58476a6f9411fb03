import { runSuite } from '../support/suite';
import { measureScan } from './scan';
import { measureUpload } from './upload';

/** What can be measured alone, by name: `npm run bench -- lake upload`. */
await runSuite('lake', {
  upload: ({ place, quick }) => measureUpload(place, quick ? 1 : 5),
  scan: ({ place, quick }) => measureScan(place, quick ? 2 : 7, quick ? 1_000_000 : 8_000_000),
});
