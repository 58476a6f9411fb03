import { MillraceError } from '../../../shared/errors';
import type { LakeTableName } from '../../../shared/lake';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import type { Connector, OpenConnection } from '../../connectors/connector';
import { createHttpConnector } from '../../connectors/http/http';
import { isRecordSource, type RecordDefaults, type RecordSource } from '../../connectors/record-source';
import type { IngestConnections } from './ports';

/** One place that becomes one table. */
export type TableSource = {
  /** As the user names it: `shop_db:public.orders`. */
  shown: string;
  /** The name that its table has unless said. */
  tableName: string;
} & (
  | { kind: 'relation'; relation: string; step: Record<string, unknown> }
  | {
      kind: 'records';
      connector: Connector & RecordSource;
      connection: OpenConnection;
      path: string[];
      defaults: RecordDefaults;
      step: Record<string, unknown>;
    }
);

/** For addresses that are no connection of the project. */
const URL_CONNECTOR = createHttpConnector();

const OBJECT_STORE = /^(?:s3|gs|gcs|az|azure|abfss):\/\//i;
const DATA_FILE = /\.(?:csv|tsv|parquet|ndjson|jsonl|xlsx|avro)(?:\.(?:gz|zst|bz2))?(?:[?#]|$)/i;

/**
 * The places that a source names: one, or for `CONNECTION:schema.*` every table there is. Throws NOT_FOUND, UNSUPPORTED,
 * BAD_REQUEST and what opening the connection throws.
 */
export async function resolveSource(source: string, connections: IngestConnections): Promise<TableSource[]> {
  if (OBJECT_STORE.test(source)) return [fileSource(source)];
  if (/^https?:\/\//i.test(source)) return [DATA_FILE.test(source) ? fileSource(source) : urlSource(source)];
  const [, name, rest] = /^([A-Za-z_][\w-]*):(.*)$/s.exec(source) ?? [];
  if (name !== undefined && name.length > 1 && rest !== undefined) return connectionSource(name, rest, connections);
  return [fileSource(source)];
}

function fileSource(path: string): TableSource {
  return {
    kind: 'relation',
    shown: path,
    tableName: tableNameOf(path),
    relation: quoteLiteral(path),
    step: { extract: { file: path } },
  };
}

/** An API that is not a connection yet: one address, paging as it shows itself. */
function urlSource(url: string): TableSource {
  const { origin, pathname, search } = new URL(url);
  const connection: OpenConnection = {
    name: origin,
    alias: 'api',
    type: 'http',
    access: 'read',
    environment: 'dev',
    projectFolder: '',
    options: { url: origin },
  };
  return {
    kind: 'records',
    shown: url,
    tableName: tableNameOf(pathname),
    connector: URL_CONNECTOR,
    connection,
    path: [`${pathname}${search}`],
    defaults: {},
    step: { extract: { url } },
  };
}

async function connectionSource(name: string, rest: string, connections: IngestConnections): Promise<TableSource[]> {
  const connector = connections.connectorOf(name);
  const connection = await connections.open(name);
  if (isRecordSource(connector)) {
    const paths = await recordPaths(name, rest, connection, connections);
    return paths.map((path) => ({
      kind: 'records',
      shown: `${name}:${path.join('.')}`,
      tableName: tableNameOf(path.at(-1) ?? ''),
      connector,
      connection,
      path,
      defaults: connector.defaults(connection, path),
      step: { extract: { connection: name, [connection.type === 'http' ? 'endpoint' : 'collection']: path.join('.') } },
    }));
  }
  switch (connection.type) {
    case 'postgres':
    case 'mysql':
    case 'sqlite':
    case 'duckdb':
      return tableSources(name, rest, connection, connections);
    default:
      return [fileSource(await objectPath(name, rest, connections))];
  }
}

async function recordPaths(
  name: string,
  rest: string,
  connection: OpenConnection,
  connections: IngestConnections,
): Promise<string[][]> {
  if (connection.type === 'http' && rest !== '*') return [[rest]];
  const dot = rest.indexOf('.');
  const path = connection.type === 'http' ? [] : [rest.slice(0, dot < 0 ? undefined : dot)];
  if (connection.type !== 'http' && dot < 0) throw badSource(name, rest, 'database.collection');
  if (rest !== '*' && !rest.endsWith('.*')) return [[...path, rest.slice(dot + 1)]];
  return (await below(name, path, connections)).map((node) => node.path);
}

async function tableSources(
  name: string,
  rest: string,
  connection: OpenConnection,
  connections: IngestConnections,
): Promise<TableSource[]> {
  const parts = rest.match(/"(?:[^"]|"")+"|[^."]+/g)?.map(unquoted) ?? [];
  if (parts.length === 1 && connection.type === 'sqlite') parts.unshift('main');
  const [schema, table] = parts;
  if (parts.length !== 2 || !schema || !table) throw badSource(name, rest, 'schema.table');
  const names = table === '*' ? (await below(name, [schema], connections)).map((node) => node.name) : [table];
  const alias = quoteIdentifier(connection.alias);
  return names.map((one) => ({
    kind: 'relation',
    shown: `${name}:${schema}.${one}`,
    tableName: one,
    relation: `${alias}.${quoteIdentifier(schema)}.${quoteIdentifier(one)}`,
    step: { extract: { connection: name, table: `${schema}.${one}` } },
  }));
}

async function below(name: string, path: string[], connections: IngestConnections) {
  const kinds = new Set(['table', 'view', 'collection', 'endpoint']);
  const found = [];
  let after: string | undefined;
  do {
    const page = await connections.listRemote(name, path, after === undefined ? {} : { after });
    found.push(...page.nodes.filter((node) => kinds.has(node.kind)));
    after = page.next;
  } while (after !== undefined);
  if (found.length > 0) return found;
  throw new MillraceError({
    code: 'NOT_FOUND',
    message: `${name} has no tables in ${path.join('.') || 'it'}.`,
    hint: `\`millrace ls ${name}\` shows what is there.`,
  });
}

/** The file or object as its connection names it in SQL. */
async function objectPath(name: string, rest: string, connections: IngestConnections): Promise<string> {
  const path = rest.split('/').filter((part) => part !== '');
  const parent = path.length > 1 ? [path.slice(0, -1).join('/')] : [];
  const page = await connections.listRemote(name, parent);
  const relation = page.nodes.find((node) => node.name === path.at(-1))?.relation;
  const literal = relation && /^'((?:[^']|'')*)'$/.exec(relation)?.[1];
  if (literal) return literal.replaceAll("''", "'");
  throw new MillraceError({
    code: 'NOT_FOUND',
    message: `${name} has no ${rest}.`,
    hint: `\`millrace ls ${name}:${parent.join('/')}\` shows what is there; a pattern is written as its whole URL.`,
  });
}

function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

function badSource(name: string, rest: string, form: string): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${name}:${rest}" does not name a place of ${name}.`,
    hint: `Write it as ${name}:${form}; \`millrace ls ${name}\` shows what is there.`,
  });
}

/** `orders` from `data/orders.csv`, `customers` from `/v1/customers?x=1`. */
function tableNameOf(path: string): string {
  const last =
    path
      .split(/[?#]/)[0]
      ?.split(/[/\\]/)
      .filter((part) => part !== '' && !part.includes('*') && !part.includes('='))
      .at(-1) ?? '';
  const name = last.replace(/(\.(csv|tsv|parquet|json|ndjson|jsonl|xlsx|avro|arrow|gz|zst|bz2))+$/i, '');
  return (
    name
      .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
      .replace(/^_+|_+$/g, '')
      .toLowerCase() || 'records'
  );
}

/** `raw.orders`, or a schema alone for as many tables as the source names. Throws BAD_REQUEST. */
export function targetTable(into: string, source: TableSource, many: boolean): LakeTableName {
  const parts = into.match(/"(?:[^"]|"")+"|[^."]+/g)?.map(unquoted) ?? [];
  if (parts.length === 3 && parts[0]?.toLowerCase() === 'lake') parts.shift();
  const [schema, name] = parts;
  if (parts.length === 1 && schema) return { schema, name: source.tableName };
  if (parts.length === 2 && schema && name && !many) return { schema, name };
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: many
      ? `${source.shown} is one of several tables, which "${into}" cannot hold.`
      : `"${into}" names no table of the lake.`,
    hint: many ? `Name a schema alone: --into ${schema ?? 'raw'}` : 'Write schema.table, for example raw.orders.',
  });
}
