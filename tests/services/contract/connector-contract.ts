import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionConfig, RemoteNode, TestStep, TestStepName } from '../../../src/shared/connections';
import { errorShape } from '../../../src/shared/errors';
import { type ConnectionsProject, openConnectionsProject } from '../../support/connections-project';

type Entry = Pick<ConnectionConfig, 'type' | 'options'> & Partial<ConnectionConfig>;
type Cells = (string | null)[][];

/** A place to read, and the cells that a worksheet must show for it, in the order of its first column. */
export interface ContractTable {
  path: string[];
  cells: Cells;
}

/** What a connector is tried against: a real server (or file) that its test started and filled. */
export interface ContractServer {
  /** As millrace.yaml has it; secrets as `${NAME}` of variables that the test set. */
  entry: Entry;
  /** The same with a password that is wrong; absent where the system has no login. */
  wrongPassword?: Entry;
  /** One that leads nowhere: a closed port, a missing file; and the step that says so. */
  nowhere: Entry;
  nowhereFails: TestStepName;
  /** A secret that no error may show. */
  secret?: string;
  /** A place with more than five nodes below it. */
  parent: string[];
  /** Every type with NULLs and its extremes. */
  extremes: ContractTable;
  empty: ContractTable;
  /** A name that is not ASCII. */
  unicode: ContractTable;
  /** A name with blanks, quotes and upper case. */
  quoted: ContractTable;
  /** SQL that reads for many seconds, for cancelling; absent where nothing can be made slow. */
  slow?(alias: string): string;
  /** Ends the server at once, as a crash would; absent where there is none. */
  crash?(): Promise<void>;
  stop(): Promise<void>;
}

/** What every connector keeps. A connector's own test file starts the server and calls this. */
export function connectorContract(subject: { name: string; start(): Promise<ContractServer> }): void {
  describe(`${subject.name}: what every connection does`, () => {
    let server: ContractServer;
    let project: ConnectionsProject;

    beforeAll(async () => {
      server = await subject.start();
      project = await openConnectionsProject({
        connections: {
          shop_db: written(server.entry),
          nowhere: written(server.nowhere),
          ...(server.wrongPassword ? { wrong: written(server.wrongPassword) } : {}),
        },
      });
    });
    afterAll(async () => {
      await project?.close();
      await server?.stop();
    });

    const steps = async (name: string) => {
      const seen: TestStep[] = [];
      for await (const step of project.connections.test(name, new AbortController().signal)) seen.push(step);
      return seen;
    };
    /** Finds the node and reads it by the SQL that it names, as one click on it does. */
    const read = async ({ path }: ContractTable): Promise<Cells> => {
      const { node } = await project.connections.describeRemote('shop_db', path);
      expect(node.relation, `${path.join('/')} reads as a table`).toBeDefined();
      const { run, results } = await project.run(`FROM ${node.relation} ORDER BY 1`);
      expect(run.error).toBeUndefined();
      const last = results.at(-1);
      if (!last) throw new Error('no result');
      return project.cells(last);
    };

    test('a test passes step by step', async () => {
      const seen = await steps('shop_db');
      expect(seen.map((step) => step.step)).toEqual(['name', 'route', 'tls', 'login', 'right']);
      expect(seen.filter((step) => step.state === 'failed')).toEqual([]);
    });

    test('a test of a place that is not there ends at the step that failed and says what to do', async () => {
      const last = (await steps('nowhere')).at(-1);
      expect(last).toMatchObject({ step: server.nowhereFails, state: 'failed' });
      expect(last?.error?.hint?.length).toBeGreaterThan(10);
    });

    test('a wrong password fails the login and is not shown', async () => {
      if (!server.wrongPassword) return;
      const last = (await steps('wrong')).at(-1);
      expect(last).toMatchObject({ state: 'failed' });
      expect(['login', 'right']).toContain(last?.step);
      const text = JSON.stringify(last);
      for (const reference of Object.values(server.wrongPassword.options)) {
        const name = /^\$\{(\w+)\}$/.exec(String(reference))?.[1];
        if (name) expect(text).not.toContain(process.env[name]);
      }
    });

    test('what is below a place comes whole in pages', async () => {
      const whole = await everything(project, server.parent, 1_000);
      const paged = await everything(project, server.parent, 2);
      expect(whole.length).toBeGreaterThan(5);
      expect(paged.map((node) => node.path)).toEqual(whole.map((node) => node.path));
    });

    test('a described table says its columns', async () => {
      const described = await project.connections.describeRemote('shop_db', server.extremes.path);
      expect(described.columns.length).toBe(server.extremes.cells[0]?.length);
    });

    test('NULLs and the extremes of every type arrive exactly', async () => {
      expect(await read(server.extremes)).toEqual(server.extremes.cells);
    });
    test('an empty table is empty', async () => {
      expect(await read(server.empty)).toEqual([]);
    });
    test('a name that is not ASCII is read', async () => {
      expect(await read(server.unicode)).toEqual(server.unicode.cells);
    });
    test('a name that needs quotes is read', async () => {
      expect(await read(server.quoted)).toEqual(server.quoted.cells);
    });

    test('a place that is not there is NOT_FOUND', async () => {
      const error = await project.connections
        .describeRemote('shop_db', [...server.parent, 'there is no such thing'])
        .then(() => undefined, errorShape);
      expect(['NOT_FOUND', 'FILE_NOT_FOUND']).toContain(error?.code);
    });

    test('with access: read nothing is written', async () => {
      const { node } = await project.connections.describeRemote('shop_db', server.quoted.path);
      const { run } = await project.run(`INSERT INTO ${node.relation} SELECT * FROM ${node.relation}`);
      expect(run.state).toBe('failed');
      expect(await read(server.quoted)).toEqual(server.quoted.cells);
    });

    test('a query that is cancelled ends, and the connection goes on', async () => {
      if (!server.slow) return;
      const sql = server.slow('shop_db');
      const session = await project.engine.openSession('cancelled');
      const running = session.run({ session: session.id, run: 'slow', sql });
      await started(project, 'slow');
      await session.cancel('slow');
      expect((await running).state).toBe('cancelled');
      expect(await read(server.empty)).toEqual([]);
    });

    test('a server that goes away while it is read is an error, never a shorter result', async () => {
      if (!server.crash || !server.slow) return;
      const running = project.run(server.slow('shop_db'), { run: 'crashed', session: 'crashed' });
      await started(project, 'crashed');
      await server.crash();
      const { run } = await running;
      expect(run.state).toBe('failed');
      if (server.secret) expect(JSON.stringify(run)).not.toContain(server.secret);
      const { run: after } = await project.run('select 42');
      expect(after.state).toBe('done');
    });
  });
}

function written({ type, access, environment, options }: Entry): Record<string, unknown> {
  return { type, ...(access ? { access } : {}), ...(environment ? { environment } : {}), ...options };
}

async function everything(project: ConnectionsProject, path: string[], size: number): Promise<RemoteNode[]> {
  const nodes: RemoteNode[] = [];
  let after: string | undefined;
  do {
    const page = await project.connections.listRemote('shop_db', path, { size, ...(after ? { after } : {}) });
    expect(page.nodes.length).toBeLessThanOrEqual(size);
    nodes.push(...page.nodes);
    after = page.next;
  } while (after !== undefined);
  return nodes;
}

/** Resolves when the run is with the engine, past its attaching. */
async function started(project: ConnectionsProject, run: string): Promise<void> {
  const isRunning = () =>
    project.events.some((event) => event.type === 'run' && event.run.id === run && event.run.state === 'running') &&
    project.connections.info('shop_db').state === 'connected';
  while (!isRunning()) await new Promise((resolve) => setTimeout(resolve, 20));
}
