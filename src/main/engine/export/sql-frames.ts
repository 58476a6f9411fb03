import { type ErrorShape, MillraceError } from '../../../shared/errors';

/** What running SQL yields: bytes in the asked format, and sentences that belong on standard error. */
export type SqlEvent = { data: Uint8Array } | { note: string };

const HEADER_BYTES = 5;
const DATA_BYTES = 256 * 1024;
const KIND = { data: 1, note: 2, error: 3, end: 4 } as const;

/**
 * Events as frames for one byte stream: a kind (1 data, 2 note, 3 error, 4 end), the payload's length as 32 bits in
 * little endian, the payload. An error after the first rows thus arrives as itself, and a stream without an end frame was
 * cut off. Errors of the events become an error frame and are not thrown.
 */
export async function* encodeFrames(
  events: AsyncIterable<SqlEvent>,
  shapeOf: (error: unknown) => ErrorShape,
): AsyncIterable<Uint8Array> {
  try {
    for await (const event of events) {
      if ('data' in event) yield* dataFrames(event.data);
      else yield frame(KIND.note, Buffer.from(event.note));
    }
  } catch (error) {
    yield frame(KIND.error, Buffer.from(JSON.stringify(shapeOf(error))));
    return;
  }
  yield frame(KIND.end, new Uint8Array(0));
}

/** The events of a framed stream. Throws the error that it carries, and RESULT_CUT where it stops before its end. */
export async function* decodeFrames(source: AsyncIterable<Uint8Array>): AsyncIterable<SqlEvent> {
  let held = Buffer.alloc(0);
  for await (const chunk of source) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < HEADER_BYTES) break;
      const size = held.readUInt32LE(1);
      if (held.length < HEADER_BYTES + size) break;
      const payload = held.subarray(HEADER_BYTES, HEADER_BYTES + size);
      const kind = held[0];
      held = held.subarray(HEADER_BYTES + size);
      if (kind === KIND.end) return;
      if (kind === KIND.error) throw new MillraceError(JSON.parse(payload.toString()) as ErrorShape);
      yield kind === KIND.data ? { data: payload } : { note: payload.toString() };
    }
  }
  throw new MillraceError({
    code: 'RESULT_CUT',
    message: 'The connection to the process that has the project open broke off.',
    hint: 'Run the command again; what was written so far is not complete.',
  });
}

/** Frames small enough that putting one together again out of network pieces costs little. */
function* dataFrames(data: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < data.byteLength; at += DATA_BYTES) yield frame(KIND.data, data.subarray(at, at + DATA_BYTES));
}

function frame(kind: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength);
  bytes[0] = kind;
  bytes.writeUInt32LE(payload.byteLength, 1);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}
