import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as fetchThrough } from 'undici';
import { MillraceError } from '../../../shared/errors';
import type { OpenConnection } from '../connector';
import { OptionReader } from '../database/option-reader';
import type { Fetch } from './fetch';

/** A connection's way into the network, to be closed when it is let go. */
export interface Network {
  fetch: Fetch;
  close(): Promise<void>;
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/**
 * The way of a connection's calls: through the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name, with the authority
 * and the client certificate of its options besides those that the system knows. Throws FILE_UNREADABLE.
 */
export function openNetwork(connection: OpenConnection): Network {
  const tls = certificates(connection);
  const dispatcher: Dispatcher = PROXIES.some((name) => process.env[name])
    ? new EnvHttpProxyAgent({ connect: tls, requestTls: tls })
    : new Agent({ connect: tls });
  return {
    // The types of the package and of Node differ in name alone.
    fetch: (url, init) =>
      fetchThrough(url, { ...init, dispatcher } as Parameters<typeof fetchThrough>[1]) as unknown as Promise<Response>,
    close: () => dispatcher.destroy(),
  };
}

function certificates(connection: OpenConnection): { ca?: string[]; cert?: string; key?: string } {
  const options = new OptionReader(connection);
  const [ca, cert, key] = ['ca_file', 'cert_file', 'key_file'].map((name) => {
    const file = options.file(name);
    return file === undefined ? undefined : readPem(file);
  });
  return {
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MillraceError({
      code: 'FILE_UNREADABLE',
      message: `The certificate file ${file} cannot be read.`,
      hint: 'Check `ca_file`, `cert_file` and `key_file` of the connection.',
      cause: error,
    });
  }
}
