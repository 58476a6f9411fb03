/** What `errors_as_json` gives for an error, as far as the engine uses it. */
export interface EngineFault {
  type: string;
  message: string;
  /** Byte offset within the SQL that was sent. */
  position: number | undefined;
  candidates: string[];
  subtype: string | undefined;
}

/**
 * Reads an error of the binding. With `errors_as_json` its message is JSON, at times behind a prefix; what the binding
 * itself says, or a user who switched the setting off, is told as plain text.
 */
export function readFault(error: unknown): EngineFault {
  const text = error instanceof Error ? error.message : String(error);
  return fromJson(text) ?? fromText(text);
}

function fromJson(text: string): EngineFault | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    const json = JSON.parse(text.slice(start)) as Record<string, string | undefined>;
    const position = Number(json.position);
    return {
      type: json.exception_type ?? 'Unknown',
      message: json.exception_message ?? text,
      position: json.position !== undefined && Number.isSafeInteger(position) ? position : undefined,
      candidates: splitCandidates(json.candidates),
      subtype: json.error_subtype,
    };
  } catch {
    // Not JSON after all: a message that only quotes such a text. It is told as it stands.
    return undefined;
  }
}

function fromText(text: string): EngineFault {
  const match = /^(?:Failed to extract statements: )?([A-Z][\w ]*?)(?: Error|Error):\s*([\s\S]*)$/.exec(text);
  return {
    type: match?.[1]?.trim() ?? 'Unknown',
    message: match?.[2] ?? text,
    position: undefined,
    candidates: [],
    subtype: undefined,
  };
}

/** Commas inside parentheses belong to a candidate: `range(BIGINT, BIGINT)`. */
function splitCandidates(text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  return text.split(/,(?![^(]*\))/).map((candidate) => candidate.trim());
}

/** Whether the error says that the statement was interrupted. */
export function isInterrupt(fault: EngineFault): boolean {
  return /^interrupt/i.test(fault.type) || /^INTERRUPT Error|^Interrupted!?$/i.test(fault.message);
}

/** Whether the error says that the transaction is over and waits for ROLLBACK. */
export function isAbortedTransaction(fault: EngineFault): boolean {
  return /transaction is aborted/i.test(fault.message);
}

/** Whether the whole instance cannot be used after the error, or may not. */
export function mayInvalidate(fault: EngineFault): boolean {
  return (
    /^(?:fatal|internal)$/i.test(fault.type) || /database has been invalidated|must be restarted/i.test(fault.message)
  );
}
