import { create } from 'zustand';
import type { UserSettings } from '../../shared/project';
import { api, callError } from '../api/client';
import { showError } from '../ui/toaster';

interface SettingsState {
  loaded: boolean;
  settings: UserSettings;
  load(): Promise<void>;
  /** Applies at once and stores; where storing fails the error is shown and the old settings come back. */
  change(patch: Partial<UserSettings>): Promise<void>;
  /** Gives a command its own chords (comma separated, empty for none), or with null the keymap's again. */
  changeKey(command: string, chords: string | null): Promise<void>;
}

const DEFAULTS: UserSettings = {
  theme: 'system',
  keymap: 'unset',
  keys: {},
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  tourSeen: false,
  layouts: {},
  editor: { ligatures: false, wordWrap: false },
};

export const useSettings = create<SettingsState>()((set, get) => ({
  loaded: false,
  settings: DEFAULTS,
  async load() {
    const stored = await api.settings.get.query();
    set({ loaded: true, settings: { ...stored, timeZone: stored.timeZone || DEFAULTS.timeZone } });
  },
  async change(patch) {
    const before = get().settings;
    set({ settings: { ...before, ...patch } });
    try {
      await api.settings.update.mutate(patch);
    } catch (error) {
      set({ settings: before });
      showError(callError(error));
    }
  },
  async changeKey(command, chords) {
    try {
      const stored = await api.settings.update.mutate({ keys: { [command]: chords } });
      set((state) => ({ settings: { ...state.settings, keys: stored.keys } }));
    } catch (error) {
      showError(callError(error));
    }
  },
}));
