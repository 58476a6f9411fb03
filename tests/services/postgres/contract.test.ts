import { freePort } from '../../support/services/database-process';
import { startPostgres } from '../../support/services/postgres';
import { connectorContract } from '../contract/connector-contract';

connectorContract({
  name: 'postgres',
  async start() {
    const server = await startPostgres();
    process.env.CONTRACT_POSTGRES_PASSWORD = server.password;
    process.env.CONTRACT_POSTGRES_WRONG = 'not-the-s3cret';
    await server.run(`
      ${Array.from({ length: 6 }, (_, index) => `create table t${index} as select ${index} as a;`).join('\n')}
      create table extremes (id int, n numeric, n2 numeric(38,10), i8 int8, f8 float8, d date, ts timestamptz, b bytea,
        tx text, j jsonb, u uuid, bo bool);
      insert into extremes values
        (1, 'NaN', 9999999999999999999999999999.9999999999, 9223372036854775807, 'Infinity', '5874897-12-31', 'infinity',
         '\\x00ff', 'ü🦆', '{"a": 12345678901234567890123}', 'ffffffff-ffff-ffff-ffff-ffffffffffff', true),
        (2, 123456789012345678901234567890123456789.5, 'NaN', -9223372036854775808, 5e-324, '4713-01-01 BC', '-infinity',
         '', '', 'null', '00000000-0000-0000-0000-000000000000', false),
        (3, null, null, null, null, null, null, null, null, null, null, null);
      create table empty (a int);
      create table "Größe 📦" as select 1 as "Länge";
      create table "Order ""x"" y" as select 2 as "A b"`);
    const { host, port, user, database } = server;
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: a reference of millrace.yaml
    const options = { host, port, user, database, password: '${CONTRACT_POSTGRES_PASSWORD}' };
    return {
      entry: { type: 'postgres', options },
      wrongPassword: { type: 'postgres', options: { ...options, password: '${CONTRACT_POSTGRES_WRONG}' } },
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: a reference of millrace.yaml
      nowhere: { type: 'postgres', options: { host, user, database, port: await freePort() } },
      nowhereFails: 'route',
      secret: server.password,
      parent: ['public'],
      extremes: {
        path: ['public', 'extremes'],
        cells: [
          [
            ...['1', 'NaN', '9999999999999999999999999999.9999999999', '9223372036854775807', 'inf', '5874897-12-31'],
            ...['infinity', '\\x00\\xFF', 'ü🦆', '{"a": 12345678901234567890123}'],
            ...['ffffffff-ffff-ffff-ffff-ffffffffffff', 'true'],
          ],
          [
            ...['2', '123456789012345678901234567890123456789.5', 'NaN', '-9223372036854775808', '5e-324'],
            ...['4713-01-01 (BC)', '-infinity', '', '', 'null', '00000000-0000-0000-0000-000000000000', 'false'],
          ],
          ['3', ...Array.from({ length: 11 }, () => null)],
        ],
      },
      empty: { path: ['public', 'empty'], cells: [] },
      unicode: { path: ['public', 'Größe 📦'], cells: [['1']] },
      quoted: { path: ['public', 'Order "x" y'], cells: [['2']] },
      slow: (alias) =>
        `select count(*) from ${alias}.public.t1, postgres_query('${alias}', 'select pg_sleep(120)::text as slept')`,
      crash: () => server.kill(),
      stop: () => server.stop(),
    };
  },
});
