/** Kept in the browser too, as the settings come from the backend and the first picture is drawn before they are there. */
const KEY = 'millrace.theme';

/** Sets the theme of the last start, or the system's, until the settings are read. */
export function showFirstTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = readTheme() ?? (dark ? 'dark' : 'light');
}

export function rememberTheme(theme: 'light' | 'dark'): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is switched off in this browser: the first picture may have the other colours.
  }
}

function readTheme(): 'light' | 'dark' | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : undefined;
  } catch {
    return undefined; // Storage is switched off.
  }
}
