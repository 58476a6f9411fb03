/** How a text is split into records and fields. */
export interface RecordRules {
  delimiter: string;
  /** Empty for none. */
  quote: string;
  escape: string;
}

export interface TextRecord {
  fields: string[];
  /** The line on which the record starts, from 1. */
  line: number;
}

/**
 * Splits the beginning of a text into records, as RFC 4180 says, to find out how a file is written; the rows
 * themselves are read by DuckDB. The last record is left out where `complete` is false, as it may be cut.
 */
export function splitRecords(
  text: string,
  rules: RecordRules,
  limit: number,
  complete: boolean,
): { records: TextRecord[]; malformed: number } {
  const records: TextRecord[] = [];
  let malformed = 0;
  let at = 0;
  let line = 1;
  while (at < text.length && records.length < limit) {
    const found = readRecord(text, at, rules);
    if (found.end >= text.length && !complete && !found.closed) break;
    malformed += found.malformed;
    records.push({ fields: found.fields, line });
    line += found.lines;
    at = found.end;
  }
  return { records, malformed };
}

interface ReadRecord {
  fields: string[];
  end: number;
  lines: number;
  malformed: number;
  /** Whether a line end closed it. */
  closed: boolean;
}

function readRecord(text: string, start: number, rules: RecordRules): ReadRecord {
  const record: ReadRecord = { fields: [], end: start, lines: 1, malformed: 0, closed: false };
  let at = start;
  for (;;) {
    const quoted = rules.quote !== '' && text[at] === rules.quote;
    const field = quoted ? readQuoted(text, at, rules) : readPlain(text, at, rules.delimiter);
    record.fields.push(field.text);
    record.malformed += field.malformed ? 1 : 0;
    record.lines += field.lines;
    at = field.end;
    if (rules.delimiter !== '' && text.startsWith(rules.delimiter, at)) {
      at += rules.delimiter.length;
      continue;
    }
    record.closed = at < text.length;
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    record.end = at + 1;
    return record;
  }
}

interface ReadField {
  text: string;
  end: number;
  lines: number;
  malformed: boolean;
}

function readPlain(text: string, start: number, delimiter: string): ReadField {
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '\n' || character === '\r' || (delimiter !== '' && text.startsWith(delimiter, at))) break;
    at += 1;
  }
  return { text: text.slice(start, at), end: at, lines: 0, malformed: false };
}

function readQuoted(text: string, start: number, rules: RecordRules): ReadField {
  const { quote, escape: escaping } = rules;
  const parts: string[] = [];
  let lines = 0;
  let at = start + 1;
  while (at < text.length) {
    const character = text[at];
    if (escaping !== '' && character === escaping && (escaping !== quote || text[at + 1] === quote)) {
      parts.push(text[at + 1] ?? '');
      at += 2;
    } else if (character === quote) {
      const rest = readPlain(text, at + 1, rules.delimiter);
      const closed = rest.text.trim() === '';
      return { text: parts.join('') + (closed ? '' : rest.text), end: rest.end, lines, malformed: !closed };
    } else {
      if (character === '\n') lines += 1;
      parts.push(character ?? '');
      at += 1;
    }
  }
  return { text: parts.join(''), end: text.length, lines, malformed: true };
}
