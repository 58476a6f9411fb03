import { EXCEL_LIMITS } from './cells';
import { STYLE, textRow } from './parts';

/** The rows of the sheet that tells where the data comes from and what was written in another form. */
export function querySheetRows(about: {
  sql: string | undefined;
  sheets: string[];
  rows: number;
  notes: string[];
  timeZone: string;
}): string {
  const lines: [string, string][] = [
    ['Rows', about.rows.toLocaleString('en-US')],
    ['Sheets', about.sheets.join(', ')],
    ['Time zone', about.timeZone],
    ['Exported', new Date().toISOString()],
    ...about.notes.map((note, index): [string, string] => [index === 0 ? 'Written differently' : '', note]),
    ...pieces(about.sql ?? '').map((line, index): [string, string] => [index === 0 ? 'SQL' : '', line]),
  ];
  return lines.map((line, index) => textRow(index + 1, line, STYLE.plain)).join('');
}

/** The SQL line by line, a line that no cell can hold in parts. */
function pieces(sql: string): string[] {
  return sql.split(/\r?\n/).flatMap((line) => {
    const parts = [];
    for (let at = 0; at === 0 || at < line.length; at += EXCEL_LIMITS.text) {
      parts.push(line.slice(at, at + EXCEL_LIMITS.text));
    }
    return parts;
  });
}
