import { describe, expect, test } from 'vitest';
import { hasUnseen, visibleParts } from '../../../../src/renderer/ui/grid/cell-text';
import { textUnits } from '../../../../src/renderer/ui/grid/text-measure';

const shown = (text: string) =>
  visibleParts(text)
    .map((part) => (part.mark ? `[${part.text}]` : part.text))
    .join('');

describe('characters that would not be seen', () => {
  test('plain text has none, blanks inside do not count', () => {
    expect(hasUnseen('left by the door')).toBe(false);
    expect(hasUnseen('')).toBe(false);
    expect(hasUnseen('日本語 ümläut')).toBe(false);
  });

  test.each([
    [' a b ', '[·]a b[·]'],
    ['one\ntwo', 'one[⏎]two'],
    ['one\r\ntwo', 'one[⏎]two'],
    ['a\tb', 'a[⇥]b'],
    ['   ', '[···]'],
    ['a\u00a0b', 'a[⍽]b'],
    ['a\u200bb', 'a[¦]b'],
    ['\u0000', '[␀]'],
    ['\ufeffid', '[¦]id'],
  ])('%j is shown as %s', (text, expected) => {
    expect(hasUnseen(text)).toBe(true);
    expect(shown(text)).toBe(expected);
  });

  test('a lone carriage return is told from a line break', () => {
    expect(shown('a\rb')).toBe('a[␍]b');
  });

  test('wide characters take two columns of a fixed-width font', () => {
    expect(textUnits('abc')).toBe(3);
    expect(textUnits('日本')).toBe(4);
    expect(textUnits('🙂')).toBe(2);
  });
});
