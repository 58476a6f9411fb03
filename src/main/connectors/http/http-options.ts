import { z } from 'zod';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), text);

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('header'), name: z.string().min(1), value: text }),
  z.strictObject({ type: z.literal('bearer'), token: text }),
  z.strictObject({ type: z.literal('basic'), user: text, password: text }),
  z.strictObject({
    type: z.literal('oauth2'),
    tokenUrl: z.string().min(1),
    clientId: text,
    clientSecret: text,
    scope: z.string().optional(),
    audience: z.string().optional(),
    /** Where the client's name and secret stand in the call for a token. */
    credentials: z.enum(['body', 'header']).default('body'),
  }),
]);

const pagingObject = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['auto', 'none', 'link']) }),
  z.strictObject({
    type: z.literal('page'),
    parameter: z.string().default('page'),
    start: z.int().default(1),
    size: z.int().positive().optional(),
    sizeParameter: z.string().default('per_page'),
  }),
  z.strictObject({
    type: z.literal('offset'),
    parameter: z.string().default('offset'),
    start: z.int().default(0),
    size: z.int().positive().default(100),
    sizeParameter: z.string().default('limit'),
  }),
  z.strictObject({ type: z.literal('cursor'), parameter: z.string().default('cursor'), path: z.string().min(1) }),
  z.strictObject({ type: z.literal('next'), path: z.string().min(1) }),
]);

const PAGING_WORDS = ['auto', 'none', 'link', 'page', 'offset'] as const;

const paging = z
  .union([z.enum(PAGING_WORDS).transform((type) => pagingObject.parse({ type })), pagingObject])
  .default({ type: 'auto' });

const endpoint = z.strictObject({
  path: z.string().default(''),
  params: texts.default({}),
  headers: texts.default({}),
  /** `data.items`; `$` is the answer itself. */
  records: z.string().optional(),
  paging: paging.optional(),
  incremental: z
    .strictObject({ parameter: z.string().min(1), cursor: z.string().min(1), start: text.optional() })
    .optional(),
  key: z.union([z.string().transform((name) => [name]), z.array(z.string())]).optional(),
});

const options = z.looseObject({
  url: z.string().min(1),
  auth: auth.default({ type: 'none' }),
  headers: texts.default({}),
  params: texts.default({}),
  paging,
  records: z.string().optional(),
  endpoints: z
    .record(z.string(), z.union([z.string().transform((path) => endpoint.parse({ path })), endpoint]))
    .default({}),
  /** How often a call is tried again after 429, 5xx or a lost connection. */
  retries: z.int().min(0).max(20).default(5),
  /** Milliseconds before the first of these, doubled each time. */
  retryWait: z.int().min(1).default(500),
  /** Seconds without an answer, or without another byte of it. */
  timeout: z.number().positive().default(60),
});

export type HttpOptions = z.infer<typeof options>;
export type Paging = z.infer<typeof pagingObject>;
type Endpoint = z.infer<typeof endpoint>;

/** An endpoint with what the connection says for all of them filled in. */
export interface HttpEndpoint extends Omit<Endpoint, 'paging'> {
  name: string;
  paging: Paging;
}

/** Throws PROJECT_INVALID, naming the option, where the entry is not as it must be. */
export function httpOptions(connection: Pick<OpenConnection, 'name' | 'options'>): HttpOptions {
  const parsed = options.safeParse(connection.options);
  const issue = parsed.error?.issues[0];
  if (!parsed.success) {
    throw invalid(connection.name, `${issue?.path.join('.') ?? 'options'}: ${issue?.message ?? 'is not valid'}`);
  }
  if (!/^https?:\/\//i.test(parsed.data.url) || !URL.canParse(parsed.data.url)) {
    throw invalid(connection.name, 'url: must begin with http:// or https://');
  }
  return parsed.data;
}

/**
 * The endpoint of that name; of an unnamed one its path, `/orders`, so that a source can be tried before it is named.
 * Throws NOT_FOUND with the names that there are.
 */
export function findEndpoint(name: string, connection: string, given: HttpOptions): HttpEndpoint {
  const named = given.endpoints[name] ?? (name.startsWith('/') ? endpoint.parse({ path: name }) : undefined);
  if (!named) {
    const names = Object.keys(given.endpoints);
    throw new MillraceError({
      code: 'NOT_FOUND',
      message: `The connection ${connection} has no endpoint "${name}".`,
      hint:
        names.length > 0
          ? `It has ${names.slice(0, 10).join(', ')}. A path such as /orders works too.`
          : 'Name it under `endpoints:` of the connection in millrace.yaml, or give a path such as /orders.',
    });
  }
  return {
    ...named,
    name,
    params: { ...given.params, ...named.params },
    records: named.records ?? given.records,
    paging: named.paging ?? given.paging,
  };
}

/** The address of the endpoint's first page, less what paging and cursor add. */
export function endpointUrl(given: HttpOptions, endpoint: HttpEndpoint): URL {
  const base = new URL(given.url);
  const path = endpoint.path;
  const url = /^https?:\/\//i.test(path) ? new URL(path) : new URL(base);
  if (url.origin !== base.origin) {
    throw invalid(endpoint.name, `path: ${url.origin} is another server than the connection's ${base.origin}`);
  }
  if (!/^https?:\/\//i.test(path) && path !== '') {
    const [place = '', query = ''] = path.split('?');
    if (place !== '') url.pathname = `${base.pathname.replace(/\/+$/, '')}/${place.replace(/^\/+/, '')}`;
    for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  }
  for (const [name, value] of Object.entries(endpoint.params)) url.searchParams.set(name, value);
  return url;
}

/** Every value of the options that must not be seen. */
export function secretValues({ auth: given, headers, url }: HttpOptions): string[] {
  const values: string[] = [];
  if (given.type === 'header') values.push(given.value);
  if (given.type === 'bearer') values.push(given.token);
  if (given.type === 'basic') values.push(given.password, basicValue(given.user, given.password));
  if (given.type === 'oauth2') values.push(given.clientSecret, basicValue(given.clientId, given.clientSecret));
  for (const [name, value] of Object.entries(headers))
    if (/auth|key|token|secret|cookie/i.test(name)) values.push(value);
  const { password, searchParams } = new URL(url);
  if (password !== '') values.push(password);
  for (const [name, value] of searchParams) if (/key|token|secret|password|sig/i.test(name)) values.push(value);
  return values.filter((value) => value.length > 2);
}

export function basicValue(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

function invalid(name: string, problem: string): MillraceError {
  return new MillraceError({
    code: 'PROJECT_INVALID',
    message: `The connection ${name}: ${problem}.`,
    hint: 'Correct it in millrace.yaml or in its form.',
  });
}
