import path from 'node:path';
import { z } from 'zod';
import type { UserSettings } from '../../shared/project';
import { type JsonFile, readJsonFile, updateJsonFile } from './json-file';
import { userFolder } from './user-folder';

/** The settings of a user who has changed nothing. */
export const DEFAULT_SETTINGS: UserSettings = {
  theme: 'system',
  keymap: 'unset',
  keys: {},
  timeZone: '',
  tourSeen: false,
  layouts: {},
  editor: { ligatures: false, wordWrap: false },
};

const editorPatch = z.object({ ligatures: z.boolean(), wordWrap: z.boolean() }).partial();

/** What a client may send to change settings: any of the keys; null in a map removes that entry. */
export const settingsPatch = z
  .object({
    theme: z.enum(['light', 'dark', 'system']),
    keymap: z.enum(['vscode', 'datagrip', 'unset']),
    keys: z.record(z.string(), z.string().nullable()),
    timeZone: z.string().max(100),
    tourSeen: z.boolean(),
    layouts: z.record(z.string(), z.unknown()),
    editor: editorPatch,
  })
  .partial();

export type SettingsPatch = z.infer<typeof settingsPatch>;

/** The user's settings. A key that is missing or has a wrong value has its default; a broken file is kept aside. */
export async function readSettings(): Promise<UserSettings> {
  return settingsOf(await readJsonFile(await settingsFile()));
}

/**
 * Changes the given keys and leaves all others, those of a newer version too. Entries of `keys` and `layouts` are
 * merged one by one, so that two windows never lose each other's; null removes an entry.
 */
export async function updateSettings(patch: SettingsPatch): Promise<UserSettings> {
  const written = await updateJsonFile(await settingsFile(), (content) => merge(content, patch));
  return settingsOf(written);
}

type Content = Record<string, unknown>;

async function settingsFile(): Promise<JsonFile<Content>> {
  return {
    path: path.join(await userFolder(), 'settings.json'),
    parse: (json) => z.record(z.string(), z.unknown()).parse(json),
    empty: () => ({}),
  };
}

const MERGED = ['keys', 'layouts', 'editor'] as const;

function merge(content: Content, patch: SettingsPatch): Content {
  const merged: Content = { ...content };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    merged[key] = (MERGED as readonly string[]).includes(key) ? mergeEntries(content[key], value) : value;
  }
  return merged;
}

function mergeEntries(before: unknown, patch: unknown): Content {
  const entries = new Map(isRecord(before) ? Object.entries(before) : []);
  for (const [key, value] of isRecord(patch) ? Object.entries(patch) : []) {
    if (value === null) entries.delete(key);
    else if (value !== undefined) entries.set(key, value);
  }
  return Object.fromEntries(entries);
}

/** Key by key, so that one bad value does not cost the others. */
function settingsOf(content: Content): UserSettings {
  const shape = settingsPatch.shape;
  const read = <T>(schema: z.ZodType<T | undefined>, value: unknown, fallback: T): T => {
    const result = schema.safeParse(value);
    return result.success && result.data !== undefined ? result.data : fallback;
  };
  const editor = read(shape.editor, content.editor, {});
  const keys = read(shape.keys, content.keys, {});
  return {
    theme: read(shape.theme, content.theme, DEFAULT_SETTINGS.theme),
    keymap: read(shape.keymap, content.keymap, DEFAULT_SETTINGS.keymap),
    keys: Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== null)),
    timeZone: read(shape.timeZone, content.timeZone, DEFAULT_SETTINGS.timeZone),
    tourSeen: read(shape.tourSeen, content.tourSeen, DEFAULT_SETTINGS.tourSeen),
    layouts: read(shape.layouts, content.layouts, {}),
    editor: {
      ligatures: editor.ligatures ?? DEFAULT_SETTINGS.editor.ligatures,
      wordWrap: editor.wordWrap ?? DEFAULT_SETTINGS.editor.wordWrap,
    },
  };
}

function isRecord(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
