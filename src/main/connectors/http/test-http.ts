import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { TestStep, TestStepName } from '../../../shared/connections';
import { CancelledError, errorShape, MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { HttpClient } from './http-client';
import { endpointUrl, findEndpoint, httpOptions } from './http-options';
import { type Network, openNetwork } from './network-fetch';

interface Try {
  step: TestStepName;
  /** Gives what was seen; undefined where the step does not apply. */
  work(): Promise<string | undefined>;
}

/** Tries the name, the way, TLS, the login and the first endpoint. Never throws for what it is there to find out. */
export async function* testHttp(connection: OpenConnection, signal: AbortSignal): AsyncIterable<TestStep> {
  let client: HttpClient | undefined;
  let network: Network | undefined;
  const opened = () => {
    if (client) return client;
    const options = httpOptions(connection);
    network = openNetwork(connection);
    client = new HttpClient(options, network.fetch);
    return client;
  };
  const url = () => new URL(opened().options.url);
  const tries: Try[] = [
    { step: 'name', work: () => nameStep(url()) },
    {
      step: 'route',
      work: () => (usesProxy(url()) ? Promise.resolve('through the proxy') : routeStep(url(), signal)),
    },
    { step: 'tls', work: () => tlsStep(url(), opened(), signal) },
    { step: 'login', work: () => loginStep(opened(), signal) },
    { step: 'right', work: () => rightStep(connection, opened(), signal) },
  ];
  try {
    for (const { step, work } of tries) {
      const started = performance.now();
      const took = () => Math.round(performance.now() - started);
      try {
        const message = await work();
        yield {
          step,
          state: message === undefined ? 'skipped' : 'ok',
          message: message ?? SKIPPED[step],
          milliseconds: took(),
        };
      } catch (error) {
        if (signal.aborted) throw new CancelledError();
        const shape = errorShape(error);
        yield { step, state: 'failed', message: shape.message, milliseconds: took(), error: shape };
        return;
      }
    }
  } finally {
    await network?.close();
  }
}

const SKIPPED: Record<TestStepName, string> = {
  name: 'an address, no name',
  route: '',
  tls: 'http:, not encrypted',
  login: 'no login asked for',
  right: 'no endpoint is named yet',
};

async function nameStep(url: URL): Promise<string | undefined> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return undefined;
  try {
    const { address } = await lookup(host);
    return `${host} is ${address}`;
  } catch (error) {
    throw new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `The name ${host} is not known.`,
      hint: `Check \`url\` of the connection; \`nslookup ${host}\` asks the same.`,
      cause: error,
    });
  }
}

/** Then the proxy makes the way, and a connection of our own would prove nothing. */
function usesProxy(url: URL): boolean {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = process.env[name] ?? process.env[name.toLowerCase()];
  return proxy !== undefined && proxy !== '';
}

async function routeStep(url: URL, signal: AbortSignal): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const socket = connect({ host, port });
  const stop = () => socket.destroy(new CancelledError());
  signal.addEventListener('abort', stop, { once: true });
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 seconds')));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return `${host}:${port} answers`;
  } catch (error) {
    const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    throw new MillraceError({
      code: 'CONNECTION_FAILED',
      message: refused
        ? `Nothing listens on ${host}:${port}.`
        : `There is no way to ${host}:${port}: ${String(error)}.`,
      hint: 'Check host and port of `url`, the VPN and the firewall, and HTTPS_PROXY where a proxy is needed.',
      cause: error,
    });
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function tlsStep(url: URL, client: HttpClient, signal: AbortSignal): Promise<string | undefined> {
  if (url.protocol !== 'https:') return undefined;
  try {
    await client.call(url, { signal }, async (response) => {
      await response.body?.cancel();
    });
  } catch (error) {
    // Whatever the server answers, it did so through TLS; only a failed handshake is this step's.
    const shape = errorShape(error);
    if (/certificate/i.test(shape.hint ?? '') || shape.code === 'CONNECTION_LOST') throw error;
  }
  return `the certificate of ${url.hostname} is valid`;
}

async function loginStep(client: HttpClient, signal: AbortSignal): Promise<string | undefined> {
  const { auth } = client.options;
  if (auth.type === 'none') return undefined;
  if (auth.type !== 'oauth2') return `sends ${auth.type === 'header' ? `the header ${auth.name}` : auth.type}`;
  await client.signIn(signal);
  return 'the server gave a token';
}

async function rightStep(
  connection: OpenConnection,
  client: HttpClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { options } = client;
  const name = Object.keys(options.endpoints)[0];
  const url =
    name === undefined ? new URL(options.url) : endpointUrl(options, findEndpoint(name, connection.name, options));
  try {
    const status = await client.call(url, { signal }, async (response) => {
      await response.body?.cancel();
      return response.status;
    });
    return `${client.shown(url.pathname)} answers ${status}`;
  } catch (error) {
    // Many APIs have nothing at their root.
    if (name === undefined && errorShape(error).code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
