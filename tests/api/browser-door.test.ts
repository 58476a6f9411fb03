import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Door, openDoor, signIn } from './support/doors';
import { type Answer, type Call, send } from './support/http-client';

describe('the browser door', () => {
  let door: Door;
  let own: string;
  beforeAll(async () => {
    door = await openDoor('browser', { allowHosts: ['workstation.example'] });
    own = door.headers.host ?? '';
    await symlink(path.join(door.project.place, 'secret.txt'), path.join(door.project.place, 'renderer', 'link.txt'));
    await symlink(door.project.place, path.join(door.project.place, 'renderer', 'assets', 'up'));
  });
  afterAll(() => door.close());

  /** As a stranger: no cookie, unless the call brings one. */
  const stranger = (call: Call): Promise<Answer> =>
    send(door.address, { ...call, headers: { host: own, ...call.headers } });
  const api = '/api/trpc/project.info';

  test('without the token nothing is told, not even the page', async () => {
    for (const target of ['/', '/index.html', '/assets/index-1.js', '/api/health', api, '/api/trpc/events.stream']) {
      const answer = await stranger({ path: target });
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({ code: 'UNAUTHORIZED', hint: expect.stringContaining('millrace serve') });
      expect(answer.text).not.toContain(door.project.folder);
    }
  });

  test.each(['', 'wrong', 'x'.repeat(32)])('a wrong token "%s" is refused', async (token) => {
    const answer = await stranger({ path: `/?token=${token}` });
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('a made up cookie or bearer is refused', async () => {
    const { port } = door.address as { port: number };
    expect((await stranger({ path: api, headers: { cookie: `millrace_${port}=guess` } })).status).toBe(401);
    expect((await stranger({ path: api, headers: { authorization: 'Bearer guess' } })).status).toBe(401);
  });

  test('the token of the link opens the page once, and gives a cookie that scripts and other sites do not get', async () => {
    const { search } = new URL(door.url);
    const first = await stranger({ path: `/${search}` });
    expect(first.status).toBe(302);
    expect(first.headers.location).toBe('/');
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const page = await stranger({ path: '/', headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>Millrace</title>');
    const second = await stranger({ path: `/${search}` });
    expect(second.status).toBe(401);
    expect(second.json.message).toContain('used already');
  });

  test('the window that is signed in may open its link again', async () => {
    const { search } = new URL(door.url);
    const again = await stranger({ path: `/${search}`, headers: { cookie: door.headers.cookie ?? '' } });
    expect(again.status).toBe(302);
  });

  test.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example', '0.0.0.0'])(
    'a page that rebinds its name "%s" to this machine is refused',
    async (host) => {
      const answer = await stranger({ path: api, headers: { host, cookie: door.headers.cookie ?? '' } });
      expect([400, 403]).toContain(answer.status);
      expect(answer.text).not.toContain(door.project.folder);
    },
  );

  test('a name that was allowed is let in, also through a tunnel with another port', async () => {
    for (const host of ['workstation.example', 'WORKSTATION.example:8080', 'localhost:4000', '[::1]:4000']) {
      expect((await stranger({ path: '/api/health', headers: { host } })).status).toBe(401);
    }
    const cookie = await signIn(door.address as { host: string; port: number }, door.renewUrl(), 'localhost:4000');
    const answer = await stranger({ path: '/api/health', headers: { host: 'localhost:4000', cookie } });
    expect(answer.status).toBe(200);
  });

  test('a request that another page sends is refused, whatever it carries', async () => {
    const signedIn = { cookie: door.headers.cookie ?? '' };
    const foreign: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { origin: `https://${own}.evil.example` },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    ];
    for (const headers of foreign) {
      const answer = await stranger({ path: api, headers: { ...signedIn, ...headers } });
      expect(answer.status, JSON.stringify(headers)).toBe(403);
      expect(answer.json.code).toBe('FORBIDDEN');
    }
  });

  test('the workbench’s own requests are let in', async () => {
    const signedIn = { cookie: door.headers.cookie ?? '' };
    const own1 = { origin: `http://${own}`, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect((await stranger({ path: api, headers: { ...signedIn, ...own1 } })).status).toBe(200);
    const typed = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' };
    expect((await stranger({ path: '/', headers: { ...signedIn, ...typed } })).status).toBe(200);
    const linked = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await stranger({ path: '/', headers: { ...signedIn, ...linked } })).status).toBe(200);
  });

  test('no answer ever lets another origin read it', async () => {
    const calls: Call[] = [
      { path: '/' },
      { path: api },
      { path: '/api/nothing' },
      {
        path: api,
        method: 'OPTIONS',
        headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
      },
      { path: api, headers: { origin: 'http://evil.example' } },
      { path: '/api/query', method: 'POST', body: '{"sql": "select 1"}' },
    ];
    for (const call of calls) {
      for (const headers of [{}, { cookie: door.headers.cookie ?? '' }]) {
        const answer = await stranger({ ...call, headers: { ...headers, ...call.headers } });
        const cors = Object.keys(answer.headers).filter((header) => header.startsWith('access-control-'));
        expect(cors).toEqual([]);
      }
    }
  });

  test.each([
    '/../secret.txt',
    '/../../../../../../etc/passwd',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/index.html%00.js',
    '/link.txt',
    '/assets/up/secret.txt',
    '/assets',
    '/.millrace/owner.json',
  ])('the path %s leads nowhere', async (target) => {
    const answer = await stranger({ path: target, headers: { cookie: door.headers.cookie ?? '' } });
    expect(answer.text).not.toContain('secret of the machine');
    expect(answer.text).not.toContain('root:');
    expect([400, 404]).toContain(answer.status);
  });

  test('the page may load nothing from elsewhere and run no script but its own', async () => {
    const page = await stranger({ path: '/', headers: { cookie: door.headers.cookie ?? '' } });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const scripts = policy.split('; ').find((part) => part.startsWith('script-src'));
    expect(scripts).toBe("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    const refused = await stranger({ path: '/' });
    expect(refused.headers['x-content-type-options']).toBe('nosniff');
    const script = await stranger({ path: '/assets/index-1.js', headers: { cookie: door.headers.cookie ?? '' } });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const answer = await stranger({ path: api, headers: { cookie: door.headers.cookie ?? '' } });
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('it listens on this machine alone', async () => {
    const { networkInterfaces } = await import('node:os');
    const { port } = door.address as { port: number };
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one && !one.internal && one.family === 'IPv4');
    for (const other of others) {
      await expect(send({ host: other?.address ?? '', port }, { path: '/' })).rejects.toThrow(/ECONNREFUSED/);
    }
    expect((await stranger({ path: '/' })).status).toBe(401);
  });

  test('a second link signs a second browser in', async () => {
    const address = door.address as { host: string; port: number };
    const cookie = await signIn(address, door.renewUrl());
    expect((await stranger({ path: api, headers: { cookie } })).status).toBe(200);
    expect((await stranger({ path: api, headers: { cookie: door.headers.cookie ?? '' } })).status).toBe(200);
  });
});
