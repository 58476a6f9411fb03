import { xmlAttribute, xmlText } from './xml';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Places in the `cellXfs` of `stylesPart`. */
export const STYLE = {
  plain: 0,
  header: 1,
  date: 2,
  timestamp: 3,
  timestampMilliseconds: 4,
  time: 5,
  timeMilliseconds: 6,
  wrapped: 7,
} as const;

const FORMATS: { id: number; code: string }[] = [
  { id: 164, code: 'yyyy-mm-dd' },
  { id: 165, code: 'yyyy-mm-dd hh:mm:ss' },
  { id: 166, code: 'yyyy-mm-dd hh:mm:ss.000' },
  { id: 167, code: 'hh:mm:ss' },
  { id: 168, code: 'hh:mm:ss.000' },
];

/** The parts of the package beside the sheets, by path (ECMA-376 part 1, chapter 18 and part 2). */
export function workbookParts(sheetNames: string[]): Map<string, string> {
  return new Map([
    ['[Content_Types].xml', contentTypes(sheetNames.length)],
    ['_rels/.rels', relationships([{ type: 'officeDocument', target: 'xl/workbook.xml' }])],
    ['xl/workbook.xml', workbook(sheetNames)],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ...sheetNames.map((_, index) => ({ type: 'worksheet', target: `worksheets/sheet${index + 1}.xml` })),
        { type: 'styles', target: 'styles.xml' },
      ]),
    ],
    ['xl/styles.xml', styles()],
  ]);
}

/** What stands before a sheet's rows: the frozen header row and the column widths in characters. */
export function sheetHead(widths: number[], frozenRows: 0 | 1): string {
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  const view = `<sheetViews><sheetView workbookViewId="0">${frozenRows ? pane : ''}</sheetView></sheetViews>`;
  const columns = widths.map((width, index) => {
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  const cols = columns.length > 0 ? `<cols>${columns.join('')}</cols>` : '';
  return `${HEAD}<worksheet xmlns="${MAIN}">${view}${cols}<sheetData>`;
}

export const SHEET_TAIL = '</sheetData></worksheet>';

/** A row of texts. */
export function textRow(row: number, texts: string[], style: number): string {
  const cells = texts.map((text, index) => {
    const place = `${columnLetters(index)}${row}`;
    return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
  });
  return `<row r="${row}">${cells.join('')}</row>`;
}

/** A, B … Z, AA … for a column's index from 0. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

function contentTypes(sheets: number): string {
  const parts = Array.from({ length: sheets }, (_, index) => {
    return `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${TYPE}.worksheet+xml"/>`;
  });
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${parts.join('')}</Types>`;
}

function relationships(targets: { type: string; target: string }[]): string {
  const items = targets.map(({ type, target }, index) => {
    return `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  });
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

function workbook(names: string[]): string {
  const sheets = names.map((name, index) => {
    return `<sheet name="${xmlAttribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`;
  });
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`;
}

function styles(): string {
  const formats = FORMATS.map(({ id, code }) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`).join('');
  const plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>';
  const bold = '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>';
  const dated = FORMATS.map(({ id }) => {
    return `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`;
  }).join('');
  const wrapped =
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>';
  return `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="${FORMATS.length}">${formats}</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${FORMATS.length + 3}">${plain}${bold}${dated}${wrapped}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
}
