import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresConnector } from '../../../src/main/connectors/postgres/postgres';
import { allSteps, openConnection, openDatabaseEngine } from '../../support/services/database-engine';
import { freePort } from '../../support/services/database-process';
import { type PostgresServer, startPostgres } from '../../support/services/postgres';
import { type SshServer, startSshd } from '../../support/services/sshd';

let server: PostgresServer;
let ssh: SshServer;

const connection = (options = {}) => {
  const { host, port, user, password, database } = server;
  const through = { ssh_host: 'bastion', ssh_config: ssh.configFile };
  return openConnection('postgres', { host, port, user, password, database, ...through, ...options });
};

const last = async (options = {}) => {
  const one = connection(options);
  const step = (await allSteps(postgresConnector.test(one, new AbortController().signal))).at(-1);
  return `${step?.step} ${step?.state}: ${step?.message} | ${step?.error?.hint ?? ''}`;
};

beforeAll(async () => {
  ssh = await startSshd();
  server = await startPostgres({ tls: true });
  await server.run('create table items as select 7 as id');
});

afterAll(async () => {
  await ssh?.stop();
  await server?.stop();
});

test('a server behind an ssh host is tested, browsed and read, its certificate checked by its own name', async () => {
  const checked = { host: 'localhost', sslmode: 'verify-full', ca_file: server.certificates?.ca };
  expect(await last(checked)).toMatch(/^right ok/);
  const one = connection(checked);
  const tables = await postgresConnector.list(one, ['public']);
  expect(tables.nodes.map((node) => node.name)).toEqual(['items']);
  const engine = await openDatabaseEngine();
  const own = await engine.engine.connect();
  await postgresConnector.attach(one, own);
  const { run, results } = await engine.run('from shop.public.items');
  expect(run.error).toBeUndefined();
  expect(await engine.cells(results[0] as never)).toEqual([['7']]);
  own.close();
  await postgresConnector.close(one);
  await engine.close();
});

test('an ssh host that lets nobody in is told in the words of ssh', async () => {
  expect(await last({ ssh_config: ssh.keylessConfigFile })).toMatch(
    /^route failed: .*Permission denied.*\| Try `ssh -o/,
  );
});

test('a server that the ssh host does not reach is told', async () => {
  expect(await last({ port: await freePort() })).toMatch(/^route failed: The tunnel does not reach the server/);
});

test('an ssh host that would be an option of ssh is refused', async () => {
  expect(await last({ ssh_host: '-oProxyCommand=touch /tmp/x' })).toMatch(/failed: The option `ssh_host`/);
});
