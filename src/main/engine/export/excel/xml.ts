/** Control characters and what is no character; of these tab, line feed and those above 126 may stand in XML. */
const UNUSUAL = /[\p{Cc}\uFFFE\uFFFF]/gu;

/**
 * A text as XML content of a spreadsheet. Characters that XML cannot hold, and carriage returns (which XML readers turn
 * into line feeds), become `_xHHHH_` (ST_Xstring of ECMA-376 part 1, 22.9.2.19); a text that already looks so has its
 * underscore escaped the same way.
 */
export function xmlText(text: string): string {
  return text
    .replace(/_(x[0-9A-Fa-f]{4})/g, '_x005F_$1')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(UNUSUAL, (character) =>
      /[\t\n\u007F-\u009F]/.test(character) ? character : hexadecimal(character.charCodeAt(0)),
    );
}

/** A text as the value of an XML attribute. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** `xmlText` as SQL over a text expression; the costly part runs only for texts that need it. */
export function xmlTextSql(text: string): string {
  const escaped = `replace(replace(replace(${text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
  const codes = [...Array(32).keys(), 0xfffe, 0xffff].filter((code) => code !== 9 && code !== 10);
  const marked = `regexp_replace(${escaped}, '_(x[0-9A-Fa-f]{4})', '_x005F_\\1', 'g')`;
  const special = codes.reduce((sql, code) => `replace(${sql}, chr(${code}), '${hexadecimal(code)}')`, marked);
  const needed = `regexp_matches(${text}, '[\\x00-\\x08\\x0B-\\x1F\\x{FFFE}\\x{FFFF}]|_x[0-9A-Fa-f]{4}')`;
  return `CASE WHEN ${needed} THEN ${special} ELSE ${escaped} END`;
}

function hexadecimal(code: number): string {
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
}
