/** The scheme of the desktop's pages. A scheme of our own, so that the desktop opens no port. */
export const SCHEME = 'millrace';

/** The one origin that the shell serves and trusts. */
export const APP_ORIGIN = `${SCHEME}://app`;

/** Whether an address belongs to the app itself. */
export function isAppUrl(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
}
