import { desktop } from '../../desktop/desktop';
import type { Command } from './command';
import { chordOf } from './key-chord';
import { commandForChord, runCommand } from './registry';

/** A field that waits for a key to be named, on the keys page. */
function isRecording(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.dataset.recording !== undefined;
}

/** What lies over the window and takes all keys: a dialog, the tour, the palette. */
function isBlocked(command: Command): boolean {
  const modal = document.querySelector('[aria-modal="true"]');
  return modal !== null && !(command.overPalette && modal.classList.contains('palette'));
}

/**
 * Listens for key chords before any view does, so that a command's key holds everywhere; keys without a command pass on.
 * Plain letters are never commands.
 */
export function listenForKeys(): () => void {
  const handle = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isRecording(event.target)) return;
    const chord = chordOf(event);
    const command = chord ? commandForChord(chord) : undefined;
    if (!command || isBlocked(command)) return;
    event.preventDefault();
    event.stopPropagation();
    void runCommand(command.id);
  };
  window.addEventListener('keydown', handle, true);
  const stopMenu = desktop?.onCommand((id) => void runCommand(id));
  return () => {
    window.removeEventListener('keydown', handle, true);
    stopMenu?.();
  };
}
