import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { MillraceError } from '../../shared/errors';
import { errorResponse } from './error-response';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Who may come in by the browser door: the one-time token of the printed URL, then a session cookie. */
export interface BrowserGate {
  /** Valid for one exchange. */
  token: string;
  /** A new one-time token, for a further window or another browser. */
  renew(): string;
  middleware: MiddlewareHandler;
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The name before the port of a Host header, lower case; IPv6 keeps its brackets. */
export function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d+$/, '');
}

/**
 * Guards the browser door. Host must be a loopback name or one that the user allowed (which stops DNS rebinding), whatever
 * the port, so that an SSH tunnel to another local port works; Origin, where a browser sends one, must be that same host; a
 * fetch from any other page is refused, and so is a link from one that leads into the API. `GET /?token=…` exchanges the token for an HttpOnly, SameSite=Strict cookie.
 */
export function browserGate(allowHosts: string[]): BrowserGate {
  const allowed = new Set([...LOOPBACK, ...allowHosts.map((name) => name.toLowerCase())]);
  const sessions = new Set<string>();
  const tokens = new Set<string>();
  const renew = () => {
    const token = randomBytes(24).toString('base64url');
    tokens.add(token);
    return token;
  };
  const exchange = (given: string): string | undefined => {
    const token = [...tokens].find((one) => equal(one, given));
    if (!token) return undefined;
    tokens.delete(token);
    const session = randomBytes(24).toString('base64url');
    sessions.add(session);
    return session;
  };

  const middleware: MiddlewareHandler = async (c, next) => {
    const refused = refusal(c.req.raw.headers, allowed, c.req.path.startsWith('/api/'));
    if (refused) return errorResponse(refused);
    const token = c.req.query('token');
    // The port is part of the name: cookies do not tell ports apart, and two projects may be served side by side.
    const cookie = `millrace_${(c.req.header('host') ?? '').replace(/\D+/g, '') || 'session'}`;
    if (token !== undefined && c.req.path === '/') {
      const session = exchange(token);
      const present = getCookie(c, cookie);
      if (!session && !(present && sessions.has(present))) return errorResponse(usedToken());
      if (session) setCookie(c, cookie, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return c.redirect('/');
    }
    const session = getCookie(c, cookie) ?? bearer(c.req.header('authorization'));
    if (session && [...sessions].some((one) => equal(one, session))) return next();
    return errorResponse(
      new MillraceError({
        code: 'UNAUTHORIZED',
        message: 'This window is not signed in to the workbench.',
        hint: 'Open the URL that `millrace serve` printed; it carries a one-time token.',
      }),
    );
  };
  return { token: renew(), renew, middleware };
}

function usedToken(): MillraceError {
  return new MillraceError({
    code: 'UNAUTHORIZED',
    message: 'This link was used already, or belongs to an earlier start.',
    hint: 'Run `millrace serve` for this project again to get a new link; it works beside the one that runs.',
  });
}

function bearer(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice(7) : undefined;
}

function refusal(headers: Headers, allowed: ReadonlySet<string>, isApi: boolean): MillraceError | undefined {
  const host = headers.get('host') ?? '';
  if (!allowed.has(hostName(host))) {
    return new MillraceError({
      code: 'FORBIDDEN',
      message: `The host name "${hostName(host)}" is not one that this server answers to.`,
      hint: `Start it with --allow-host ${hostName(host)} if the name is yours.`,
    });
  }
  const origin = headers.get('origin');
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) {
    return new MillraceError({ code: 'FORBIDDEN', message: `Requests from ${origin} are not accepted.` });
  }
  // Another port of this machine is the same site: its requests carry the cookie, and a GET of them no Origin.
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (site !== 'same-origin' && site !== 'none' && (headers.get('sec-fetch-mode') !== 'navigate' || isApi)) {
    return new MillraceError({ code: 'FORBIDDEN', message: 'Requests from other sites are not accepted.' });
  }
  return undefined;
}
