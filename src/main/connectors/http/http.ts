import type { RemoteDescription, RemoteNode, RemotePage, TestStep } from '../../../shared/connections';
import { CancelledError } from '../../../shared/errors';
import type { Browsable, Connector, OpenConnection } from '../connector';
import type { ReadRequest, RecordDefaults, RecordSource, RecordsRead } from '../record-source';
import { describeRecords } from '../record-structure';
import { HttpClient } from './http-client';
import { endpointUrl, findEndpoint, type HttpOptions, httpOptions } from './http-options';
import { type Network, openNetwork } from './network-fetch';
import { readEndpoint } from './read-endpoint';
import { SampleSink, SampleTaken } from './sample-sink';
import { testHttp } from './test-http';

/** REST and other JSON APIs: their endpoints are named in the connection's options and read page after page. */
export function createHttpConnector(): Connector & Browsable & RecordSource {
  const clients = new Map<string, { stamp: string; client: HttpClient; network: Network }>();

  /** One client a connection, so that its token is asked for once. */
  function clientOf(connection: OpenConnection): HttpClient {
    const stamp = JSON.stringify(connection.options);
    const known = clients.get(connection.name);
    if (known?.stamp === stamp) return known.client;
    void known?.network.close();
    const network = openNetwork(connection);
    const client = new HttpClient(httpOptions(connection), network.fetch);
    clients.set(connection.name, { stamp, client, network });
    return client;
  }

  return {
    type: 'http',

    test(connection: OpenConnection, signal: AbortSignal): AsyncIterable<TestStep> {
      return testHttp(connection, signal);
    },

    async close(connection: OpenConnection): Promise<void> {
      const known = clients.get(connection.name);
      clients.delete(connection.name);
      await known?.network.close();
    },

    async list(connection: OpenConnection): Promise<RemotePage> {
      const options = httpOptions(connection);
      return { nodes: Object.keys(options.endpoints).map((name) => endpointNode(name, connection, options)) };
    },

    async describe(connection: OpenConnection, path: string[]): Promise<RemoteDescription> {
      const options = httpOptions(connection);
      const name = path[0] ?? '';
      const endpoint = findEndpoint(name, connection.name, options);
      const sink = new SampleSink();
      try {
        await readEndpoint(clientOf(connection), endpoint, { sink, signal: new AbortController().signal });
      } catch (error) {
        if (!(error instanceof SampleTaken)) throw error;
      }
      const { columns, records } = describeRecords(sink.records());
      return {
        node: endpointNode(name, connection, options),
        columns,
        keys: (endpoint.key ?? []).length > 0 ? [keyOf(endpoint.key ?? [])] : [],
        notes: [`As seen in the first ${records} records; an ingest looks at all of them.`],
      };
    },

    async read(connection: OpenConnection, request: ReadRequest): Promise<RecordsRead> {
      if (request.signal.aborted) throw new CancelledError();
      const endpoint = findEndpoint(request.path.join('/'), connection.name, httpOptions(connection));
      return readEndpoint(clientOf(connection), endpoint, request);
    },

    defaults(connection: OpenConnection, path: string[]): RecordDefaults {
      const { incremental, key } = findEndpoint(path.join('/'), connection.name, httpOptions(connection));
      return { ...(incremental ? { cursor: incremental.cursor } : {}), ...(key ? { key } : {}) };
    },
  };
}

function endpointNode(name: string, connection: OpenConnection, options: HttpOptions): RemoteNode {
  const endpoint = findEndpoint(name, connection.name, options);
  const url = endpointUrl(options, endpoint);
  return { path: [name], name, kind: 'endpoint', expandable: false, comment: `GET ${url.pathname}` };
}

function keyOf(columns: string[]): RemoteDescription['keys'][number] {
  return { name: 'key', kind: 'primary', columns, definition: `key: ${columns.join(', ')} of the endpoint` };
}
