import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { CONNECTION_TYPES } from '../../shared/connections';
import { SQL_FORMATS } from '../../shared/export';
import { applicationVersion } from '../project/version';
import { EXIT } from './exit-code';
import { errorText } from './report-error';

const SQL_HELP = `
The statements come from the argument, or from standard input where that is missing or "-".
Without --project it is the project that the current folder lies in, or else just that folder.
While a window or another command has the project open, the statements run there.

Formats
  table     aligned columns; 1,000 rows and 120 characters a cell, unless --all (the last line says what is missing)
  csv       with a header, NULL is empty and an empty text is ""
  json      an array of objects        ndjson   one object a line
  markdown  a table for documents      parquet  for --output or a pipe
  BIGINT beyond 2^53, HUGEINT and DECIMAL are strings in JSON, times are ISO 8601, NULL is null.
  Of several statements table and markdown show every result, the other formats the last one.

Exit codes
  0    every row was written (or the reader of the pipe had enough)
  1    it failed: the error is on standard error, output so far is not complete, --output left no file
  2    wrong use of the command
  130  cancelled with Ctrl+C

Examples
  millrace sql "select country, count(*) from 'data/customers.csv' group by all"
  millrace sql "from 'data/order_lines'" --format csv | head
  millrace sql --format json --param country=de < queries/top.sql > top.json
  millrace sql "from 'data/customers.csv'" --format parquet --output customers.parquet`;

const INGEST_HELP = `
SOURCE is
  data/orders.csv, 'data/*.parquet', data/folder    files of the project, read without changing a value
  s3://bucket/path/*.parquet, https://host/x.csv    objects and files elsewhere
  https://api.example.com/v1/orders                 a JSON API, page after page
  CONNECTION:schema.table  CONNECTION:schema.*      tables of a database; for all of them name a schema: --into raw
  CONNECTION:endpoint      CONNECTION:database.collection    of an API, of MongoDB

Each table is one transaction: it is the old or the new one, never between. A connection's endpoint may say its key and
its cursor; then only what is new is read, and merged. What a contract leaves out is kept in lake._millrace.quarantine.

Contract: evolve (default), freeze, discard_value or discard_row, for all or for each of tables, columns and types.

Exit codes: 0 done, 1 a table failed (the others are written), 2 wrong use, 130 cancelled.

Examples
  millrace ingest data/orders.csv --into raw.orders
  millrace ingest shop_db:public.orders --into raw.orders --mode merge --key order_id --cursor updated_at
  millrace ingest 'shop_db:public.*' --into raw --mode replace
  millrace ingest shop_api:customers --into raw.customers --contract columns=freeze,types=discard_row
  millrace ingest data/orders.csv --into raw.orders --dry-run`;

const CONNECTIONS_HELP = `
Secrets never stand in millrace.yaml or in arguments: --secret KEY asks for one (on standard input it is a line) and keeps
it in the keychain of the system; --set 'KEY=\${NAME}' takes it from the environment each time.

Examples
  millrace connections add shop_db --type postgres --set host=db.example.com --set database=shop --set user=ann --secret password
  millrace connections add minio --type s3 --set endpoint=http://127.0.0.1:9000 --set key_id=minio --set 'secret_key=\${MINIO_SECRET}'
  millrace connections test shop_db
  millrace connections list --json`;

const GENERAL_HELP = `
Exit codes: 0 done, 1 failed, 2 wrong use, 130 cancelled.
Every command explains itself with --help, for example: millrace sql --help`;

/**
 * Reads the command line and runs the command; gives the exit code. What a command needs is imported when it runs, so
 * that --help and --version answer at once.
 */
export async function runProgram(argv: string[]): Promise<number> {
  const outcome = { code: EXIT.done as number };
  const program = buildProgram((code) => {
    outcome.code = code;
  });
  try {
    await program.parseAsync(argv);
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
    process.stderr.write(errorText(error));
    return EXIT.failed;
  }
}

function buildProgram(done: (code: number) => void): Command {
  const program = new Command('millrace')
    .description('A local-first workbench for data: SQL over files, in the desktop, in a browser and here.')
    .version(applicationVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', GENERAL_HELP)
    .showSuggestionAfterError()
    // What stands after a command belongs to it: `lake restore --version` is no question for the program's own.
    .enablePositionalOptions()
    .exitOverride();
  addSql(program, done);
  addIngest(program, done);
  addOpen(program, done);
  addNew(program, done);
  addServe(program, done);
  addConnections(program, done);
  addLs(program, done);
  addDoctor(program, done);
  addLake(program, done);
  // Subcommands take over the error handling only when they are made after exitOverride, as they are here.
  return program;
}

function addSql(program: Command, done: (code: number) => void): void {
  program
    .command('sql')
    .description('run SQL and print its rows')
    .argument('[statements]', 'SQL; "-" or nothing reads standard input')
    .option('-p, --project <dir>', 'the project to work in')
    .addOption(new Option('-f, --format <format>', 'how rows are written').choices(SQL_FORMATS).default('table'))
    .option('-o, --output <file>', 'write to a file, which appears when it is complete')
    .option('--param <name=value>', 'value of the parameter $name; may be repeated', collectParameter)
    .option('--all', 'table: every row, and every character of a cell')
    .option('--trust', 'trust the folder on this machine from now on; until then SQL reads that folder alone')
    .addHelpText('after', SQL_HELP)
    .action(async (statements: string | undefined, options) => {
      const { sqlCommand } = await import('./commands/sql');
      done(await sqlCommand(statements, options));
    });
}

function addIngest(program: Command, done: (code: number) => void): void {
  program
    .command('ingest')
    .description('load files, tables and APIs into the lake')
    .argument('<source>', 'a file, pattern, folder, URL, or CONNECTION:PLACE')
    .requiredOption('--into <table>', 'schema.table of the lake, or a schema alone')
    .option('-p, --project <dir>', 'the project to work in')
    .addOption(
      new Option('--mode <mode>', 'append, or merge where a key is known, unless said').choices([
        'append',
        'replace',
        'merge',
      ]),
    )
    .option('--key <columns>', 'the columns that tell rows apart, with commas between', splitNames)
    .option('--cursor <column>', 'read only what is not older than the last run saw in this column')
    .option('--contract <rules>', 'what happens to new tables, columns and types: evolve, or columns=freeze,…')
    .option('--type <column=type>', 'the type of a column of an API or MongoDB; may be repeated', collectParameter)
    .option('--dry-run', 'print the SQL and the pipeline step, and write nothing')
    .option('--json', 'print the reports as JSON')
    .option('--trust', 'trust the folder on this machine from now on')
    .addHelpText('after', INGEST_HELP)
    .action(async (source: string, options) => {
      const { ingestCommand } = await import('./commands/ingest');
      done(await ingestCommand(source, options));
    });
}

function splitNames(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('Write it as id or id,line.');
  return names;
}

function addOpen(program: Command, done: (code: number) => void): void {
  program
    .command('open')
    .description('open a project in the workbench')
    .argument('[path]', 'a folder; without it the last one, or the sample at first')
    .addHelpText('after', '\nExample\n  millrace open ~/projects/shop')
    .action(async (path: string | undefined) => {
      const { openCommand } = await import('./commands/open');
      done(await openCommand(path));
    });
}

function addNew(program: Command, done: (code: number) => void): void {
  program
    .command('new')
    .description('make a project in a new or empty folder')
    .argument('<dir>', 'its folder; the last part is its name')
    .addOption(
      new Option('-t, --template <template>', 'what it starts with')
        .choices(['empty', 'shop', 'lake'])
        .default('empty'),
    )
    .addHelpText(
      'after',
      '\nExamples\n  millrace new sales\n  millrace new playground --template shop\n  millrace new first_lake --template lake',
    )
    .action(async (folder: string, options) => {
      const { newCommand } = await import('./commands/new');
      done(await newCommand(folder, options));
    });
}

function addServe(program: Command, done: (code: number) => void): void {
  program
    .command('serve')
    .description('serve the workbench to a browser on this machine')
    .option('-p, --project <dir>', 'the project to serve; the current one without it')
    .option('--port <number>', 'the port on 127.0.0.1; 0 takes a free one', parsePort, 0)
    .option('--allow-host <name>', 'another host name under which a proxy leads here; may be repeated', collect, [])
    .option('--trust', 'trust the folder on this machine from now on')
    .addHelpText(
      'after',
      '\nThe URL that is printed works once, in the browser that opens it first. Ctrl+C ends the server.\n' +
        'From another machine: ssh -L 8000:127.0.0.1:PORT HOST, then open the URL with port 8000 there.\n' +
        '\nExample\n  millrace serve --project ~/projects/shop --port 4747',
    )
    .action(async (options) => {
      const { serveCommand } = await import('./commands/serve');
      done(await serveCommand(options));
    });
}

function addConnections(program: Command, done: (code: number) => void): void {
  const group = program
    .command('connections')
    .description('list, test, add and remove connections of the project')
    .addHelpText('after', CONNECTIONS_HELP);
  group
    .command('list')
    .description('the connections of millrace.yaml and what is wrong with them')
    .option('-p, --project <dir>', 'the project')
    .option('--json', 'as JSON')
    .action(async (options) => {
      const { listConnections } = await import('./commands/connections');
      done(await listConnections(options));
    });
  group
    .command('test')
    .description('try name, route, TLS, login and rights, and say what to change')
    .argument('<name>', 'the connection')
    .option('-p, --project <dir>', 'the project')
    .option('--confirm-host', 'let its secrets go to the host that it names now, from now on')
    .option('--trust', 'trust the folder on this machine from now on')
    .option('--json', 'as JSON')
    .action(async (name: string, options) => {
      const { testConnection } = await import('./commands/connections');
      done(await testConnection(name, options));
    });
  group
    .command('add')
    .description('write a connection to millrace.yaml, and its secrets to the keychain')
    .argument('<name>', 'its name in SQL: from NAME.schema.table')
    .addOption(new Option('-t, --type <type>', 'what it leads to').choices(CONNECTION_TYPES).makeOptionMandatory())
    .option('-s, --set <key=value>', 'an option; may be repeated', collectSetting, {})
    .option('--secret <key>', 'ask for this secret, or read it from standard input; may be repeated', collect, [])
    .addOption(
      new Option('--access <access>', 'whether anything may be written').choices(['read', 'write']).default('read'),
    )
    .addOption(
      new Option('--environment <environment>', 'what stands behind it')
        .choices(['dev', 'test', 'prod'])
        .default('dev'),
    )
    .option('--replace', 'take the place of a connection of that name')
    .option('-p, --project <dir>', 'the project')
    .option('--trust', 'trust the folder on this machine from now on')
    .option('--json', 'as JSON')
    .addHelpText('after', CONNECTIONS_HELP)
    .action(async (name: string, options) => {
      const { addConnection } = await import('./commands/connections');
      done(await addConnection(name, options));
    });
  group
    .command('remove')
    .description('take a connection and its own secrets away')
    .argument('<name>', 'the connection')
    .option('-p, --project <dir>', 'the project')
    .option('--json', 'as JSON')
    .action(async (name: string, options) => {
      const { removeConnection } = await import('./commands/connections');
      done(await removeConnection(name, options));
    });
}

function addLs(program: Command, done: (code: number) => void): void {
  program
    .command('ls')
    .description('list connections, or what is behind one')
    .argument('[target]', 'CONNECTION or CONNECTION:PATH; nothing lists the connections')
    .option('-p, --project <dir>', 'the project')
    .option('-n, --limit <count>', 'at most so many', parseCount, 1_000)
    .option('--trust', 'trust the folder on this machine from now on')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples\n  millrace ls\n  millrace ls shop_db\n  millrace ls shop_db:public\n  millrace ls shop_db:public.orders\n  millrace ls lake_s3:bucket/raw/2024/',
    )
    .action(async (target: string | undefined, options) => {
      const { lsCommand } = await import('./commands/ls');
      done(await lsCommand(target, options));
    });
}

function addDoctor(program: Command, done: (code: number) => void): void {
  program
    .command('doctor')
    .description('check this installation and say how to mend what is missing')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', '\nExit code 1 means that something essential is broken; warnings leave it at 0.')
    .action(async (options) => {
      const { doctorCommand } = await import('./commands/doctor');
      done(await doctorCommand(options));
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function collectParameter(value: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, text] = /^\$?([\p{L}_][\p{L}\p{N}_]*)=(.*)$/su.exec(value) ?? [];
  if (name === undefined || text === undefined) throw new InvalidArgumentError('Write it as name=value.');
  return { ...before, [name]: text };
}

function collectSetting(value: string, before: Record<string, string>): Record<string, string> {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

function parseCount(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('A count is a whole number from 1.');
  return Number(value);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

const LAKE_HELP = `
Tables are named schema.table. While a window or another command has the project open, it does the work.
A version is a number of "millrace lake snapshots", or a time: "2026-01-31T12:00:00Z".

Examples
  millrace lake tables
  millrace lake diff raw.orders --from 12 --to 15 --key order_id
  millrace lake restore raw.orders --version 12
  millrace lake compact --older-than 30d --dry-run
  millrace lake move --to s3://bucket/lake/ --catalog team_db`;

function addLake(program: Command, done: (code: number) => void): void {
  const lake = program
    .command('lake')
    .description('tables of the lake: versions, differences, upkeep')
    .addHelpText('after', LAKE_HELP);
  const add = (name: string, description: string) =>
    lake
      .command(name)
      .description(description)
      .option('-p, --project <dir>', 'the project to work in')
      .option('--json', 'print JSON')
      .option('--trust', 'trust the folder on this machine from now on');
  add('tables', 'every table with rows and size').action(async (options) => {
    done(await (await import('./commands/lake')).lakeTables(options));
  });
  add('snapshots', 'the versions of a table, the newest first')
    .argument('<table>', 'schema.table')
    .action(async (table: string, options) => {
      done(await (await import('./commands/lake')).lakeSnapshots(table, options));
    });
  add('diff', 'rows added, removed and changed between two versions')
    .argument('<table>', 'schema.table')
    .requiredOption('--from <version>', 'the older version or time')
    .option('--to <version>', 'the newer one; the last unless given')
    .option(
      '--key <columns>',
      'columns that tell rows apart, comma-separated: changed rows are told from removed and added ones',
    )
    .action(async (table: string, options) => {
      done(await (await import('./commands/lake')).lakeDiff(table, options));
    });
  add('restore', 'make a table what it was, as a new version')
    .argument('<table>', 'schema.table; a dropped one comes back')
    .requiredOption('--version <version>', 'the version or time')
    .action(async (table: string, options) => {
      done(await (await import('./commands/lake')).lakeRestore(table, options));
    });
  add('compact', 'write small and half-deleted files anew')
    .argument('[table]', 'schema.table; every table unless given')
    .option('--older-than <age>', 'also expire snapshots of that age (30d, 12h, 4w) and delete their files')
    .option('--dry-run', 'only tell what would be done and freed')
    .action(async (table: string | undefined, options) => {
      done(await (await import('./commands/lake')).lakeCompact(table, options));
    });
  add('move', 'copy the lake to another place, prove the copy, and work there from then on')
    .requiredOption('--to <place>', 'a folder, or s3://bucket/path/ together with --catalog')
    .option('--catalog <connection>', 'the PostgreSQL connection that holds the catalog')
    .action(async (options) => {
      done(await (await import('./commands/lake')).lakeMove(options));
    });
}
