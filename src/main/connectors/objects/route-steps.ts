import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import type { TestStep, TestStepName } from '../../../shared/connections';
import { CancelledError, errorShape, MillraceError } from '../../../shared/errors';
import { type NetworkPlace, networkError } from './network-error';

const ROUTE_MILLISECONDS = 10_000;

export interface Route extends NetworkPlace {
  /** Authorities that sign the server's certificate, besides those that are known; read when TLS is tried. */
  authority(): string[] | undefined;
}

/** What a store of its kind asks once it is reached; each gives what it saw or throws why not. */
interface StoreTries {
  login(): Promise<string>;
  right(): Promise<string>;
}

/** Name, route, TLS, login and rights of a store, in this order; the first that fails is the last one given. */
export async function* storeSteps(route: Route, tries: StoreTries, signal: AbortSignal): AsyncIterable<TestStep> {
  for await (const step of allSteps(route, tries, signal)) {
    yield step;
    if (step.state === 'failed') return;
  }
}

async function* allSteps(route: Route, tries: StoreTries, signal: AbortSignal): AsyncIterable<TestStep> {
  yield* routeSteps(route, signal);
  yield await tryStep('login', () => tries.login(), signal);
  yield await tryStep('right', () => tries.right(), signal);
}

/** Runs one step of a test and gives it as it ended; only cancelling throws. */
async function tryStep(step: TestStepName, work: () => Promise<string>, signal: AbortSignal): Promise<TestStep> {
  const start = performance.now();
  const took = () => Math.round(performance.now() - start);
  try {
    signal.throwIfAborted();
    return { step, state: 'ok', message: await work(), milliseconds: took() };
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    const shape = errorShape(error);
    return { step, state: 'failed', message: shape.message, milliseconds: took(), error: shape };
  }
}

/** Name, route and TLS of a server, each by itself, so that the first that fails is the one that is wrong. */
async function* routeSteps(route: Route, signal: AbortSignal): AsyncIterable<TestStep> {
  yield await tryStep('name', () => findName(route), signal);
  yield await tryStep('route', () => reach(route, signal), signal);
  if (!route.tls) yield { step: 'tls', state: 'skipped', message: 'The connection uses no TLS.', milliseconds: 0 };
  else yield await tryStep('tls', () => greet(route, signal), signal);
}

async function findName(route: Route): Promise<string> {
  if (isIP(route.host)) return `${route.host} is an address.`;
  try {
    const { address } = await lookup(route.host);
    return `${route.host} is ${address}.`;
  } catch (error) {
    throw explained(error, route);
  }
}

async function reach(route: Route, signal: AbortSignal): Promise<string> {
  const socket = connect({ host: route.host, port: route.port });
  await opened(socket, 'connect', route, signal);
  return `Connected to ${route.host}:${route.port}.`;
}

async function greet(route: Route, signal: AbortSignal): Promise<string> {
  const ca = route.authority();
  const socket = connectTls({
    host: route.host,
    port: route.port,
    ...(isIP(route.host) ? {} : { servername: route.host }),
    ...(ca === undefined ? {} : { ca }),
  });
  let subject = '';
  socket.once('secureConnect', () => {
    subject = subjectOf(socket.getPeerCertificate());
  });
  await opened(socket, 'secureConnect', route, signal);
  return `The certificate is that of ${subject}.`;
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', route: Route, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const stop = () => reject(new CancelledError());
    signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(ROUTE_MILLISECONDS, () => reject(explained(timeout(), route)));
    socket.once(event, () => resolve());
    socket.once('error', (error) => reject(explained(error, route)));
  }).finally(() => socket.destroy());
}

function timeout(): Error {
  return Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
}

function explained(error: unknown, route: Route): MillraceError {
  return (
    networkError(error, route) ??
    new MillraceError({
      code: 'CONNECTION_FAILED',
      message: `${route.host}:${route.port}: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Check `endpoint` of the connection.',
      cause: error,
    })
  );
}

function subjectOf(certificate: PeerCertificate): string {
  return certificate.subjectaltname ?? String(certificate.subject?.CN ?? 'an unnamed server');
}
