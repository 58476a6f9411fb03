/** A run of a cell's text; marks stand for characters that would not be seen. */
export interface TextPart {
  text: string;
  mark: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f\u00a0\u200b-\u200f\u2028\u2029\ufeff]|^ | $/;

const MARKS: Record<string, string> = {
  '\n': '⏎',
  '\r': '␍',
  '\t': '⇥',
  '\u00a0': '⍽',
  '\u2028': '⏎',
  '\u2029': '⏎',
};

/** Whether a text holds blanks at its ends, line breaks or other characters that would not be seen. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/** A text in runs, with a visible mark in the place of each unseen character. */
export function visibleParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const mark = markOf(character, at < start || at >= end, text[at + 1]);
    if (mark === '') continue;
    const last = parts.at(-1);
    if (last && last.mark === (mark !== undefined)) last.text += mark ?? character;
    else parts.push({ text: mark ?? character, mark: mark !== undefined });
  }
  return parts;
}

/** The mark of a character, undefined where it shows itself; a CR LF pair is one mark. */
function markOf(character: string, outside: boolean, next: string | undefined): string | undefined {
  if (character === ' ') return outside ? '·' : undefined;
  if (character === '\r' && next === '\n') return '';
  const known = MARKS[character];
  if (known) return known;
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return UNSEEN.test(character) ? '¦' : undefined;
}
