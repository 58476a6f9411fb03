import { useSettings } from '../settings-store';

/** The chosen keymap and the user's own chords, as they stand now. */
export function keySettings(): { keymap: string; keys: Record<string, string> } {
  const { keymap, keys } = useSettings.getState().settings;
  return { keymap, keys };
}
