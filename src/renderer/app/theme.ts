import { useEffect, useSyncExternalStore } from 'react';
import { desktop } from '../desktop/desktop';
import { rememberTheme } from './first-theme';
import { useSettings } from './settings-store';

export type Theme = 'light' | 'dark';

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  darkQuery.addEventListener('change', listener);
  return () => darkQuery.removeEventListener('change', listener);
}

/** The theme that shows now: the chosen one, or the system's. */
export function useTheme(): Theme {
  const chosen = useSettings((state) => state.settings.theme);
  const dark = useSyncExternalStore(subscribe, () => darkQuery.matches);
  if (chosen !== 'system') return chosen;
  return dark ? 'dark' : 'light';
}

/** Sets the theme on the document, from which every token follows. */
export function useThemeOnDocument(): Theme {
  const theme = useTheme();
  const chosen = useSettings((state) => state.settings.theme);
  const loaded = useSettings((state) => state.loaded);
  useEffect(() => {
    // Until the settings are read the theme of the last start stays.
    if (!loaded) return;
    document.documentElement.dataset.theme = theme;
    rememberTheme(theme);
    desktop?.setTheme(chosen);
  }, [theme, chosen, loaded]);
  return theme;
}
