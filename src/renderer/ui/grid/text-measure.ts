/** Room beside a cell's text: padding at both sides and the line at the right. */
const CELL_ROOM = 18;
/** Type mark, gaps, and room for the sort arrow beside a column's name. */
const TITLE_ROOM = 58;

/** Measures text in a fixed-width cell font and in the title font, in pixels, without touching the layout of the page. */
export class TextMeasure {
  readonly #context: CanvasRenderingContext2D | null;
  readonly #titleFont: string;
  readonly cellCharacter: number;

  constructor(cellFont: string, titleFont: string) {
    this.#context = document.createElement('canvas').getContext('2d');
    this.#titleFont = titleFont;
    this.cellCharacter = this.#measure('0'.repeat(40), cellFont, 7.5 * 40) / 40;
  }

  /** The width that a cell needs for a text. */
  cellWidth(text: string): number {
    return Math.ceil(textUnits(text) * this.cellCharacter) + CELL_ROOM;
  }

  /** The width that a header needs for a column's name. */
  titleWidth(name: string): number {
    return Math.ceil(this.#measure(name, this.#titleFont, name.length * 7.2)) + TITLE_ROOM;
  }

  #measure(text: string, font: string, otherwise: number): number {
    if (!this.#context) return otherwise;
    this.#context.font = font;
    return this.#context.measureText(text).width;
  }
}

/** Columns of a fixed-width font that a text takes: wide East Asian characters take two, a surrogate pair too. */
export function textUnits(text: string): number {
  let units = text.length;
  for (let at = 0; at < text.length; at += 1) if (isWide(text.charCodeAt(at))) units += 1;
  return units;
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xff60)
  );
}
