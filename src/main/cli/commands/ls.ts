import type { ConnectionType, RemoteDescription, RemoteNode } from '../../../shared/connections';
import { errorShape, MillraceError } from '../../../shared/errors';
import { EXIT } from '../exit-code';
import { ownError, type ProjectCalls, withProject } from '../project-calls';
import { textTable } from '../text-table';
import { listConnections } from './connections';

export interface LsOptions {
  project?: string;
  json?: boolean;
  limit: number;
  trust?: boolean;
}

/** `millrace ls [CONNECTION[:PATH]]`: connections, what is below a place, or the columns of a table. */
export async function lsCommand(target: string | undefined, options: LsOptions): Promise<number> {
  if (target === undefined) return listConnections(options);
  const colon = target.indexOf(':');
  const name = colon < 0 ? target : target.slice(0, colon);
  const found = await withProject(options, async (calls) => {
    const info = (await calls.connections.list.query()).find((one) => one.name === name);
    if (!info) throw unknown(name);
    const path = remotePath(info.type, colon < 0 ? '' : target.slice(colon + 1));
    return look(calls, name, path, options.limit);
  });
  if (options.json)
    process.stdout.write(`${JSON.stringify('nodes' in found ? found.nodes : found.description, null, 2)}\n`);
  else if ('nodes' in found) process.stdout.write(textTable(found.nodes.map(rowOf)));
  else process.stdout.write(describedText(found.description));
  if ('nodes' in found && found.isCut) {
    process.stderr.write(`The first ${found.nodes.length} are shown; there are more: --limit shows them.\n`);
  }
  return EXIT.done;
}

/** A path as a person writes it: `bucket/raw/2024/`, `public.orders`, `shop/reviews`. */
export function remotePath(type: ConnectionType, text: string): string[] {
  if (text === '') return [];
  if (type === 's3' || type === 'gcs' || type === 'azure') {
    const [bucket = '', ...key] = text.replace(/^\/+/, '').split('/');
    const below = key.join('/');
    return below === '' ? [bucket] : [bucket, below];
  }
  if (type === 'folder') return text.split('/').filter(Boolean);
  if (type === 'http') return [text];
  if (text.includes('/')) return text.split('/').filter(Boolean);
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

type Found = { nodes: RemoteNode[]; isCut: boolean } | { description: RemoteDescription };

async function look(calls: ProjectCalls, name: string, path: string[], limit: number): Promise<Found> {
  const found = await list(calls, name, path, limit).catch((error: unknown) => {
    // What has nothing below it may be a table.
    if (path.length > 0 && NOT_A_PARENT.has(errorShape(ownError(error)).code)) return undefined;
    throw error;
  });
  if (found && (found.nodes.length > 0 || path.length === 0)) return found;
  return { description: await calls.remote.describe.query({ name, path }) };
}

const NOT_A_PARENT: ReadonlySet<string> = new Set(['NOT_FOUND', 'BAD_REQUEST', 'UNSUPPORTED']);

async function list(calls: ProjectCalls, name: string, path: string[], limit: number) {
  const nodes: RemoteNode[] = [];
  let after: string | undefined;
  do {
    const size = Math.min(1_000, limit - nodes.length);
    const page = await calls.remote.list.query({
      name,
      path,
      page: { size, ...(after === undefined ? {} : { after }) },
    });
    nodes.push(...page.nodes);
    after = page.next;
  } while (after !== undefined && nodes.length < limit);
  return { nodes, isCut: after !== undefined };
}

function rowOf(node: RemoteNode): string[] {
  const rows = node.rows === undefined ? '' : `${node.estimated ? '~' : ''}${node.rows.toLocaleString('en-US')} rows`;
  const size = node.size === undefined ? '' : `${node.size.toLocaleString('en-US')} B`;
  return [node.kind, node.name, rows, size, node.modified ?? '', node.comment ?? ''];
}

function describedText({ node, columns, keys, notes }: RemoteDescription): string {
  const rows = columns.map((column) => [
    column.name,
    column.nativeType ?? column.type,
    column.nullable === false ? 'not null' : '',
    column.comment ?? '',
  ]);
  const lines = [
    ...keys.map((key) => `${key.kind}: ${key.definition || `${key.name} (${key.columns.join(', ')})`}`),
    ...notes,
    ...(node.relation ? [`from ${node.relation}`] : []),
  ];
  return textTable(rows) + lines.map((line) => `${line}\n`).join('');
}

function unknown(name: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: `There is no connection "${name}".`,
    hint: '`millrace ls` lists them.',
  });
}
