import type { IconName } from '../../ui/icon';

/**
 * One thing a user can do. Palette, menus, toolbars and keys are all drawn from the list of these. Key chords are
 * written as `Mod+Shift+P`; the second ones under `browser` serve where a browser keeps the first for itself.
 */
export interface Command {
  id: string;
  title: string;
  category: string;
  icon?: IconName;
  keys?: { vscode?: string[]; datagrip?: string[]; browser?: string[] };
  /** Whether it can be done now; absent means always. */
  when?(argument?: unknown): boolean;
  /** Its key holds also over the palette. */
  overPalette?: boolean;
  /** Not listed in the palette, as it needs an argument. */
  hidden?: boolean;
  run(argument?: unknown): void | Promise<void>;
}
