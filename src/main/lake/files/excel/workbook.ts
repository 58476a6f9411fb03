import { setImmediate as breathe } from 'node:timers/promises';
import { notWorkbook, readZipTexts } from './zip-entries';

export type CellKind = 'number' | 'date' | 'time' | 'timestamp' | 'text' | 'boolean';

/** A sheet by the name on its tab, and its part in the zip. */
export interface Sheet {
  name: string;
  entry: string;
}

/** Where a sheet's cells stand and of what kinds each column's are; rows and columns from 1. */
export interface SheetCells {
  firstRow: number;
  lastRow: number;
  firstColumn: number;
  lastColumn: number;
  /** Filled cells of a row, for the first rows. */
  rows: Map<number, Map<number, CellKind>>;
  /** Kinds of the cells of a column with the last row of each kind, below `headerRow`. */
  kinds(headerRow: number, lastRow: number): Map<number, Set<CellKind>>;
}

/** The sheets of a workbook in the order of their tabs (ECMA-376, part 1, 18.2). Throws FILE_FORMAT. */
export async function readSheets(file: string): Promise<Sheet[]> {
  const texts = await readZipTexts(file, (name) => /^xl\/(?:workbook\.xml|_rels\/workbook\.xml\.rels)$/.test(name));
  const workbook = texts.get('xl/workbook.xml');
  const relations = texts.get('xl/_rels/workbook.xml.rels');
  if (workbook === undefined || relations === undefined) throw notWorkbook(file);
  const targets = new Map<string, string>();
  for (const [tag] of relations.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)) {
    const target = attribute(tag, 'Target')?.replace(/^\/?(?:xl\/)?/, '') ?? '';
    targets.set(attribute(tag, 'Id') ?? '', `xl/${target}`);
  }
  return [...workbook.matchAll(/<(?:\w+:)?sheet\b[^>]*>/g)].flatMap(([tag]) => {
    const entry = targets.get(attribute(tag, 'r:id') ?? attribute(tag, '\\w+:id') ?? '') ?? '';
    return entry.includes('worksheets/') ? [{ name: attribute(tag, 'name') ?? '', entry }] : [];
  });
}

/** Reads which cells of a sheet are filled and of which kinds; numbers with a date format are dates. */
export async function readSheetCells(file: string, sheet: Sheet): Promise<SheetCells> {
  const texts = await readZipTexts(file, (name) => name === sheet.entry || name === 'xl/styles.xml');
  const xml = texts.get(sheet.entry);
  if (xml === undefined) throw notWorkbook(file);
  const styles = dateStyles(texts.get('xl/styles.xml') ?? '');
  const cells = new Map<number, Map<number, CellKind>>();
  const pattern = /<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)|<row\b/g;
  let row = 0;
  let column = 0;
  let seen = 0;
  for (let match = pattern.exec(xml); match; match = pattern.exec(xml)) {
    seen += 1;
    if (seen % 20_000 === 0) await breathe();
    if (match[1] === undefined) {
      row += 1;
      column = 0;
      continue;
    }
    const place = /\br="([A-Z]+)(\d+)"/.exec(match[1]);
    column = place?.[1] ? columnNumber(place[1]) : column + 1;
    if (place) row = Number(place[2]);
    const kind = cellKind(match[1], match[2] ?? '', styles);
    if (!kind) continue;
    const line = cells.get(row) ?? new Map<number, CellKind>();
    line.set(column, kind);
    cells.set(row, line);
  }
  return summarize(cells);
}

function summarize(cells: Map<number, Map<number, CellKind>>): SheetCells {
  const rows = [...cells.keys()].sort((a, b) => a - b);
  let firstColumn = Number.POSITIVE_INFINITY;
  let lastColumn = 0;
  for (const line of cells.values()) {
    for (const column of line.keys()) {
      if (column < firstColumn) firstColumn = column;
      if (column > lastColumn) lastColumn = column;
    }
  }
  return {
    firstRow: rows[0] ?? 1,
    lastRow: rows.at(-1) ?? 1,
    firstColumn: Number.isFinite(firstColumn) ? firstColumn : 1,
    lastColumn: Math.max(1, lastColumn),
    rows: cells,
    kinds(headerRow, lastRow) {
      const kinds = new Map<number, Set<CellKind>>();
      for (const [row, line] of cells) {
        if (row <= headerRow || row > lastRow) continue;
        for (const [column, kind] of line) {
          const known = kinds.get(column);
          if (known) known.add(kind);
          else kinds.set(column, new Set([kind]));
        }
      }
      return kinds;
    },
  };
}

function cellKind(attributes: string, content: string, styles: (CellKind | undefined)[]): CellKind | undefined {
  const type = /\bt="(\w+)"/.exec(attributes)?.[1] ?? 'n';
  if (type === 'inlineStr') return /<t\b[^>]*>[^<]/.test(content) ? 'text' : undefined;
  if (!/<v\b[^>]*>[^<]/.test(content)) return undefined;
  if (type === 'b') return 'boolean';
  if (type === 'd') return 'timestamp';
  if (type !== 'n') return 'text';
  const style = Number(/\bs="(\d+)"/.exec(attributes)?.[1] ?? 0);
  return styles[style] ?? 'number';
}

/** The kind of date that each cell format shows; undefined for formats of plain numbers. */
function dateStyles(xml: string): (CellKind | undefined)[] {
  const codes = new Map<number, string>();
  for (const [tag] of xml.matchAll(/<numFmt\b[^>]*>/g)) {
    codes.set(Number(attribute(tag, 'numFmtId')), attribute(tag, 'formatCode') ?? '');
  }
  const formats = /<cellXfs\b[\s\S]*?<\/cellXfs>/.exec(xml)?.[0] ?? '';
  return [...formats.matchAll(/<xf\b[^>]*>/g)].map(([tag]) => {
    const id = Number(attribute(tag, 'numFmtId') ?? 0);
    return kindOfFormat(codes.get(id) ?? BUILT_IN[id] ?? '');
  });
}

/** The built-in formats that show dates and times (ECMA-376, part 1, 18.8.30). */
const BUILT_IN: Record<number, string> = {
  14: 'mm-dd-yy',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'm/d/yy h:mm',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mmss.0',
};

function kindOfFormat(code: string): CellKind | undefined {
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '').toLowerCase();
  if (bare === '' || bare === 'general' || /[#0?](?!.*[ydhs])/.test(bare.replace(/s\.0+/g, 's'))) return undefined;
  const date = /[yd]/.test(bare);
  const time = /[hs]/.test(bare);
  if (date && time) return 'timestamp';
  if (date) return 'date';
  return time ? 'time' : undefined;
}

/** The number of a column from its letters: A is 1, AA is 27. */
export function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/** The letters of a column from its number. */
export function columnLetters(column: number): string {
  const rest = (column - 1) % 26;
  const before = (column - 1 - rest) / 26;
  return `${before > 0 ? columnLetters(before) : ''}${String.fromCharCode(65 + rest)}`;
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replace(/&(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/gi, (_, entity: string) => character(entity));
}

function character(entity: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  const found = named[entity.toLowerCase()];
  if (found) return found;
  const code = entity.toLowerCase().startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
  return String.fromCodePoint(code);
}
