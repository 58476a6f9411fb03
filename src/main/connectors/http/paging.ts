import { MillraceError } from '../../../shared/errors';
import type { HttpEndpoint, Paging } from './http-options';

/** What a page tells about the one behind it. */
export interface PageSeen {
  url: URL;
  headers: Headers;
  /** The answer's JSON without its records; undefined where it is none. */
  envelope: unknown;
  records: number;
  /** Of this page and all before it. */
  total: number;
}

/** Where a "next" URL stands in well-known APIs. */
const NEXT_PATHS = [
  'next',
  'next_url',
  'nextUrl',
  'nextLink',
  '@odata.nextLink',
  'next_page_url',
  'links.next',
  'links.next.href',
  '_links.next.href',
  'paging.next',
  'pagination.next',
  'pagination.next_url',
  'meta.next',
];

/** Where a cursor stands, and the parameter that takes it. */
const CURSOR_PATHS: [path: string, parameter: string][] = [
  ['next_cursor', 'cursor'],
  ['nextCursor', 'cursor'],
  ['meta.next_cursor', 'cursor'],
  ['pagination.next_cursor', 'cursor'],
  ['response_metadata.next_cursor', 'cursor'],
  ['next_page_token', 'page_token'],
  ['nextPageToken', 'pageToken'],
  ['paging.cursors.after', 'after'],
];

const MORE_PATHS = ['has_more', 'hasMore', 'meta.has_more', 'pagination.has_more'];
const TOTAL_PATHS = [
  'total',
  'total_count',
  'totalCount',
  'count',
  'meta.total',
  'pagination.total',
  'page.totalElements',
];

/** The first page's address with what the paging adds to it. */
export function firstPage(url: URL, paging: Paging): URL {
  const first = new URL(url);
  if (paging.type === 'page') {
    first.searchParams.set(paging.parameter, String(paging.start));
    if (paging.size !== undefined) first.searchParams.set(paging.sizeParameter, String(paging.size));
  }
  if (paging.type === 'offset') {
    first.searchParams.set(paging.parameter, String(paging.start));
    first.searchParams.set(paging.sizeParameter, String(paging.size));
  }
  return first;
}

/**
 * The address of the page behind, or undefined after the last. Throws BAD_REQUEST where there is more but not said how
 * to get it, as a table that silently lacks records would be worse.
 */
export function nextPage(seen: PageSeen, endpoint: HttpEndpoint): URL | undefined {
  const { paging } = endpoint;
  switch (paging.type) {
    case 'none':
      return undefined;
    case 'link':
      return absolute(linkNext(seen.headers), seen);
    case 'next':
      return absolute(textAt(seen.envelope, paging.path), seen);
    case 'cursor':
      return withParameter(seen.url, paging.parameter, textAt(seen.envelope, paging.path));
    case 'page':
      if (seen.records === 0 || isAll(seen)) return undefined;
      return withParameter(seen.url, paging.parameter, counted(seen.url, paging.parameter, 1));
    case 'offset':
      if (seen.records === 0 || isAll(seen)) return undefined;
      return withParameter(seen.url, paging.parameter, counted(seen.url, paging.parameter, seen.records));
    default:
      return evident(seen, endpoint);
  }
}

/** Where nothing was said: a Link header, a URL of the next page, a cursor. */
function evident(seen: PageSeen, endpoint: HttpEndpoint): URL | undefined {
  const link = linkNext(seen.headers);
  if (link !== undefined) return absolute(link, seen);
  for (const path of NEXT_PATHS) {
    const next = textAt(seen.envelope, path);
    if (next !== undefined && /^(?:https?:\/\/|\/|\?)/i.test(next)) return absolute(next, seen);
  }
  for (const [path, parameter] of CURSOR_PATHS) {
    const cursor = textAt(seen.envelope, path);
    if (cursor !== undefined) return withParameter(seen.url, parameter, cursor);
  }
  refuseMore(seen, endpoint);
  return undefined;
}

function refuseMore(seen: PageSeen, endpoint: HttpEndpoint): void {
  const isMore = MORE_PATHS.some((path) => valueAt(seen.envelope, path) === true);
  const total = totalOf(seen.envelope);
  if (!isMore && (total === undefined || total <= seen.total || seen.records === 0)) return;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: isMore
      ? `The API says that ${endpoint.name} has more records, but not how to get them.`
      : `The API says that ${endpoint.name} has ${total} records, gave ${seen.total}, and does not say how to get the others.`,
    hint: 'Set `paging` of the endpoint: page, offset, or { type: cursor, path: …, parameter: … }; or `none` if this is all you want.',
  });
}

function isAll(seen: PageSeen): boolean {
  const total = totalOf(seen.envelope, ['total', 'total_count', 'totalCount', 'meta.total', 'pagination.total']);
  return total !== undefined && seen.total >= total;
}

function totalOf(envelope: unknown, paths = TOTAL_PATHS): number | undefined {
  for (const path of paths) {
    const value = valueAt(envelope, path);
    if (typeof value === 'number') return value;
  }
  return undefined;
}

function counted(url: URL, parameter: string, by: number): string {
  return String(Number(url.searchParams.get(parameter) ?? 0) + by);
}

function withParameter(url: URL, parameter: string, value: string | undefined): URL | undefined {
  if (value === undefined) return undefined;
  const next = new URL(url);
  next.searchParams.set(parameter, value);
  return next;
}

/** The login goes to the connection's own server alone, so a next page elsewhere is refused. */
function absolute(text: string | undefined, seen: PageSeen): URL | undefined {
  if (text === undefined) return undefined;
  const next = new URL(text, seen.url);
  // Behind a proxy that ends TLS many APIs write http: links to themselves.
  if (next.host === seen.url.host) next.protocol = seen.url.protocol;
  if (next.origin === seen.url.origin) return next;
  throw new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `The next page lies on another server, ${next.origin}, which is not given the login.`,
    hint: 'Page by parameter instead: set `paging` of the endpoint to page, offset or cursor.',
  });
}

/** RFC 8288: `<https://…?page=2>; rel="next"`. */
function linkNext(headers: Headers): string | undefined {
  const link = headers.get('link');
  if (link === null) return undefined;
  for (const [, target, parameters] of link.matchAll(/<([^>]*)>((?:\s*;\s*[^,;"]+(?:"[^"]*")?)*)/g)) {
    if (/;\s*rel\s*=\s*"?(?:[^"]*\s)?next(?:\s|"|;|$)/i.test(parameters ?? '')) return target;
  }
  return undefined;
}

/** A text or number at a path of names with dots between; undefined where there is none or it is empty. */
function textAt(value: unknown, path: string): string | undefined {
  const found = valueAt(value, path);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : undefined;
}

function valueAt(value: unknown, path: string): unknown {
  if (isRecord(value) && path in value) return value[path];
  let at = value;
  for (const name of path.replace(/^\$\.?/, '').split('.')) {
    if (!isRecord(at)) return undefined;
    at = at[name];
  }
  return at;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
