import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startSocketBackend } from '../explore/backend';
import type { BenchPlace } from '../explore/bench-place';
import type { Figure } from '../explore/figures';

const PAGE_ROWS = 5_000;

/** A paged API of so many megabytes of JSON lines into a lake table: the time beside the bare reading, and the memory. */
export async function measureApi(place: BenchPlace, megabytes: number): Promise<Figure[]> {
  const page = Buffer.from(
    Array.from(
      { length: PAGE_ROWS },
      (_, n) => `{"id":${n},"name":"customer ${n}","amount":${n / 4},"note":"${'x'.repeat(150)}"}\n`,
    ).join(''),
  );
  const pages = Math.ceil((megabytes * 1e6) / page.length);
  const server = createServer((request, response) => {
    const asked = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('page'));
    response.setHeader('content-type', 'application/x-ndjson');
    // No page is like the one before.
    response.end(asked > pages ? '' : Buffer.concat([Buffer.from(`{"id":-${asked},"name":"first"}\n`), page]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = await place.project('ingest-api');
  await writeFile(
    path.join(folder, 'millrace.yaml'),
    `name: bench\nengine:\n  memory: 512MB\nconnections:\n  api:\n    type: http\n    url: ${url}\n    endpoints:\n      rows: { path: /rows, paging: page }\n`,
  );
  const backend = await startSocketBackend(place, folder);
  try {
    const ingest = async (into: string) => {
      const started = performance.now();
      const told = await backend.post('/api/ingest', { request: { source: 'api:rows', into } });
      if (!Buffer.from(told).includes('"type":"table"')) throw new Error(Buffer.from(told).toString().slice(-2_000));
      return performance.now() - started;
    };
    const bare = performance.now();
    for (let at = 1; at <= pages + 1; at += 1) await (await fetch(`${url}/rows?page=${at}`)).arrayBuffer();
    const reading = performance.now() - bare;
    await ingest('raw.first');
    const before = (await backend.loopDelay()).rss;
    const whole = await ingest('raw.second');
    const after = (await backend.loopDelay()).rss;
    return [
      {
        name: `ingest: ${megabytes} MB of a paged API`,
        value: whole / 1_000,
        unit: 's',
        detail: `${Math.round(reading)} ms to read its pages alone, ${pages} pages`,
      },
      {
        name: 'ingest: memory that a second one adds',
        value: (after - before) / 1e6,
        unit: 'MB',
        atMost: 128,
        detail: `${Math.round(after / 1e6)} MB resident, of which the engine may take 512 MB`,
      },
    ];
  } finally {
    await backend.stop();
    server.close();
  }
}
