import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, MillraceError } from '../../../shared/errors';
import { redactText } from '../../../shared/sql/redact';
import type { Fetch } from './fetch';
import { basicValue, type HttpOptions, secretValues } from './http-options';
import { TokenCache } from './oauth-token';

export interface CallOptions {
  signal: AbortSignal;
  headers?: Record<string, string>;
  /** Told before each wait. */
  onWait?(note: string): void;
}

/** The longest that a server's wish to wait is followed, in seconds. */
const LONGEST_WAIT = 600;
const REDIRECTS = 5;
const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Calls of one connection: signs them, waits as the server asks (429, Retry-After), tries again after 5xx and lost
 * connections with growing, jittered waits, and then gives up with an error that says what was seen. Its errors show no
 * secret.
 */
export class HttpClient {
  private readonly tokens: TokenCache;
  private readonly secrets: string[];

  constructor(
    readonly options: HttpOptions,
    private readonly fetch: Fetch,
  ) {
    this.secrets = secretValues(options);
    this.tokens = new TokenCache(options, fetch, (secret) => this.secrets.push(secret));
  }

  /** A URL or message with every secret taken out. */
  shown(given: string | URL): string {
    let shown = String(given);
    for (const secret of this.secrets) {
      shown = shown.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
    }
    return redactText(shown);
  }

  /**
   * Calls the URL and gives what `take` makes of the answer. The whole of it is done again where the connection breaks
   * off while the body is read; `take` is told by its argument which try it is.
   * Throws CONNECTION_FAILED, CONNECTION_LOST, ACCESS_DENIED, NOT_FOUND, CancelledError.
   */
  async call<T>(url: URL, options: CallOptions, take: (response: Response) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      let failure: CallFailure;
      try {
        return await this.attempt(url, options, take);
      } catch (error) {
        if (options.signal.aborted) throw new CancelledError();
        if (error instanceof CallFailure) failure = error;
        else if (isLost(error)) failure = new CallFailure(this.lost(url, error));
        else throw error;
      }
      if (!failure.mayPass || attempt >= this.options.retries) throw failure.asError(attempt);
      await this.wait(failure, attempt, options);
    }
  }

  /** Signs in where the authentication asks for it; throws ACCESS_DENIED or CONNECTION_FAILED. */
  async signIn(signal: AbortSignal): Promise<void> {
    if (this.options.auth.type === 'oauth2') await this.tokens.get(signal);
  }

  private async attempt<T>(url: URL, options: CallOptions, take: (response: Response) => Promise<T>): Promise<T> {
    const stopping = new AbortController();
    const patience = new Patience(this.options.timeout * 1_000, () => stopping.abort(new SlowServer()));
    const signal = AbortSignal.any([options.signal, stopping.signal]);
    try {
      let response = await this.send(url, options.headers ?? {}, signal);
      if (response.status === 401 && this.options.auth.type === 'oauth2') {
        await response.body?.cancel();
        this.tokens.forget();
        response = await this.send(url, options.headers ?? {}, signal);
      }
      patience.renew();
      if (!response.ok) throw await this.refused(url, response);
      return await take(watched(response, () => patience.renew()));
    } catch (error) {
      if (stopping.signal.aborted && !options.signal.aborted) throw new CallFailure(this.slow(url));
      throw error;
    } finally {
      patience.end();
    }
  }

  private async send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    let place = url;
    for (let hop = 0; hop <= REDIRECTS; hop += 1) {
      const response = await this.fetch(place.href, {
        headers: { accept: 'application/json', ...this.options.headers, ...headers, ...(await this.signature(signal)) },
        redirect: 'manual',
        signal,
      });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return response;
      await response.body?.cancel();
      const next = new URL(location, place);
      if (next.origin !== url.origin) throw new CallFailure(this.elsewhere(url, next));
      place = next;
    }
    throw new CallFailure(
      new MillraceError({
        code: 'CONNECTION_FAILED',
        message: `${this.shown(url)} leads from one address to the next without end.`,
        hint: 'Look at the path of the endpoint; some APIs redirect so when a slash at the end is missing.',
      }),
    );
  }

  private async signature(signal: AbortSignal): Promise<Record<string, string>> {
    const { auth } = this.options;
    switch (auth.type) {
      case 'none':
        return {};
      case 'header':
        return { [auth.name]: auth.value };
      case 'bearer':
        return { authorization: `Bearer ${auth.token}` };
      case 'basic':
        return { authorization: `Basic ${basicValue(auth.user, auth.password)}` };
      case 'oauth2':
        return { authorization: `Bearer ${await this.tokens.get(signal)}` };
    }
  }

  private async wait(failure: CallFailure, attempt: number, options: CallOptions): Promise<void> {
    // Between a half and the whole of the doubled wait, so that many readers do not come back at once.
    const growing = this.options.retryWait * 2 ** attempt * (0.5 + Math.random() / 2);
    const milliseconds = failure.waitMilliseconds ?? Math.min(growing, 60_000);
    options.onWait?.(
      failure.waitMilliseconds === undefined
        ? `trying again in ${Math.ceil(milliseconds / 1_000)} s: ${failure.error.message}`
        : `waiting ${Math.ceil(milliseconds / 1_000)} s, as the server asked`,
    );
    await sleep(milliseconds, undefined, { signal: options.signal }).catch(() => {
      throw new CancelledError();
    });
  }

  private async refused(url: URL, response: Response): Promise<CallFailure> {
    const { status } = response;
    const body = this.shown((await startOf(response)).replaceAll(/\s+/g, ' ').trim());
    const said = body === '' ? '' : `: ${body}`;
    const shown = this.shown(url);
    if (status === 401 || status === 403) {
      return new CallFailure(
        new MillraceError({
          code: 'ACCESS_DENIED',
          message: `The server refused ${shown} (${status})${said}`,
          hint:
            status === 401
              ? 'Check `auth` of the connection: its type, and whether the secret is still valid.'
              : 'The login is known but may not read this; ask for the right, or check `auth` of the connection.',
        }),
      );
    }
    if (status === 404 || status === 410) {
      return new CallFailure(
        new MillraceError({
          code: 'NOT_FOUND',
          message: `The server knows no ${shown} (${status})${said}`,
          hint: 'Compare `url` of the connection and `path` of the endpoint with the documentation of the API.',
        }),
      );
    }
    const wait = status === 429 || status === 503 ? retryAfter(response.headers.get('retry-after')) : undefined;
    const isTooLong = wait !== undefined && wait > LONGEST_WAIT * 1_000;
    return new CallFailure(
      new MillraceError({
        code: 'CONNECTION_FAILED',
        message: isTooLong
          ? `The server asks to wait ${Math.ceil(wait / 60_000)} minutes before ${shown} is called again (${status}).`
          : `The server answered ${status} to ${shown}${said}`,
        hint:
          status === 429
            ? 'The limit of the API is used up: run again later, or ask for larger pages with fewer calls.'
            : status >= 500
              ? 'The fault is on the server; run again later. What was read before is not in the table.'
              : 'Compare the parameters of the endpoint with the documentation of the API.',
      }),
      RETRIED.has(status) && !isTooLong,
      wait,
    );
  }

  private lost(url: URL, error: unknown): MillraceError {
    const cause = rootCause(error);
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const isTls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/i.test(code);
    return new MillraceError({
      code: NEVER_REACHED.has(code) || isTls ? 'CONNECTION_FAILED' : 'CONNECTION_LOST',
      message: `${this.shown(url)}: ${this.shown(REASONS[code] ?? (cause.message || 'the connection broke off'))}.`,
      hint: isTls
        ? 'Check the certificate; an own authority is named by `ca_file` of the connection.'
        : NEVER_REACHED.has(code)
          ? 'Check `url` of the connection and whether this machine reaches the server; `millrace connections test` tries it step by step.'
          : 'The server or the network went away while it was read. Run again: nothing was written.',
      cause,
    });
  }

  private slow(url: URL): MillraceError {
    return new MillraceError({
      code: 'CONNECTION_LOST',
      message: `${this.shown(url)} sent nothing for ${this.options.timeout} seconds.`,
      hint: 'Raise `timeout` of the connection (seconds), or ask for smaller pages.',
    });
  }

  private elsewhere(url: URL, next: URL): MillraceError {
    return new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${this.shown(url)} leads to another server, ${next.origin}, which is not given the login.`,
      hint: `If that is right, set \`url\` of the connection to ${next.origin}.`,
    });
  }
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  ECONNRESET: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  UND_ERR_CONNECT_TIMEOUT: 'the server does not answer',
};

class SlowServer extends Error {}

class CallFailure extends Error {
  constructor(
    readonly error: MillraceError,
    readonly mayPass = error.code === 'CONNECTION_LOST',
    readonly waitMilliseconds?: number,
  ) {
    super(error.message);
  }

  asError(retries: number): MillraceError {
    if (retries === 0) return this.error;
    const { code, message, hint, cause } = this.error;
    return new MillraceError({
      code,
      message: `${message.replace(/\.$/, '')} (tried ${retries + 1} times).`,
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/** Ends a call that stays silent for too long. */
class Patience {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly milliseconds: number,
    private readonly onEnd: () => void,
  ) {
    this.renew();
  }

  renew(): void {
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(this.onEnd, this.milliseconds);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** The answer with each arriving piece of its body told. */
function watched(response: Response, onPiece: () => void): Response {
  if (!response.body) return response;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        onPiece();
        controller.enqueue(piece);
      },
    }),
  );
  return new Response(body, { status: response.status, headers: response.headers });
}

function isLost(error: unknown): boolean {
  if (error instanceof MillraceError) return false;
  const cause = rootCause(error);
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return /fetch failed|terminated|socket|other side closed/i.test(String(error)) || /^(E[A-Z]+|UND_ERR)/.test(code);
}

function rootCause(error: unknown): Error {
  const given = error instanceof Error ? error : new Error(String(error));
  if (given instanceof AggregateError && given.errors[0] instanceof Error) return given.errors[0];
  return given.cause instanceof Error ? rootCause(given.cause) : given;
}

/** Milliseconds, from seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

const SHOWN_BYTES = 300;

/** The first signs of a refusal's body, less tags. */
async function startOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const { value } = await reader.read();
  await reader.cancel();
  const text = Buffer.from(value ?? [])
    .toString('utf8')
    .replaceAll(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ');
  return text.slice(0, SHOWN_BYTES);
}
