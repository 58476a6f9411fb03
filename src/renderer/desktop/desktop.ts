import type { MillraceDesktop } from '../../shared/desktop';

declare global {
  interface Window {
    millraceDesktop?: MillraceDesktop;
  }
}

/** What the desktop shell offers beyond a browser; undefined in the browser door. */
export const desktop: MillraceDesktop | undefined = window.millraceDesktop;
