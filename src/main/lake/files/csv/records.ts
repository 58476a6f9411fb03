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
  const end = nextMatch(fieldEnd(delimiter), text, start);
  return { text: text.slice(start, end), end, lines: 0, malformed: false };
}

const fieldEnds = new Map<string, RegExp>();

/** Finds a delimiter or line end; searching natively matters for cells of many megabytes. */
function fieldEnd(delimiter: string): RegExp {
  let pattern = fieldEnds.get(delimiter);
  if (!pattern) {
    const escaped = delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    pattern = new RegExp(delimiter === '' ? '[\\r\\n]' : `[\\r\\n]|${escaped}`, 'g');
    fieldEnds.set(delimiter, pattern);
  }
  return pattern;
}

function nextMatch(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.exec(text)?.index ?? text.length;
}

function readQuoted(text: string, start: number, rules: RecordRules): ReadField {
  const { quote, escape: escaping } = rules;
  const parts: string[] = [];
  let at = start + 1;
  for (;;) {
    const end = nextSign(text, at, quote, escaping);
    parts.push(text.slice(at, end));
    at = end;
    if (at >= text.length) return { text: parts.join(''), end: at, lines: lineBreaks(parts), malformed: true };
    const escaped = escaping !== '' && text[at] === escaping && (escaping !== quote || text[at + 1] === quote);
    if (escaped) {
      parts.push(text[at + 1] ?? '');
      at += 2;
      continue;
    }
    const rest = readPlain(text, at + 1, rules.delimiter);
    const closed = rest.text.trim() === '';
    const value = parts.join('') + (closed ? '' : rest.text);
    return { text: value, end: rest.end, lines: lineBreaks(parts), malformed: !closed };
  }
}

function nextSign(text: string, start: number, quote: string, escaping: string): number {
  const closing = text.indexOf(quote, start);
  const escaped = escaping === '' || escaping === quote ? -1 : text.indexOf(escaping, start);
  const found = [closing, escaped].filter((index) => index >= 0);
  return found.length > 0 ? Math.min(...found) : text.length;
}

function lineBreaks(parts: string[]): number {
  let count = 0;
  for (const part of parts) {
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) count += 1;
  }
  return count;
}
