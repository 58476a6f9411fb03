/** What DuckDB says about an error when `errors_as_json` is on. */
export interface EngineErrorDetail {
  /** `Parser`, `Binder`, `Catalog`, `Permission`… */
  type: string;
  message: string;
  subtype?: string;
  /** What was looked for and in which kind of entry (`Table`, `Scalar Function`, `Type`). */
  name?: string;
  entry?: string;
  candidates: string[];
  /** Offset in the statement, in UTF-16 units. */
  offset?: number;
}

/** Reads the JSON that the engine put into an error; `sql` turns its byte position into an offset. */
export function engineErrorDetail(error: unknown, sql: string): EngineErrorDetail {
  const text = error instanceof Error ? error.message : String(error);
  const fields = parseFields(text);
  if (!fields) return { type: 'Unknown', message: text, candidates: [] };
  const detail: EngineErrorDetail = {
    type: fields.exception_type ?? 'Unknown',
    message: fields.exception_message ?? text,
    candidates: (fields.candidates ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  };
  if (fields.error_subtype !== undefined) detail.subtype = fields.error_subtype;
  if (fields.name !== undefined) detail.name = fields.name;
  if (fields.type !== undefined) detail.entry = fields.type;
  const position = Number.parseInt(fields.position ?? '', 10);
  if (Number.isFinite(position)) detail.offset = byteToOffset(sql, position);
  return detail;
}

/** A position in UTF-8 bytes as an offset in UTF-16 units. */
export function byteToOffset(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
}

function parseFields(text: string): Record<string, string> | undefined {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as Record<string, string>;
  } catch {
    return undefined; // an error that was not raised by the engine
  }
}
