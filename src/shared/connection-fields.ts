import type { ConnectionType, OptionValue } from './connections';

/**
 * What a field takes: `secret` a reference to one (`${ENV}`, `keychain:NAME`), `list` texts, `map` texts by name,
 * `structure` anything, checked by its connector.
 */
export type FieldKind =
  | 'text'
  | 'number'
  | 'choice'
  | 'secret'
  | 'file'
  | 'folder'
  | 'switch'
  | 'list'
  | 'map'
  | 'structure';

export type FieldGroup = 'main' | 'tls' | 'ssh' | 'advanced';

/** One option of a connection, as the form shows it, millrace.yaml writes it and `connections add --set` takes it. */
export interface ConnectionField {
  /** The key in millrace.yaml; `auth.token` is the key `token` below `auth`. */
  key: string;
  label: string;
  kind: FieldKind;
  group: FieldGroup;
  choices?: readonly string[];
  /** What holds where the option is left out; not written to millrace.yaml. */
  default?: string | number | boolean;
  required?: boolean;
  placeholder?: string;
  help?: string;
  /** Shown, and required where it is so, only while another field has one of these values. */
  when?: { key: string; is: readonly (string | boolean)[] };
}

export const CONNECTION_LABELS: Record<ConnectionType, string> = {
  folder: 'Local folder',
  s3: 'S3 (AWS, MinIO, R2, …)',
  gcs: 'Google Cloud Storage',
  azure: 'Azure Blob Storage',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  sqlite: 'SQLite file',
  duckdb: 'DuckDB file',
  http: 'REST or JSON API',
  mongodb: 'MongoDB',
};

const main = (key: string, label: string, more: Partial<ConnectionField> = {}): ConnectionField => ({
  key,
  label,
  kind: 'text',
  group: 'main',
  ...more,
});
const secret = (key: string, label: string, more: Partial<ConnectionField> = {}) =>
  main(key, label, { kind: 'secret', ...more });
const tls = (key: string, label: string, more: Partial<ConnectionField> = {}) =>
  main(key, label, { group: 'tls', kind: 'file', ...more });
const advanced = (key: string, label: string, more: Partial<ConnectionField> = {}) =>
  main(key, label, { group: 'advanced', ...more });

const AUTHORITY = tls('ca_file', 'Certificate authority', {
  placeholder: 'certs/ca.pem',
  help: 'PEM file of the authority that signed the server’s certificate, where the system does not know it.',
});
const CLIENT_CERTIFICATE = [
  tls('cert_file', 'Client certificate', { placeholder: 'certs/client.pem' }),
  tls('key_file', 'Client key', {
    placeholder: 'certs/client.key',
    help: 'Readable by you alone (chmod 600).',
  }),
];
const SSH: readonly ConnectionField[] = [
  main('ssh_host', 'SSH host', {
    group: 'ssh',
    placeholder: 'bastion',
    help: 'A host of your ~/.ssh/config, or user@host. Your own ssh, keys and agent are used.',
  }),
  main('ssh_port', 'SSH port', { group: 'ssh', kind: 'number' }),
  main('ssh_config', 'SSH config', { group: 'ssh', kind: 'file', placeholder: '~/.ssh/config' }),
];
const FETCH_LIMIT = advanced('fetch_limit', 'Rows fetched at once', {
  kind: 'number',
  default: 10_000,
  help: 'A result straight from this database stops here and offers to fetch more.',
});
const STATEMENT_TIMEOUT = advanced('statement_timeout', 'Statement timeout (s)', {
  kind: 'number',
  help: 'Seconds after which the server ends a statement.',
});

const POSTGRES: readonly ConnectionField[] = [
  main('host', 'Host', { placeholder: 'localhost', help: 'Or the folder of a Unix socket.' }),
  main('port', 'Port', { kind: 'number', default: 5432 }),
  main('database', 'Database'),
  main('user', 'User'),
  secret('password', 'Password', { help: 'Left out, ~/.pgpass is asked.' }),
  tls('sslmode', 'TLS', {
    kind: 'choice',
    choices: ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
    default: 'prefer',
    help: 'verify-full proves that it is the right server; prefer and require do not.',
  }),
  AUTHORITY,
  ...CLIENT_CERTIFICATE,
  ...SSH,
  STATEMENT_TIMEOUT,
  FETCH_LIMIT,
  advanced('connect_timeout', 'Connect timeout (s)', { kind: 'number', default: 10 }),
  advanced('service', 'Service', { help: 'A section of ~/.pg_service.conf.' }),
  advanced('service_file', 'Service file', { kind: 'file', placeholder: '~/.pg_service.conf' }),
  advanced('passfile', 'Password file', { kind: 'file', placeholder: '~/.pgpass' }),
];

const MYSQL: readonly ConnectionField[] = [
  main('host', 'Host', { placeholder: 'localhost' }),
  main('port', 'Port', { kind: 'number', default: 3306 }),
  main('database', 'Database'),
  main('user', 'User'),
  secret('password', 'Password'),
  advanced('socket', 'Unix socket', { kind: 'file', placeholder: '/run/mysqld/mysqld.sock' }),
  tls('sslmode', 'TLS', {
    kind: 'choice',
    choices: ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
    default: 'prefer',
  }),
  AUTHORITY,
  ...CLIENT_CERTIFICATE,
  ...SSH,
  STATEMENT_TIMEOUT,
  FETCH_LIMIT,
  advanced('connect_timeout', 'Connect timeout (s)', { kind: 'number', default: 10 }),
];

const S3: readonly ConnectionField[] = [
  main('endpoint', 'Endpoint', {
    placeholder: 'http://127.0.0.1:9000',
    help: 'For MinIO, R2 and others; left out, it is Amazon’s own.',
  }),
  main('region', 'Region', { placeholder: 'eu-central-1' }),
  main('bucket', 'Bucket', { help: 'Binds the connection to one bucket; left out, all that the key may list.' }),
  main('prefix', 'Prefix', { placeholder: 'raw/' }),
  main('key_id', 'Access key', { help: 'Left out, a profile, SSO or role of ~/.aws is used.' }),
  secret('secret_key', 'Secret key'),
  secret('session_token', 'Session token'),
  main('profile', 'Profile', { group: 'advanced', help: 'A profile of ~/.aws/config.' }),
  advanced('role_arn', 'Role to assume', { placeholder: 'arn:aws:iam::123456789012:role/reader' }),
  advanced('anonymous', 'Anonymous', { kind: 'switch', default: false, help: 'For public buckets.' }),
  advanced('path_style', 'Path style', {
    kind: 'switch',
    help: 'http://host/bucket instead of http://bucket.host; on by default for endpoints other than Amazon’s.',
  }),
  tls('tls', 'TLS', { kind: 'switch', help: 'Follows the endpoint’s https:// where left out.' }),
  AUTHORITY,
];

const GCS: readonly ConnectionField[] = [
  main('bucket', 'Bucket'),
  main('prefix', 'Prefix', { placeholder: 'raw/' }),
  main('key_id', 'HMAC key', { help: 'gcloud storage hmac create SERVICE_ACCOUNT' }),
  secret('secret_key', 'HMAC secret'),
  advanced('anonymous', 'Anonymous', { kind: 'switch', default: false, help: 'For public buckets.' }),
  advanced('endpoint', 'Endpoint', { placeholder: 'https://storage.googleapis.com' }),
  advanced('region', 'Region'),
  advanced('path_style', 'Path style', { kind: 'switch' }),
  advanced('credentials', 'Service account file', { kind: 'file' }),
  tls('tls', 'TLS', { kind: 'switch' }),
  AUTHORITY,
];

const AZURE: readonly ConnectionField[] = [
  main('account', 'Account', { placeholder: 'mystorage' }),
  main('container', 'Container'),
  main('prefix', 'Prefix', { placeholder: 'raw/' }),
  secret('key', 'Account key'),
  secret('sas', 'Shared access signature'),
  secret('connection_string', 'Connection string', { help: 'In the place of account and key.' }),
  advanced('anonymous', 'Anonymous', { kind: 'switch', default: false, help: 'For public containers.' }),
  advanced('endpoint', 'Endpoint', { placeholder: 'https://mystorage.blob.core.windows.net' }),
  AUTHORITY,
];

const HTTP: readonly ConnectionField[] = [
  main('url', 'Base URL', { required: true, placeholder: 'https://api.example.com/v1' }),
  main('auth.type', 'Login', {
    kind: 'choice',
    choices: ['none', 'header', 'bearer', 'basic', 'oauth2'],
    default: 'none',
  }),
  main('auth.name', 'Header', { required: true, placeholder: 'X-Api-Key', when: { key: 'auth.type', is: ['header'] } }),
  secret('auth.value', 'Value', { required: true, when: { key: 'auth.type', is: ['header'] } }),
  secret('auth.token', 'Token', { required: true, when: { key: 'auth.type', is: ['bearer'] } }),
  main('auth.user', 'User', { required: true, when: { key: 'auth.type', is: ['basic'] } }),
  secret('auth.password', 'Password', { required: true, when: { key: 'auth.type', is: ['basic'] } }),
  main('auth.tokenUrl', 'Token URL', { required: true, when: { key: 'auth.type', is: ['oauth2'] } }),
  main('auth.clientId', 'Client id', { required: true, when: { key: 'auth.type', is: ['oauth2'] } }),
  secret('auth.clientSecret', 'Client secret', { required: true, when: { key: 'auth.type', is: ['oauth2'] } }),
  main('auth.scope', 'Scope', { when: { key: 'auth.type', is: ['oauth2'] } }),
  advanced('auth.audience', 'Audience', { when: { key: 'auth.type', is: ['oauth2'] } }),
  advanced('auth.credentials', 'Client login by', {
    kind: 'choice',
    choices: ['body', 'header'],
    default: 'body',
    when: { key: 'auth.type', is: ['oauth2'] },
  }),
  main('endpoints', 'Endpoints', { kind: 'structure', help: 'A name and a path each: `orders: /orders`.' }),
  main('paging', 'Paging', {
    kind: 'structure',
    help: 'auto, none, link, page, offset; cursor and next in millrace.yaml.',
  }),
  main('records', 'Path to the records', { placeholder: 'data.items' }),
  advanced('headers', 'Headers', { kind: 'map' }),
  advanced('params', 'Parameters', { kind: 'map' }),
  advanced('retries', 'Retries', { kind: 'number', default: 5 }),
  advanced('retryWait', 'First wait (ms)', { kind: 'number', default: 500 }),
  advanced('timeout', 'Timeout (s)', { kind: 'number', default: 60 }),
  AUTHORITY,
  ...CLIENT_CERTIFICATE,
];

const MONGODB: readonly ConnectionField[] = [
  main('host', 'Host', { placeholder: 'localhost' }),
  main('port', 'Port', { kind: 'number', default: 27017 }),
  main('uri', 'URI', {
    placeholder: 'mongodb+srv://cluster0.example.net',
    help: 'In the place of host and port, without user and password.',
  }),
  main('database', 'Database', { help: 'Binds the connection to one database.' }),
  main('user', 'User'),
  secret('password', 'Password'),
  advanced('auth_source', 'Login database', { placeholder: 'admin' }),
  advanced('replica_set', 'Replica set'),
  advanced('sample', 'Documents sampled', { kind: 'number', default: 1_000 }),
  FETCH_LIMIT,
  tls('tls', 'TLS', { kind: 'switch', default: false }),
  AUTHORITY,
  ...CLIENT_CERTIFICATE,
  ...SSH,
];

/** The options of each type: the form, the check of millrace.yaml and the command line are all drawn from this. */
export const CONNECTION_FIELDS: Record<ConnectionType, readonly ConnectionField[]> = {
  folder: [main('path', 'Folder', { kind: 'folder', required: true, placeholder: '~/data' })],
  s3: S3,
  gcs: GCS,
  azure: AZURE,
  postgres: POSTGRES,
  mysql: MYSQL,
  sqlite: [main('path', 'File', { kind: 'file', required: true, placeholder: 'data/shop.sqlite' })],
  duckdb: [main('path', 'File', { kind: 'file', required: true, placeholder: 'data/shop.duckdb' })],
  http: HTTP,
  mongodb: MONGODB,
};

/** The value of a field among options; `auth.token` lies below `auth`. */
export function fieldValue(options: Record<string, OptionValue>, key: string): OptionValue | undefined {
  let value: OptionValue | undefined = options;
  for (const part of key.split('.')) {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = value[part];
  }
  return value;
}

/** A copy of the options with one field set, or taken out where `value` is undefined. */
export function withFieldValue(
  options: Record<string, OptionValue>,
  key: string,
  value: OptionValue | undefined,
): Record<string, OptionValue> {
  const [first = '', ...rest] = key.split('.');
  const copy = { ...options };
  if (rest.length === 0) {
    if (value === undefined) delete copy[first];
    else copy[first] = value;
    return copy;
  }
  const inner = copy[first];
  const below = withFieldValue(typeof inner === 'object' && !Array.isArray(inner) ? inner : {}, rest.join('.'), value);
  if (Object.keys(below).length === 0) delete copy[first];
  else copy[first] = below;
  return copy;
}
