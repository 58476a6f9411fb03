import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/main/project/project-config';

const parse = (text: string) => parseConfig(`name: shop\nconnections:\n${text}`, 'shop').config.connections;

describe('connections in millrace.yaml', () => {
  it('have defaults, and keep their other keys as options', () => {
    const { connections, problems } = parse(
      `  shop_db: { type: postgres, host: db, port: 5433, password: "\${PGPASSWORD}" }\n`,
    );
    expect(problems.size).toBe(0);
    expect(connections.get('shop_db')).toEqual({
      type: 'postgres',
      access: 'read',
      environment: 'dev',
      options: { host: 'db', port: 5433, password: `\${PGPASSWORD}` },
    });
  });

  it('hold no secret in plain text: that entry alone cannot be used, and its line is told', () => {
    const { connections, problems } = parse(
      `  good: { type: sqlite, path: a.db }\n  bad:\n    type: postgres\n    host: db\n    password: hunter2\n`,
    );
    expect([...connections.keys()]).toEqual(['good']);
    const bad = problems.get('bad');
    expect(bad?.problem).toMatchObject({ code: 'PROJECT_INVALID', at: { file: 'millrace.yaml', line: 7 } });
    expect(bad?.problem.message).toContain('password');
    expect(JSON.stringify(bad)).not.toContain('hunter2');
  });

  it.each([
    ['a password in a URL', `{ type: mongodb, uri: "mongodb://ann:hunter2@db/" }`],
    ['a header', `{ type: http, url: "https://a", headers: { X-Api-Key: hunter2 } }`],
    [
      'a key inside of an endpoint',
      `{ type: http, url: "https://a", endpoints: { o: { params: { api_key: hunter2 } } } }`,
    ],
    ['a bearer token', `{ type: http, url: "https://a", auth: { type: bearer, token: hunter2 } }`],
    ['an account key', `{ type: azure, account: a, key: hunter2 }`],
    ['a connection string', `{ type: azure, connection_string: "AccountName=a;AccountKey=hunter2" }`],
  ])('refuse %s', (_what, entry) => {
    const { problems } = parse(`  c: ${entry}\n`);
    expect(problems.get('c')?.problem.message).toContain('secret in plain text');
    expect(JSON.stringify([...problems])).not.toContain('hunter2');
  });

  it.each([
    ['type', `{ type: oracle }`, /type must be one of folder, s3/],
    ['access', `{ type: sqlite, path: a, access: all }`, /access must be one of read, write/],
    ['missing', `{ type: sqlite }`, /path is missing/],
    ['number', `{ type: postgres, port: many }`, /port must be a number/],
    ['choice', `{ type: postgres, sslmode: always }`, /sslmode must be one of disable/],
    ['no map', `just text`, /must be a map/],
  ])('say what is wrong: %s', (_what, entry, message) => {
    expect(parse(`  c: ${entry}\n`).problems.get('c')?.problem.message).toMatch(message);
  });

  it('name the option that was probably meant', () => {
    expect(parse('  c: { type: postgres, pasword: x }\n').problems.get('c')?.problem.hint).toBe(
      'Did you mean password?',
    );
  });

  it.each(['lake', 'Main', 'temp', '9lives', 'a b'])('cannot be called %s', (name) => {
    expect(parse(`  "${name}": { type: sqlite, path: a }\n`).problems.has(name)).toBe(true);
  });

  it('differ in more than case', () => {
    const { problems } = parse('  shop: { type: sqlite, path: a }\n  Shop: { type: sqlite, path: b }\n');
    expect([...problems.keys()]).toEqual(['Shop']);
  });
});
