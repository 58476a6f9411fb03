import { describe, expect, it } from 'vitest';
import { chordOf, normalizeChord, showChord } from '../../../../src/renderer/app/commands/key-chord';

function press(key: string, code: string, held: Partial<KeyboardEvent> = {}): string | undefined {
  return chordOf({
    key,
    code,
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    ...held,
  } as KeyboardEvent);
}

describe('a pressed key', () => {
  it('is named with its modifiers in one order', () => {
    expect(press('P', 'KeyP', { ctrlKey: true, shiftKey: true })).toBe('Mod+Shift+P');
    expect(press('Enter', 'Enter', { ctrlKey: true, altKey: true })).toBe('Mod+Alt+Enter');
    expect(press('ArrowLeft', 'ArrowLeft', { altKey: true })).toBe('Alt+Left');
    expect(press('F1', 'F1')).toBe('F1');
    expect(press(' ', 'Space', { ctrlKey: true })).toBe('Mod+Space');
  });

  it('is told by its place where Alt changes the letter that it types', () => {
    expect(press('π', 'KeyP', { altKey: true })).toBe('Alt+P');
    expect(press('"', 'Digit2', { ctrlKey: true, shiftKey: true })).toBe('Mod+Shift+2');
  });

  it('is nothing while only a modifier is held', () => {
    expect(press('Shift', 'ShiftLeft', { shiftKey: true })).toBeUndefined();
    expect(press('Dead', 'KeyE', { altKey: true })).toBeUndefined();
  });
});

describe('a written chord', () => {
  it('is the same however its parts are ordered and cased', () => {
    expect(normalizeChord('shift+mod+p')).toBe('Mod+Shift+P');
    expect(normalizeChord(' Alt + Shift + f ')).toBe('Alt+Shift+F');
    expect(normalizeChord('F12')).toBe('F12');
  });

  it('matches the key that it names', () => {
    expect(press(',', 'Comma', { ctrlKey: true })).toBe(normalizeChord('Mod+,'));
    expect(press('.', 'Period', { ctrlKey: true })).toBe(normalizeChord('Mod+.'));
    expect(press('\\', 'Backslash', { ctrlKey: true })).toBe(normalizeChord('Mod+\\'));
  });

  it('is shown with the signs of the keyboard', () => {
    expect(showChord('Mod+Shift+P')).toBe('Ctrl Shift P');
    expect(showChord('Mod+Enter')).toBe('Ctrl ⏎');
  });
});
