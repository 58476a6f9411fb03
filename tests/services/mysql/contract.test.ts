import { freePort } from '../../support/services/database-process';
import { startMariadb } from '../../support/services/mariadb';
import { connectorContract } from '../contract/connector-contract';

connectorContract({
  name: 'mysql',
  async start() {
    const server = await startMariadb();
    process.env.CONTRACT_MYSQL_PASSWORD = server.password;
    process.env.CONTRACT_MYSQL_WRONG = 'not-the-s3cret';
    await server.run(`
      ${Array.from({ length: 6 }, (_, index) => `create table t${index} as select ${index} as a;`).join('\n')}
      create table extremes (id int, n decimal(65,10), u8 bigint unsigned, i8 bigint, g double, dt datetime(6), b blob,
        tx text, flag bool);
      set sql_mode = '';
      insert into extremes values
        (1, 1234567890123456789012345678901234567890123456789012345.0000000001, 18446744073709551615, 9223372036854775807,
         1.7976931348623157e308, '9999-12-31 23:59:59.999999', x'00ff', 'ü🦆', 2),
        (2, 0, 0, -9223372036854775808, 5e-324, '0000-00-00', '', '', 0),
        (3, null, null, null, null, null, null, null, null);
      create table empty (a int);
      create table \`Größe µ\` as select 1 as \`Länge\`;
      create table \`Order "x\` as select 2 as \`A b\``);
    const { host, port, user, database } = server;
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: a reference of millrace.yaml
    const options = { host, port, user, database, password: '${CONTRACT_MYSQL_PASSWORD}' };
    return {
      entry: { type: 'mysql', options },
      wrongPassword: { type: 'mysql', options: { ...options, password: '${CONTRACT_MYSQL_WRONG}' } },
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: a reference of millrace.yaml
      nowhere: { type: 'mysql', options: { host, user, database, port: await freePort() } },
      nowhereFails: 'route',
      secret: server.password,
      parent: ['shop'],
      extremes: {
        path: ['shop', 'extremes'],
        cells: [
          [
            ...['1', '1234567890123456789012345678901234567890123456789012345.0000000001', '18446744073709551615'],
            ...[
              '9223372036854775807',
              '1.7976931348623157e+308',
              '9999-12-31 23:59:59.999999',
              '\\x00\\xFF',
              'ü🦆',
              '2',
            ],
          ],
          ['2', '0.0000000000', '0', '-9223372036854775808', '5e-324', '0000-00-00 00:00:00.000000', '', '', '0'],
          ['3', ...Array.from({ length: 8 }, () => null)],
        ],
      },
      empty: { path: ['shop', 'empty'], cells: [] },
      unicode: { path: ['shop', 'Größe µ'], cells: [['1']] },
      quoted: { path: ['shop', 'Order "x'], cells: [['2']] },
      slow: (alias) => `select count(*) from ${alias}.shop.t1, mysql_query('${alias}', 'select sleep(120) as slept')`,
      crash: () => server.kill(),
      stop: () => server.stop(),
    };
  },
});
