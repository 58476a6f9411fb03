import { MillraceError } from '../../../../shared/errors';

/** An encoding that files can be read with: DuckDB's name, the Encoding Standard's label, and what people call it. */
export interface TextEncoding {
  name: string;
  label: string;
  title: string;
}

/**
 * The encodings offered. DuckDB's extension knows hundreds of names, among them several that give wrong characters
 * (`ISO8859_1` gives full-width letters, `ISO8859_15` refuses a euro sign), so only those that a test has compared with the Encoding Standard are here.
 */
export const ENCODINGS: readonly TextEncoding[] = [
  { name: 'utf-8', label: 'utf-8', title: 'UTF-8' },
  { name: 'utf-16', label: 'utf-16le', title: 'UTF-16 (little endian)' },
  { name: 'CP1252', label: 'windows-1252', title: 'Windows-1252 (Western Europe)' },
  { name: 'CP1250', label: 'windows-1250', title: 'Windows-1250 (Central Europe)' },
  { name: 'CP1251', label: 'windows-1251', title: 'Windows-1251 (Cyrillic)' },
  { name: 'CP1254', label: 'windows-1254', title: 'Windows-1254 (Turkish)' },
  { name: 'CP1257', label: 'windows-1257', title: 'Windows-1257 (Baltic)' },
  { name: 'ISO_8859_2', label: 'iso-8859-2', title: 'ISO 8859-2 (Central Europe)' },
  { name: 'ISO_8859_15', label: 'iso-8859-15', title: 'ISO 8859-15 (Western Europe)' },
  { name: 'KOI8_R', label: 'koi8-r', title: 'KOI8-R (Cyrillic)' },
  { name: 'cp866', label: 'ibm866', title: 'CP866 (DOS, Cyrillic)' },
  { name: 'shift_jis', label: 'shift_jis', title: 'Shift JIS (Japanese)' },
  { name: 'gb18030', label: 'gb18030', title: 'GB 18030 (Chinese)' },
];

const ALIASES: Record<string, string> = {
  utf8: 'utf-8',
  utf16: 'utf-16',
  'utf-16le': 'utf-16',
  'windows-1252': 'CP1252',
  latin1: 'CP1252',
  'latin-1': 'CP1252',
  'iso-8859-1': 'CP1252',
};

/** The encoding of that name, by DuckDB's name, the standard label or a common alias. Throws UNSUPPORTED. */
export function encodingNamed(name: string): TextEncoding {
  const wanted = (ALIASES[name.toLowerCase()] ?? name).toLowerCase();
  const found = ENCODINGS.find((encoding) => [encoding.name.toLowerCase(), encoding.label].includes(wanted));
  if (found) return found;
  throw new MillraceError({
    code: 'UNSUPPORTED',
    message: `The encoding ${JSON.stringify(name)} is not one that files can be read with.`,
    hint: `Use one of: ${ENCODINGS.map((encoding) => encoding.name).join(', ')}; or convert the file to UTF-8.`,
  });
}
