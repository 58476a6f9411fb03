import { z } from 'zod';
import { MillraceError } from '../../../shared/errors';
import type { Fetch } from './fetch';
import { basicValue, type HttpOptions } from './http-options';

const answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.union([z.number(), z.string().transform(Number)]).optional(),
});

/** A token is renewed this long before it ends, in milliseconds. */
const MARGIN = 30_000;
/** For servers that do not say how long a token lives. */
const DEFAULT_LIFE = 600_000;

/** The token of OAuth 2 client credentials (RFC 6749, 4.4): asked for once, kept until shortly before it ends. */
export class TokenCache {
  private token: { value: string; until: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly options: HttpOptions,
    private readonly fetch: Fetch,
    private readonly onSecret: (secret: string) => void,
  ) {}

  /** Throws ACCESS_DENIED where the server gives none, CONNECTION_FAILED where it answers otherwise. */
  async get(signal: AbortSignal): Promise<string> {
    if (this.token && Date.now() < this.token.until) return this.token.value;
    this.asking ??= this.ask(signal).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  forget(): void {
    this.token = undefined;
  }

  private async ask(signal: AbortSignal): Promise<string> {
    const { auth, url } = this.options;
    if (auth.type !== 'oauth2') throw new Error('There is no token without OAuth 2.');
    const place = new URL(auth.tokenUrl, url);
    const inHeader = auth.credentials === 'header';
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(inHeader ? {} : { client_id: auth.clientId, client_secret: auth.clientSecret }),
      ...(auth.scope === undefined ? {} : { scope: auth.scope }),
      ...(auth.audience === undefined ? {} : { audience: auth.audience }),
    });
    const response = await this.fetch(place.href, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(inHeader ? { authorization: `Basic ${basicValue(auth.clientId, auth.clientSecret)}` } : {}),
      },
      body: body.toString(),
      redirect: 'error',
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw refused(place, response.status, text);
    const parsed = answer.safeParse(parseJson(text));
    if (!parsed.success) throw refused(place, response.status, 'the answer holds no access_token');
    const { access_token: value, expires_in: seconds } = parsed.data;
    this.onSecret(value);
    const life = seconds === undefined || Number.isNaN(seconds) ? DEFAULT_LIFE : seconds * 1_000;
    this.token = { value, until: Date.now() + Math.max(life - MARGIN, life / 2) };
    return value;
  }
}

function refused(place: URL, status: number, text: string): MillraceError {
  const parsed = parseJson(text) as { error?: unknown; error_description?: unknown } | undefined;
  const said = [parsed?.error, parsed?.error_description].filter((part) => typeof part === 'string').join(', ');
  return new MillraceError({
    code: status >= 500 ? 'CONNECTION_FAILED' : 'ACCESS_DENIED',
    message: `${place.origin}${place.pathname} gave no token (${status})${said ? `: ${said}` : ''}.`,
    hint: 'Check tokenUrl, clientId, clientSecret and scope under `auth` of the connection.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The error's text then stands alone.
  }
}
