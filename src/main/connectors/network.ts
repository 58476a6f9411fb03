import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { fileError } from '../project/atomic-file';
import type { OpenConnection } from './connector';

type Environment = Record<string, string | undefined>;

/**
 * The proxy that the environment names for an address, as curl and the other tools read it: HTTPS_PROXY, HTTP_PROXY and
 * ALL_PROXY, in either case, less what NO_PROXY excepts (`*`, hosts, `.domain`, `host:port`).
 */
export function proxyFor(url: URL, environment: Environment = process.env): URL | undefined {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = (url.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')) ?? read('ALL_PROXY');
  if (proxy === undefined || isExcepted(url, read('NO_PROXY') ?? '')) return undefined;
  const full = /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  return URL.canParse(full) ? new URL(full) : undefined;
}

/** Agents for clients that call one server with node's own http, through the proxy of the environment where it has one. */
export function agentsFor(
  url: URL,
  options: { maxSockets: number; ca?: string[] | undefined },
): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const { maxSockets, ca } = options;
  const settings = { keepAlive: true, maxSockets, ...(ca === undefined ? {} : { ca }) };
  const proxy = proxyFor(url);
  if (!proxy)
    return { httpAgent: new HttpAgent({ keepAlive: true, maxSockets }), httpsAgent: new HttpsAgent(settings) };
  return {
    httpAgent: new HttpProxyAgent(proxy, settings) as unknown as HttpAgent,
    httpsAgent: new HttpsProxyAgent(proxy, settings) as unknown as HttpsAgent,
  };
}

/** The text of the file that an option names. Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
export function readOption(connection: OpenConnection, key: string): string | undefined {
  const written = connection.options[key];
  if (typeof written !== 'string' || written === '') return undefined;
  const file = path.resolve(connection.projectFolder, written.replace(/^~(?=$|[\\/])/, homedir()));
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fileError(error, file);
  }
}

function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return exceptions
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((exception) => {
      if (exception === '*') return true;
      const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(exception.toLowerCase()) ?? [];
      const domain = name.replace(/^\*?\./, '');
      return (wanted === undefined || wanted === port) && (host === domain || host.endsWith(`.${domain}`));
    });
}
