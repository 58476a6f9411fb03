import { callError } from '../../api/client';
import { desktop } from '../../desktop/desktop';
import { showError } from '../../ui/toaster';
import type { Command } from './command';
import { normalizeChord, showChord } from './key-chord';
import { keySettings } from './key-settings';

const commands = new Map<string, Command>();

export function registerCommands(list: Command[]): void {
  for (const command of list) commands.set(command.id, command);
}

/** Every command, in the order in which the features registered them. */
export function allCommands(): Command[] {
  return [...commands.values()];
}

/** Whether a command can be done now. */
export function isEnabled(id: string): boolean {
  const command = commands.get(id);
  return command !== undefined && (command.when?.() ?? true);
}

/** Runs a command by id where it can be done now; what it throws is shown to the user. */
export async function runCommand(id: string, argument?: unknown): Promise<void> {
  const command = commands.get(id);
  if (!command || !(command.when?.(argument) ?? true)) return;
  try {
    await command.run(argument);
  } catch (error) {
    showError(callError(error));
  }
}

/** The chords that trigger a command now: the user's own, or the chosen keymap's with the browser's second ones. */
export function chordsOf(command: Command): string[] {
  const { keymap, keys } = keySettings();
  const own = keys[command.id];
  if (own !== undefined) return own === '' ? [] : own.split(',').map(normalizeChord);
  const map = keymap === 'datagrip' ? (command.keys?.datagrip ?? command.keys?.vscode) : command.keys?.vscode;
  const second = desktop ? [] : (command.keys?.browser ?? []);
  return [...(map ?? []), ...second].map(normalizeChord);
}

/** The chord to show beside a command's name; in a browser the one that the browser leaves free. */
export function shownKeys(id: string): string | undefined {
  const command = commands.get(id);
  if (!command) return undefined;
  const chords = chordsOf(command);
  const free = !desktop && command.keys?.browser ? chords.at(-1) : chords[0];
  return free === undefined ? undefined : showChord(free);
}

/** Hands every command that stands in the palette to the native menu, with the keys that hold now. */
export function handCommandsToMenu(): void {
  desktop?.setCommands(
    allCommands()
      .filter((command) => !command.hidden)
      .map((command) => {
        const [chord] = chordsOf(command);
        return { id: command.id, title: command.title, ...(chord === undefined ? {} : { keys: chord }) };
      }),
  );
}

/** The command that a chord triggers now, the last registered first. */
export function commandForChord(chord: string): Command | undefined {
  return allCommands()
    .reverse()
    .find((command) => chordsOf(command).includes(chord) && (command.when?.() ?? true));
}
