import { createHash } from 'node:crypto';
import { CancelledError, MillraceError } from '../../../shared/errors';
import type { ReadRequest, RecordsRead } from '../record-source';
import type { HttpClient } from './http-client';
import { endpointUrl, type HttpEndpoint } from './http-options';
import { firstPage, nextPage } from './paging';
import { BrokenAnswer, RecordSplitter } from './record-splitter';
import { findRecords, pathNames } from './records-path';

interface Page {
  records: number;
  envelope: unknown;
  headers: Headers;
  /** Of the records' bytes; a page that comes again is known by it. */
  digest: string;
}

/** Of an answer in which the records must first be found; with `records` set any size is read. */
const LARGEST_UNKNOWN = 64 * 1024 * 1024;

/**
 * Reads an endpoint page after page into the sink. A page that breaks off is taken out of the sink and read again; pages
 * that repeat end it with an error. Throws what the client throws, and FILE_FORMAT for an answer that is no JSON.
 */
export async function readEndpoint(
  client: HttpClient,
  endpoint: HttpEndpoint,
  request: Omit<ReadRequest, 'path'>,
): Promise<RecordsRead> {
  const reader = new EndpointReader(client, endpoint, request);
  return reader.read();
}

class EndpointReader {
  private path: string[] | undefined;
  private pages = 0;
  private records = 0;
  /** The first line of each page, from 1. */
  private readonly firstLines: number[] = [];

  constructor(
    private readonly client: HttpClient,
    private readonly endpoint: HttpEndpoint,
    private readonly request: Omit<ReadRequest, 'path'>,
  ) {
    if (endpoint.records !== undefined) this.path = pathNames(endpoint.records);
  }

  async read(): Promise<RecordsRead> {
    const seen = new Set<string>();
    let digest = '';
    let url: URL | undefined = firstPage(this.startUrl(), this.endpoint.paging);
    const start = url;
    while (url) {
      if (this.request.signal.aborted) throw new CancelledError();
      if (seen.has(url.href)) throw this.loop(url, 'leads back to a page that was read before');
      seen.add(url.href);
      this.firstLines.push(this.records + 1);
      const page = await this.readPage(url);
      this.pages += 1;
      this.records += page.records;
      if (page.records > 0 && page.digest === digest) {
        throw this.loop(url, 'holds the same records as the page before; the API seems to ignore its paging parameter');
      }
      digest = page.digest;
      this.tell();
      url = nextPage(
        { url, headers: page.headers, envelope: page.envelope, records: page.records, total: this.records },
        this.endpoint,
      );
    }
    const shown = this.client.shown(start);
    return {
      pages: this.pages,
      records: this.records,
      bytes: this.request.sink.bytes,
      place: (line) => `page ${this.pageOf(line)} of ${shown}`,
    };
  }

  private startUrl(): URL {
    const url = endpointUrl(this.client.options, this.endpoint);
    const { incremental } = this.endpoint;
    const since = this.request.since ?? incremental?.start;
    if (incremental && since !== undefined) url.searchParams.set(incremental.parameter, since);
    return url;
  }

  private readPage(url: URL): Promise<Page> {
    const { sink, signal } = this.request;
    const before = sink.bytes;
    const take = async (response: Response): Promise<Page> => {
      if (sink.bytes > before) await sink.rewind(before);
      try {
        return await this.takePage(response);
      } catch (error) {
        throw error instanceof BrokenAnswer ? this.broken(url, error) : error;
      }
    };
    return this.client.call(url, { signal, headers: this.endpoint.headers, onWait: (note) => this.tell(note) }, take);
  }

  private async takePage(response: Response): Promise<Page> {
    const type = response.headers.get('content-type') ?? '';
    const isLines = /ndjson|jsonl|json-lines|json-seq/i.test(type);
    if (/\bhtml\b/i.test(type)) throw new BrokenAnswer('is a web page (HTML) and no JSON');
    const body = response.body as AsyncIterable<Uint8Array> | null;
    const first = isLines || this.path ? undefined : await wholeBody(body);
    if (first) this.path = this.findPath(first);
    const splitter = new RecordSplitter(isLines ? 'lines' : (this.path ?? []));
    const hash = createHash('sha1');
    let isStart = true;
    for await (const piece of first ? [first] : (body ?? [])) {
      if (isStart && /^\s*</.test(Buffer.from(piece).toString('latin1', 0, 20))) {
        throw new BrokenAnswer('is a web page (HTML) and no JSON');
      }
      isStart = false;
      const lines = splitter.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      if (lines.length === 0) continue;
      hash.update(lines);
      await this.request.sink.write(lines);
    }
    const end = splitter.end();
    if (!end.found) throw new BrokenAnswer(`has nothing at ${this.endpoint.records ?? this.path?.join('.') ?? '$'}`);
    return {
      records: end.records,
      envelope: parseEnvelope(end.envelope),
      headers: response.headers,
      digest: hash.digest('hex'),
    };
  }

  private findPath(body: Buffer): string[] {
    let answer: unknown;
    try {
      answer = JSON.parse(body.toString('utf8'));
    } catch (error) {
      const text = body.toString('utf8', 0, 100).trim();
      if (text.startsWith('<')) throw new BrokenAnswer('is a web page (HTML) and no JSON');
      throw new BrokenAnswer(`is no whole JSON (${error instanceof Error ? error.message : String(error)})`);
    }
    return findRecords(answer, this.endpoint.name);
  }

  private tell(note?: string): void {
    this.request.onProgress?.({
      pages: this.pages,
      records: this.records,
      bytes: this.request.sink.bytes,
      ...(note === undefined ? {} : { note }),
    });
  }

  private pageOf(line: number): number {
    let low = 0;
    let high = this.firstLines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.firstLines[middle] ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return Math.max(1, low);
  }

  private broken(url: URL, error: BrokenAnswer): MillraceError {
    const isHtml = error.message.includes('HTML');
    const isPath = error.message.includes('has nothing at') || /beside its records|`records`/.test(error.message);
    return new MillraceError({
      code: 'FILE_FORMAT',
      message: `Page ${this.pages + 1} of ${this.endpoint.name}, ${this.client.shown(url)}: the answer ${error.message}.`,
      hint: isHtml
        ? 'Often a login page or the documentation: check `url` and `auth` of the connection and `path` of the endpoint.'
        : isPath
          ? 'Set `records` of the endpoint to the path of the list in the answer.'
          : 'Nothing was written. Run again; if it stays so, ask for smaller pages or tell those who run the API.',
    });
  }

  private loop(url: URL, what: string): MillraceError {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `The pages of ${this.endpoint.name} run in a circle: page ${this.pages + 1}, ${this.client.shown(url)}, ${what}.`,
      hint: 'Nothing was written. Set `paging` of the endpoint as the documentation of the API says.',
    });
  }
}

async function wholeBody(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes > LARGEST_UNKNOWN)
      throw new BrokenAnswer('is larger than 64 MB, and `records` does not say where its list is');
  }
  return Buffer.concat(pieces);
}

function parseEnvelope(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrokenAnswer(`is no whole JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
