import { describe, expect, it } from 'vitest';
import { redactSql, redactText } from '../../../src/shared/sql/redact';

describe('redactSql', () => {
  const cases: [string, string, string[]][] = [
    [
      'a secret of S3',
      "CREATE OR REPLACE PERSISTENT SECRET m (TYPE s3, KEY_ID 'AKIA1', SECRET 'hunter2)')",
      ['AKIA1', 'hunter2'],
    ],
    ['a secret whose body is not closed', "create secret (type postgres, password 'hunter2', host 'h", ['hunter2']],
    [
      'a secret with a comment between',
      "create /* x */ secret if not exists q ( type http, bearer_token 'hunter2' ); select 1",
      ['hunter2'],
    ],
    [
      'an attached database with a password',
      "ATTACH 'host=h dbname=d user=u password=hunter2' AS pg (TYPE postgres)",
      ['hunter2'],
    ],
    ['a password in double quotes inside a connection string', 'ATTACH \'password="hunter2 x"\' AS pg', ['hunter2']],
    ['an encrypted database', "attach 'x.db' (ENCRYPTION_KEY 'hunter2')", ['hunter2']],
    [
      'a setting',
      "SET s3_secret_access_key = 'hunter2'; SET GLOBAL s3_session_token TO 'hunter3'",
      ['hunter2', 'hunter3'],
    ],
    ['a URL with a password', "from 'postgres://me:hunter2@db:5432/x'", ['hunter2']],
    ['a URL whose password holds an at sign', "from 'https://me:hunt@er2@example.com/a.csv'", ['hunt', 'er2']],
    ['a signed URL', "from 'https://x.blob/a?sv=1&sig=hunter2%3D&x=1'", ['hunter2']],
    ['a Parquet key', "PRAGMA add_parquet_key('k', '0123456789')", ['0123456789']],
    ['a dollar quoted password', 'select * from f(password := $$hunter2$$)', ['hunter2']],
    ['a map of headers', "select MAP {'Authorization': 'Bearer abcdef123456'}", ['abcdef123456']],
    ['a struct key', "select {'api_key': 'hunter2'}", ['hunter2']],
    ['a comment', '-- psql postgres://me:hunter2@db\nselect 1', ['hunter2']],
    ['an escape string', "ALTER USER x PASSWORD E'hun\\'ter2'", ['hun', 'ter2']],
  ];
  it.each(cases)('takes out %s', (_name, sql, secrets) => {
    const redacted = redactSql(sql);
    for (const secret of secrets) expect(redacted).not.toContain(secret);
    expect(redacted).toContain('***');
  });

  it('keeps what names the secret and what follows it', () => {
    expect(redactSql("CREATE SECRET m (TYPE s3, SECRET 'x'); select 1")).toBe(
      'CREATE SECRET m (TYPE s3, ***); select 1',
    );
    expect(redactSql("from 'postgres://me:pw@db:5432/x'")).toBe("from 'postgres://me:***@db:5432/x'");
  });

  it('is the same again when run twice', () => {
    for (const [, sql] of cases) expect(redactSql(redactSql(sql))).toBe(redactSql(sql));
  });

  it.each([
    "select * from 'data/orders.parquet' where status = 'new' and ordered_at > timestamp '2024-01-01 10:00:00'",
    'select token, password from users order by secret_key',
    "select $since::date, $$text$$, 'it''s' -- a comment: fine\n/* and /* nested */ one */",
    'drop secret m',
    "select 'a:b@c', 'http://localhost:8080/x@y', key, value from t where \"key\" = 'a'",
    '',
  ])('leaves plain SQL as it was: %s', (sql) => {
    expect(redactSql(sql)).toBe(sql);
  });
});

describe('redactText', () => {
  it('takes passwords out of error messages with a lone apostrophe', () => {
    const text = "can't connect to postgresql://joe:hunter2@localhost/db: password=hunter3 is wrong";
    expect(redactText(text)).toBe("can't connect to postgresql://joe:***@localhost/db: password=*** is wrong");
  });
});
