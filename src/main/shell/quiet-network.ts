import { app, type Session } from 'electron';
import { SCHEME } from './app-origin';

/** Chromium services that would speak to the outside, or offer to, on their own. */
const DISABLED_FEATURES = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'SpareRendererForSitePerProcess',
  'Translate',
];

const SWITCHES = [
  'disable-background-networking',
  'disable-breakpad',
  'disable-component-update',
  'disable-default-apps',
  'disable-domain-reliability',
  'disable-sync',
  'no-default-browser-check',
  'no-first-run',
  'no-pings',
];

const LOCAL_SCHEMES = new Set([`${SCHEME}:`, 'blob:', 'data:', 'devtools:']);

/** Turns off what Chromium would do over the network by itself. Before `app` is ready. */
export function disableBackgroundNetworking(): void {
  for (const name of SWITCHES) app.commandLine.appendSwitch(name);
  app.commandLine.appendSwitch('disable-features', DISABLED_FEATURES.join(','));
  app.commandLine.appendSwitch('dns-prefetch-disable');
  // Whatever is left finds no name and no proxy: Chromium has nothing to fetch here, the backend is a process of its own.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('no-proxy-server');
  // Made before any window, the first session would at once load a dictionary for the system's language.
  app.on('session-created', (session) => {
    session.setSpellCheckerLanguages([]);
    session.setSpellCheckerEnabled(false);
  });
}

/** Cancels every request of a session that is not for the app itself: the desktop's windows use no network. */
export function blockRemoteRequests(session: Session): void {
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !LOCAL_SCHEMES.has(new URL(details.url).protocol) });
  });
}
