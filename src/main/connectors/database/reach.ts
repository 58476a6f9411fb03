import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { CancelledError, MillraceError } from '../../../shared/errors';

/** Where a server listens: a host with a port, or a socket file. */
export interface Endpoint {
  host: string;
  port: number;
  /** A socket file, which takes the place of host and port. */
  path?: string;
}

/** The addresses behind a host name, as text. Throws CONNECTION_FAILED where there are none. */
export async function resolveHost(host: string): Promise<string> {
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map((one) => one.address))].join(', ');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const isTemporary = code === 'EAI_AGAIN';
    throw new MillraceError({
      code: 'CONNECTION_FAILED',
      message: isTemporary
        ? `No name server answered the question for "${host}".`
        : `No address is known for the host "${host}".`,
      hint: isTemporary
        ? 'Check the network, or whether a VPN has to be on.'
        : 'Check the spelling of `host`, or whether a VPN has to be on.',
      cause: error,
    });
  }
}

/** An open socket to the endpoint. Throws CONNECTION_FAILED that tells a refusal from silence. */
export async function openSocket(endpoint: Endpoint, milliseconds: number, signal?: AbortSignal): Promise<Socket> {
  if (signal?.aborted) throw new CancelledError();
  const socket = endpoint.path
    ? connect({ path: endpoint.path })
    : connect({ host: endpoint.host, port: endpoint.port });
  return new Promise((resolve, reject) => {
    const end = (error: Error | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancelled);
      socket.removeAllListeners('error');
      if (!error) return resolve(socket);
      socket.on('error', () => undefined); // told already
      socket.destroy();
      reject(error);
    };
    const cancelled = () => end(new CancelledError());
    const timer = setTimeout(() => end(silent(endpoint, milliseconds)), milliseconds);
    signal?.addEventListener('abort', cancelled, { once: true });
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(unreachable(endpoint, error)));
  });
}

/** The words for an endpoint. */
export function endpointText(endpoint: Endpoint): string {
  return endpoint.path ?? `${endpoint.host}:${endpoint.port}`;
}

function silent(endpoint: Endpoint, milliseconds: number): MillraceError {
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `${endpointText(endpoint)} did not answer within ${Math.round(milliseconds / 1000)} s.`,
    hint: 'A firewall or a security group may drop the packets: open the port to this machine, or set `ssh_host`.',
  });
}

/** A failed connect in words that say what to look at. */
export function unreachable(endpoint: Endpoint, error: Error): MillraceError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [message, hint] = UNREACHABLE[code] ?? ['cannot be reached', 'Check host, port and network.'];
  return new MillraceError({
    code: 'CONNECTION_FAILED',
    message: `${endpointText(endpoint)} ${message}.`,
    hint,
    cause: error,
  });
}

const UNREACHABLE: Record<string, [string, string]> = {
  ECONNREFUSED: [
    'refuses the connection: nobody listens there',
    'Start the server, check `port`, or let it listen on this address.',
  ],
  ENOENT: ['does not exist: no server has its socket there', 'Start the server, or check `host` and `port`.'],
  EACCES: ['may not be opened', 'Give yourself the right to open the socket file.'],
  EHOSTUNREACH: ['cannot be reached: there is no route', 'Check the network, or whether a VPN has to be on.'],
  ENETUNREACH: ['cannot be reached: there is no route', 'Check the network, or whether a VPN has to be on.'],
  ETIMEDOUT: ['did not answer in time', 'A firewall may drop the packets: open the port, or set `ssh_host`.'],
  ECONNRESET: ['ended the connection at once', 'Check `port`: another service may listen there.'],
};
