const MAC = /mac/i.test(globalThis.navigator?.platform ?? '');

const NAMES: Record<string, string> = {
  ' ': 'Space',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Escape: 'Esc',
};

/**
 * The chord of a key event as `Mod+Shift+P`: `Mod` is Control, and Command on a Mac. Letters and digits are told by their
 * place on the keyboard when Alt changes what they type. Undefined while only modifiers are held.
 */
export function chordOf(event: KeyboardEvent): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(event.key)) return undefined;
  const modifiers: string[] = [];
  if (MAC ? event.metaKey : event.ctrlKey) modifiers.push('Mod');
  if (MAC && event.ctrlKey) modifiers.push('Ctrl');
  if (event.altKey) modifiers.push('Alt');
  if (event.shiftKey) modifiers.push('Shift');
  return [...modifiers, keyName(event)].join('+');
}

function keyName(event: KeyboardEvent): string {
  const place = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  if (place && (event.altKey || event.ctrlKey || event.metaKey)) return place;
  return NAMES[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
}

/** The same chord whichever order its modifiers were written in. */
export function normalizeChord(chord: string): string {
  const parts = chord.split('+').map((part) => part.trim());
  const key = parts.pop() ?? '';
  const held = new Set(parts.map((part) => part.toLowerCase()));
  const modifiers = ['Mod', 'Ctrl', 'Alt', 'Shift'].filter((name) => held.has(name.toLowerCase()));
  return [...modifiers, key.length === 1 ? key.toUpperCase() : key].join('+');
}

const SIGNS: Record<string, string> = MAC
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Ctrl: '⌃', Enter: '⏎' }
  : { Mod: 'Ctrl', Enter: '⏎' };

/** A chord as it is shown in buttons and menus: `Ctrl Shift P`. */
export function showChord(chord: string): string {
  return chord
    .split('+')
    .map((part) => SIGNS[part] ?? part)
    .join(' ');
}
