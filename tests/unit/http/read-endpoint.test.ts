import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { createHttpConnector } from '../../../src/main/connectors/http/http';
import type { RecordSink, RecordsRead } from '../../../src/main/connectors/record-source';
import type { OptionValue, TestStep } from '../../../src/shared/connections';
import { errorShape } from '../../../src/shared/errors';
import { type ApiServer, json, startApiServer } from '../../support/services/api-server';

let api: ApiServer;

beforeAll(async () => {
  api = await startApiServer();
});

beforeEach(() => {
  api.calls.length = 0;
});

afterAll(() => api.stop());

class TextSink implements RecordSink {
  text = '';

  get bytes(): number {
    return Buffer.byteLength(this.text);
  }

  async write(lines: Uint8Array): Promise<void> {
    this.text += Buffer.from(lines).toString('utf8');
  }

  async rewind(bytes: number): Promise<void> {
    this.text = Buffer.from(this.text).subarray(0, bytes).toString('utf8');
  }
}

function connectionOf(options: Record<string, OptionValue>): OpenConnection {
  return {
    name: 'shop_api',
    alias: 'shop_api',
    type: 'http',
    access: 'read',
    environment: 'dev',
    projectFolder: '/nowhere',
    options: { url: api.url, retryWait: 1, ...options },
  };
}

async function read(
  options: Record<string, OptionValue>,
  more: { path?: string; since?: string; signal?: AbortSignal; notes?: string[] } = {},
): Promise<{ lines: string[]; read: RecordsRead }> {
  const sink = new TextSink();
  const result = await createHttpConnector().read(connectionOf(options), {
    path: [more.path ?? 'orders'],
    sink,
    signal: more.signal ?? new AbortController().signal,
    ...(more.since === undefined ? {} : { since: more.since }),
    onProgress: ({ note }) => {
      if (note !== undefined) more.notes?.push(note);
    },
  });
  return { lines: sink.text.split('\n').slice(0, -1), read: result };
}

async function failure(work: Promise<unknown>) {
  return errorShape(
    await work.then(
      () => new Error('it did not fail'),
      (error: unknown) => error,
    ),
  );
}

/** 25 orders, ten a page. */
const ORDERS = Array.from({ length: 25 }, (_, index) => ({ id: index + 1, note: 'a "b" {c} [d] \\ ,\né' }));
const numbers = (lines: string[]) => lines.map((line) => (JSON.parse(line) as { id: number }).id);
const ALL = ORDERS.map(({ id }) => id);

describe('pages of an API', () => {
  it('come by page number until one is empty', async () => {
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('page'));
      json(response, { data: ORDERS.slice((page - 1) * 10, page * 10), tags: ['x'] });
    });
    const { lines, read: result } = await read({ endpoints: { orders: { path: '/orders', paging: 'page' } } });
    expect(numbers(lines)).toEqual(ALL);
    expect(JSON.parse(lines[0] ?? '')).toEqual(ORDERS[0]);
    expect(result).toMatchObject({ pages: 4, records: 25 });
    expect(result.place(11)).toMatch(/^page 2 of http/);
  });

  it('come by offset, and go on after what really came where the server gives less than asked', async () => {
    api.on('/orders', ({ url }, response) => {
      const offset = Number(url.searchParams.get('offset'));
      json(response, ORDERS.slice(offset, offset + 7));
    });
    const { lines } = await read({ endpoints: { orders: { path: '/orders', paging: { type: 'offset', size: 10 } } } });
    expect(numbers(lines)).toEqual(ALL);
    expect(api.calls.map(({ url }) => url.searchParams.get('limit'))).toEqual(Array(5).fill('10'));
  });

  it.each([
    [
      'a Link header',
      (page: number, url: string) => ({
        headers: { link: `<${url}/orders?p=1>; rel="first", <${url}/orders?p=${page + 1}>; rel="next"` },
      }),
    ],
    ['the URL of the next page', (page: number, url: string) => ({ body: { next: `${url}/orders?p=${page + 1}` } })],
    ['a next URL without a host', (page: number) => ({ body: { links: { next: `/orders?p=${page + 1}` } } })],
  ])('are found by %s without being told', async (_name, more) => {
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('p') ?? 1);
      const extra: { headers?: Record<string, string>; body?: object } = page < 3 ? more(page, api.url) : {};
      json(response, { items: ORDERS.slice((page - 1) * 10, page * 10), ...extra.body }, 200, extra.headers);
    });
    expect(numbers((await read({ endpoints: { orders: '/orders' } })).lines)).toEqual(ALL);
  });

  it('come by a cursor in the answer', async () => {
    api.on('/orders', ({ url }, response) => {
      const at = Number(url.searchParams.get('after') ?? 0);
      json(response, {
        meta: { end: at + 10 < 25 ? String(at + 10) : null },
        found: { orders: ORDERS.slice(at, at + 10) },
      });
    });
    const paging = { type: 'cursor', path: 'meta.end', parameter: 'after' };
    const { lines } = await read({ endpoints: { orders: { path: '/orders', records: 'found.orders', paging } } });
    expect(numbers(lines)).toEqual(ALL);
  });

  it('are read as lines where the API sends lines', async () => {
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('page'));
      response.setHeader('content-type', 'application/x-ndjson');
      response.end(
        ORDERS.slice((page - 1) * 10, page * 10)
          .map((one) => JSON.stringify(one))
          .join('\n'),
      );
    });
    expect(numbers((await read({ endpoints: { orders: { path: '/orders', paging: 'page' } } })).lines)).toEqual(ALL);
  });

  it('keep every digit of their numbers', async () => {
    const big = '[ {"id": 12345678901234567890123, "price" : 0.12345678901234567890 , "list":[1 ,\n 2]} ]';
    api.on('/orders', (_call, response) => json(response, big));
    const { lines } = await read({ endpoints: { orders: '/orders' } });
    expect(lines).toEqual(['{"id":12345678901234567890123,"price":0.12345678901234567890,"list":[1,2]}']);
  });
});

describe('an API that misbehaves', () => {
  const fails = (options: Record<string, OptionValue> = {}) =>
    failure(read({ endpoints: { orders: { path: '/orders', paging: 'page' } }, retries: 2, ...options }));

  it('sends a web page: the error names the page and what to check', async () => {
    api.on('/orders', (_call, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<html><body>Please log in</body></html>');
    });
    const shape = await fails();
    expect(shape.code).toBe('FILE_FORMAT');
    expect(shape.message).toContain('Page 1 of orders');
    expect(shape.message).toContain('HTML');
    expect(shape.hint).toContain('auth');
  });

  it('answers 500 for a while: it is asked again, then all records are there once', async () => {
    let calls = 0;
    api.on('/orders', ({ url }, response) => {
      calls += 1;
      if (calls % 2 === 1) return json(response, { error: 'overloaded' }, 500);
      const page = Number(url.searchParams.get('page'));
      return json(response, ORDERS.slice((page - 1) * 10, page * 10));
    });
    const notes: string[] = [];
    const { lines } = await read({ endpoints: { orders: { path: '/orders', paging: 'page' } } }, { notes });
    expect(numbers(lines)).toEqual(ALL);
    expect(notes[0]).toContain('500');
  });

  it('answers 500 for good: the error tells the tries and what the server said', async () => {
    api.on('/orders', (_call, response) => json(response, { error: 'database is down' }, 500));
    const shape = await fails();
    expect(shape.message).toMatch(/answered 500 .*database is down.*\(tried 3 times\)/);
    expect(api.calls).toHaveLength(3);
  });

  it('limits its calls: Retry-After is kept to', async () => {
    let limited = 0;
    api.on('/orders', ({ url }, response) => {
      if (limited < 2) {
        limited += 1;
        return json(response, {}, 429, { 'retry-after': '0' });
      }
      const page = Number(url.searchParams.get('page'));
      return json(response, ORDERS.slice((page - 1) * 10, page * 10));
    });
    const notes: string[] = [];
    const { lines } = await read({ endpoints: { orders: { path: '/orders', paging: 'page' } } }, { notes });
    expect(numbers(lines)).toEqual(ALL);
    expect(notes.filter((note) => note.includes('as the server asked'))).toHaveLength(2);
  });

  it('asks to wait for hours: the error says so at once', async () => {
    api.on('/orders', (_call, response) => json(response, {}, 429, { 'retry-after': '7200' }));
    expect((await fails()).message).toContain('asks to wait 120 minutes');
    expect(api.calls).toHaveLength(1);
  });

  it('breaks off in the middle of a page: the page is read again and nothing comes twice', async () => {
    let cut = false;
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('page'));
      const body = JSON.stringify(ORDERS.slice((page - 1) * 10, page * 10));
      if (page === 2 && !cut) {
        cut = true;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 50 });
        response.write(body.slice(0, 150));
        setTimeout(() => response.destroy(), 20);
        return;
      }
      json(response, body);
    });
    const records = { path: '/orders', paging: 'page', records: '$' };
    expect(numbers((await read({ endpoints: { orders: records } })).lines)).toEqual(ALL);
    expect(cut).toBe(true);
  });

  it('sends JSON that ends too early: the error names the page', async () => {
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('page'));
      json(response, page < 2 ? ORDERS.slice(0, 10) : '[{"id": 11}, {"id":');
    });
    const shape = await fails();
    expect(shape.code).toBe('FILE_FORMAT');
    expect(shape.message).toContain('Page 2 of orders');
    expect(shape.message).toContain('ends in the middle');
  });

  it('leads in a circle, or ignores the page number: the error says which', async () => {
    api.on('/orders', ({ url }, response) => {
      const page = Number(url.searchParams.get('p') ?? 1);
      json(response, { items: [{ id: page }], next: `/orders?p=${page === 3 ? 2 : page + 1}` });
    });
    expect((await failure(read({ endpoints: { orders: '/orders' } }))).message).toContain('run in a circle: page 4');
    api.on('/orders', (_call, response) => json(response, ORDERS));
    expect((await fails()).message).toContain('seems to ignore its paging parameter');
  });

  it('has more than it gives and does not say where: the error asks for the paging', async () => {
    api.on('/orders', (_call, response) => json(response, { total: 25, items: ORDERS.slice(0, 10) }));
    const shape = await failure(read({ endpoints: { orders: '/orders' } }));
    expect(shape.message).toContain('has 25 records, gave 10');
    expect(shape.hint).toContain('paging');
  });

  it('leads to another server: the login does not go there', async () => {
    const other = await startApiServer();
    other.on('/orders', (_call, response) => json(response, []));
    api.on('/orders', (_call, response) => json(response, { items: ORDERS, next: `${other.url}/orders` }));
    const auth = { type: 'header', name: 'X-Key', value: 'top-secret-1' };
    const paged = await failure(read({ auth, endpoints: { orders: '/orders' } }));
    api.on('/orders', (_call, response) => {
      response.writeHead(302, { location: `${other.url}/orders` }).end();
    });
    const redirected = await failure(read({ auth, endpoints: { orders: '/orders' } }));
    await other.stop();
    expect(paged.message).toContain('another server');
    expect(redirected.message).toContain('another server');
    expect(other.calls).toEqual([]);
  });

  it('is not there: the error says what to look at', async () => {
    const gone = await startApiServer();
    await gone.stop();
    const shape = await failure(read({ url: gone.url, retries: 0, endpoints: { orders: '/orders' } }));
    expect(shape).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('nothing listens there'),
    });
  });

  it('stays silent: the reading ends after the timeout of the connection', async () => {
    api.on('/orders', () => undefined);
    const shape = await fails({ timeout: 0.05, retries: 0 });
    expect(shape.message).toContain('sent nothing for 0.05 seconds');
  });

  it('can be left while it waits', async () => {
    api.on('/orders', (_call, response) => json(response, {}, 429, { 'retry-after': '500' }));
    const stopping = new AbortController();
    const notes: string[] = [];
    const reading = failure(read({ endpoints: { orders: '/orders' } }, { signal: stopping.signal, notes }));
    while (notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    expect((await reading).code).toBe('CANCELLED');
  });
});

describe('the login of an API', () => {
  const orders = (allowed: (headers: Record<string, unknown>) => boolean) =>
    api.on('/orders', ({ headers }, response) =>
      allowed(headers) ? json(response, ORDERS) : json(response, { error: `bad login ${headers.authorization}` }, 401),
    );

  it.each([
    [{ type: 'header', name: 'X-Api-Key', value: 'k-123456' }, 'x-api-key', 'k-123456'],
    [{ type: 'bearer', token: 't-123456' }, 'authorization', 'Bearer t-123456'],
    [{ type: 'basic', user: 'ada', password: 'p:w' }, 'authorization', 'Basic YWRhOnA6dw=='],
  ])('is sent as %j', async (auth, header, value) => {
    orders((headers) => headers[header] === value);
    expect((await read({ auth, endpoints: { orders: '/orders' } })).lines).toHaveLength(25);
  });

  it('is asked for once with OAuth 2, and anew when the server has forgotten it', async () => {
    let issued = 0;
    let valid = '';
    api.on('/token', ({ body }, response) => {
      const form = new URLSearchParams(body);
      if (form.get('client_secret') !== 'c-secret') return json(response, { error: 'invalid_client' }, 401);
      issued += 1;
      valid = `token-${issued}`;
      return json(response, { access_token: valid, expires_in: 3600 });
    });
    let served = 0;
    api.on('/orders', ({ headers, url }, response) => {
      served += 1;
      if (served === 2) valid = 'forgotten';
      if (headers.authorization !== `Bearer ${valid}`) return json(response, {}, 401);
      const page = Number(url.searchParams.get('page'));
      return json(response, ORDERS.slice((page - 1) * 10, page * 10));
    });
    const auth = { type: 'oauth2', tokenUrl: '/token', clientId: 'me', clientSecret: 'c-secret' };
    const endpoints = { orders: { path: '/orders', paging: 'page' } };
    expect(numbers((await read({ auth, endpoints })).lines)).toEqual(ALL);
    expect(issued).toBe(2);
    const refused = await failure(read({ auth: { ...auth, clientSecret: 'wrong-one' }, endpoints }));
    expect(refused).toMatchObject({ code: 'ACCESS_DENIED', message: expect.stringContaining('invalid_client') });
  });

  it('never stands in an error, even where the server sends it back', async () => {
    orders(() => false);
    const shape = await failure(
      read({
        url: `${api.url}/?api_key=u-998877`,
        auth: { type: 'bearer', token: 'tok-554433' },
        endpoints: { orders: 'orders?x=1' },
      }),
    );
    expect(shape.code).toBe('ACCESS_DENIED');
    expect(JSON.stringify(shape)).not.toMatch(/554433|998877/);
  });
});

describe('an API connection', () => {
  it('asks only for what is new, by its parameter', async () => {
    api.on('/orders', (_call, response) => json(response, []));
    const incremental = { parameter: 'since', cursor: 'updated_at', start: '2024-01-01' };
    const endpoints = { orders: { path: '/orders', incremental } };
    await read({ endpoints });
    await read({ endpoints }, { since: '2024-05-05T01:02:03Z' });
    expect(api.calls.map(({ url }) => url.searchParams.get('since'))).toEqual(['2024-01-01', '2024-05-05T01:02:03Z']);
  });

  it('lists its endpoints and tells the structure of one', async () => {
    api.on('/orders', (_call, response) => json(response, { data: [{ id: 1, who: { name: 'x' } }, { id: 'b' }] }));
    const http = createHttpConnector();
    const connection = connectionOf({ endpoints: { orders: { path: '/orders', key: 'id' }, other: '/x' } });
    expect((await http.list(connection, [])).nodes.map(({ name }) => name)).toEqual(['orders', 'other']);
    const { columns, keys } = await http.describe(connection, ['orders']);
    expect(columns.map(({ name, type, comment }) => [name, type, comment])).toEqual([
      ['id', 'JSON', 'whole number 50 %, text 50 %'],
      ['who', 'STRUCT("name" VARCHAR)', 'object 50 %, missing or null 50 %'],
    ]);
    expect(keys[0]?.columns).toEqual(['id']);
  });

  it('says in a test which step failed', async () => {
    api.on('/orders', (_call, response) => json(response, { error: 'no' }, 403));
    const steps = async (options: Record<string, OptionValue>) => {
      const seen: TestStep[] = [];
      for await (const step of createHttpConnector().test(connectionOf(options), new AbortController().signal))
        seen.push(step);
      return seen.map(({ step, state }) => `${step} ${state}`);
    };
    const auth = { type: 'bearer', token: 'abcdef' };
    expect(await steps({ auth, endpoints: { orders: '/orders' } })).toEqual([
      'name skipped',
      'route ok',
      'tls skipped',
      'login ok',
      'right failed',
    ]);
    expect(await steps({ url: 'http://no-such-host.invalid' })).toEqual(['name failed']);
    expect(await steps({ url: 'ftp://x' })).toEqual(['name failed']);
  });
});
