import { readFile } from 'node:fs/promises';

interface NetLogEvent {
  type: number;
  params?: Record<string, unknown>;
}

const OWN_ADDRESS = /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/;
const LOCAL_SCHEMES = new Set([
  'millrace:',
  'data:',
  'blob:',
  'devtools:',
  'chrome:',
  'about:',
  'file:',
  'chrome-extension:',
]);

/**
 * Hosts that a Chromium asks for by itself, whatever page it shows (its updater, its account list, its form filler). They
 * count where Chromium is part of the app, and not where a user's own browser shows it.
 */
const BROWSER_OWN = /(^|\.)(googleapis|google|gvt1)\.com$/;

/** Event types whose parameters name a host that Chromium wants to reach. */
const TELLING_TYPES = [
  'URL_REQUEST_START_JOB',
  'HOST_RESOLVER_MANAGER_REQUEST',
  'TCP_CONNECT_ATTEMPT',
  'HTTP_STREAM_REQUEST',
];

/**
 * Reads the network log that Chromium and Electron write with `--log-net-log`: every address outside this machine that
 * any of its processes asked for, resolved or connected to.
 * @param browser `own` counts the services of Chromium itself too, `foreign` leaves them out
 */
export async function remoteRequests(netLogFile: string, browser: 'own' | 'foreign'): Promise<string[]> {
  const lines = (await readFile(netLogFile, 'utf8')).split('\n');
  const constants = JSON.parse(`${lines[0]?.replace(/,$/, '')}}`).constants as {
    logEventTypes: Record<string, number>;
  };
  const telling = new Set(
    TELLING_TYPES.map((name) => constants.logEventTypes[name]).filter((type) => type !== undefined),
  );
  if (telling.size < 2) throw new Error('The network log does not tell what it is read for.');
  const found = new Set<string>();
  for (const line of lines) {
    // One event a line; a process that was killed leaves the last one open.
    if (!line.startsWith('{"params"') && !line.includes('"type":')) continue;
    const event = parseEvent(line);
    if (!event || !telling.has(event.type)) continue;
    for (const address of addresses(event.params ?? {})) if (isRemote(address, browser)) found.add(address);
  }
  return [...found];
}

function parseEvent(line: string): NetLogEvent | undefined {
  try {
    return JSON.parse(line.replace(/^"events": \[/, '').replace(/(,|\]\s*,?|\]\s*\})\s*$/, '')) as NetLogEvent;
  } catch {
    return undefined; // not an event but the head or the tail of the file
  }
}

function addresses(params: Record<string, unknown>): string[] {
  return ['url', 'host', 'address', 'destination'].flatMap((name) => {
    const value = params[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

function isRemote(address: string, browser: 'own' | 'foreign'): boolean {
  const url = URL.canParse(address) && address.includes('://') ? new URL(address) : new URL(`http://${address}`);
  if (LOCAL_SCHEMES.has(url.protocol)) return false;
  if (browser === 'foreign' && BROWSER_OWN.test(url.hostname)) return false;
  return !OWN_ADDRESS.test(url.hostname);
}
