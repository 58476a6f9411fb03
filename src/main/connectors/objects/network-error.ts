import { MillraceError } from '../../../shared/errors';

export interface NetworkPlace {
  connection: string;
  host: string;
  port: number;
  tls: boolean;
}

/** A failure of name, route or TLS as what is wrong and what to do; undefined for any other error. */
export function networkError(error: unknown, place: NetworkPlace): MillraceError | undefined {
  const found = firstCode(error);
  if (found === undefined) return undefined;
  const answer = explain(found.code, found.message, place);
  if (!answer) return undefined;
  return new MillraceError({ ...answer, cause: found.message });
}

type Answer = { code: 'CONNECTION_FAILED' | 'CONNECTION_LOST'; message: string; hint: string };

function explain(code: string, message: string, place: NetworkPlace): Answer | undefined {
  const { host, port, tls } = place;
  const failed = (text: string, hint: string): Answer => ({ code: 'CONNECTION_FAILED', message: text, hint });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failed(
        `The name ${host} is not known here.`,
        'Check the spelling of `endpoint`; with path style off, each bucket needs a name of its own (`path_style: true`).',
      );
    case 'ECONNREFUSED':
      return failed(`Nothing listens at ${host}:${port}.`, 'Check the port, and that the server runs.');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failed(`There is no route to ${host}.`, 'Check the network or VPN of this machine.');
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
    case 'TimeoutError':
      return failed(
        `${host}:${port} does not answer.`,
        'A firewall may drop the packets, or a proxy be needed (HTTPS_PROXY).',
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return {
        code: 'CONNECTION_LOST',
        message: `${host}:${port} ended the connection.`,
        hint: tls ? 'Try again; if it stays so, the server may not speak TLS: set `tls: false`.' : 'Try again.',
      };
    default:
      return explainTls(code, message, place);
  }
}

function explainTls(code: string, message: string, { host, port }: NetworkPlace): Answer | undefined {
  const failed = (text: string, hint: string): Answer => ({ code: 'CONNECTION_FAILED', message: text, hint });
  if (code === 'CERT_HAS_EXPIRED') {
    return failed(`The certificate of ${host} has expired.`, 'Whoever runs the server must renew it.');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failed(
      `The certificate of the server is not for ${host}.`,
      'Use the name that stands in the certificate as `endpoint`.',
    );
  }
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/.test(code)) {
    return failed(
      `The certificate of ${host} is signed by an authority that this machine does not know.`,
      'Set `ca_file` to the certificate of that authority, in PEM form.',
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return /wrong version number|packet length too long/i.test(`${message} ${code.replaceAll('_', ' ')}`)
      ? failed(`${host}:${port} does not speak TLS.`, 'Write http:// in `endpoint`, or `tls: false`.')
      : failed(
          `No TLS could be agreed on with ${host}.`,
          'The server may only speak versions that are no longer safe.',
        );
  }
  return undefined;
}

/** Connection errors hide below: in `cause`, and in the list that a try of several addresses leaves. */
function firstCode(error: unknown): { code: string; message: string } | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return { code, message: at.message };
    if (at.name === 'TimeoutError') return { code: 'TimeoutError', message: at.message };
    if (/socket hang up/i.test(at.message)) return { code: 'ECONNRESET', message: at.message };
    at = at instanceof AggregateError && at.errors.length > 0 ? at.errors[0] : at.cause;
  }
  return undefined;
}
