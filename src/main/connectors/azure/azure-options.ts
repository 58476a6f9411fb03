import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { textOption } from '../objects/object-path';

/** The options of a connection of type azure, checked: where it is, and how requests are signed. */
export interface AzureOptions {
  /** With scheme and, for an emulator, the account as its path. */
  endpoint: URL;
  account: string;
  login: { kind: 'key'; key: string } | { kind: 'sas'; sas: string } | { kind: 'anonymous' };
}

/** Throws BAD_REQUEST and SECRET_MISSING. */
export function azureOptions(connection: OpenConnection): AzureOptions {
  const parts = connectionParts(textOption(connection, 'connection_string') ?? '');
  const account = textOption(connection, 'account') ?? parts.get('accountname') ?? '';
  const written = textOption(connection, 'endpoint') ?? parts.get('blobendpoint');
  if (account === '' && written === undefined) {
    throw new MillraceError({
      code: 'BAD_REQUEST',
      message: `The connection ${connection.name} names no storage account.`,
      hint: 'Enter `account`, or a `connection_string` from the page "Access keys" of the account.',
    });
  }
  if (textOption(connection, 'ca_file') !== undefined) {
    throw new MillraceError({
      code: 'UNSUPPORTED',
      message: `The client of Azure takes no authority of its own, and ${connection.name} has a \`ca_file\`.`,
      hint: 'Take `ca_file` out, and start Millrace with NODE_EXTRA_CA_CERTS set to that file.',
    });
  }
  const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
  return {
    endpoint: parseEndpoint(connection, written ?? `https://${account}.blob.${suffix}`),
    account,
    login: loginOf(connection, parts),
  };
}

/** As the engine takes it: it has no other field for endpoints of one's own. */
export function azureConnectionString({ endpoint, account, login }: AzureOptions): string {
  const fields = [`DefaultEndpointsProtocol=${endpoint.protocol.slice(0, -1)}`, `BlobEndpoint=${trimmed(endpoint)}`];
  if (account !== '') fields.push(`AccountName=${account}`);
  if (login.kind === 'key') fields.push(`AccountKey=${login.key}`);
  if (login.kind === 'sas') fields.push(`SharedAccessSignature=${login.sas}`);
  return fields.join(';');
}

export function azureAddress({ endpoint }: AzureOptions): { host: string; port: number; tls: boolean } {
  const tls = endpoint.protocol === 'https:';
  const port = endpoint.port === '' ? (tls ? 443 : 80) : Number(endpoint.port);
  return { host: endpoint.hostname.replace(/^\[|\]$/g, ''), port, tls };
}

export function trimmed(endpoint: URL): string {
  return endpoint.href.replace(/\/$/, '');
}

/** `Name=value;…`, the names in lower case; a key ends with equal signs of its own. */
function connectionParts(text: string): Map<string, string> {
  return new Map(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.includes('='))
      .map((part) => [part.slice(0, part.indexOf('=')).toLowerCase(), part.slice(part.indexOf('=') + 1)]),
  );
}

function parseEndpoint(connection: OpenConnection, text: string): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint && ['http:', 'https:'].includes(endpoint.protocol)) return endpoint;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `The endpoint "${text}" of ${connection.name} is no address.`,
    hint: 'Write it as `https://ACCOUNT.blob.core.windows.net`.',
  });
}

function loginOf(connection: OpenConnection, parts: Map<string, string>): AzureOptions['login'] {
  if (connection.options.anonymous === true) return { kind: 'anonymous' };
  const key = textOption(connection, 'key') ?? parts.get('accountkey');
  if (key !== undefined) return { kind: 'key', key };
  const sas = textOption(connection, 'sas') ?? parts.get('sharedaccesssignature');
  if (sas !== undefined) return { kind: 'sas', sas: sas.replace(/^\?/, '') };
  throw new MillraceError({
    code: 'SECRET_MISSING',
    message: `The connection ${connection.name} has no key.`,
    hint: 'Enter `key`, `sas` or `connection_string`, or set `anonymous: true` for public containers.',
  });
}
