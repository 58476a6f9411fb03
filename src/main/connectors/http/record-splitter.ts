/** What stands around the records of an answer, and how many there were. */
export interface SplitEnd {
  records: number;
  /** The answer with an empty list in the place of its records. */
  envelope: string;
  /** The records' place was met. */
  found: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LINE_FEED = Buffer.from('\n');

/** An answer's JSON is not as it must be; `reason` goes on after "the answer". */
export class BrokenAnswer extends Error {}

/** Of an answer without its records; more is a sign that the records are looked for in the wrong place. */
const LARGEST_ENVELOPE = 4 * 1024 * 1024;

interface Container {
  isObject: boolean;
  /** How many names of the path lead here; -1 beside the path. */
  depth: number;
}

/**
 * Cuts the records out of a JSON answer while it arrives, as lines with the very bytes that were sent: no number passes
 * through JavaScript, and no answer is held whole. `path` leads to the list of records (or to the one record); `'lines'`
 * is for bodies with an object a line.
 */
export class RecordSplitter {
  private readonly pieces: Buffer[] = [];
  private readonly envelope: Buffer[] = [];
  private envelopeBytes = 0;
  private readonly stack: Container[] = [];
  private inString = false;
  private escaped = false;
  private key: Buffer[] | undefined;
  private keyText: string | undefined;
  private expectsKey = false;
  private isOver = false;
  private found = false;
  private records = 0;
  /** Nesting within the records; -1 outside of them. */
  private nesting = -1;
  private single = false;
  private isBetween = true;

  constructor(private readonly path: string[] | 'lines') {
    if (path === 'lines') {
      this.nesting = 0;
      this.found = true;
    }
  }

  /** Gives the lines that the bytes complete or go on with. Throws BrokenAnswer. */
  push(chunk: Buffer): Buffer {
    let at = 0;
    while (at < chunk.length) at = this.nesting >= 0 ? this.inside(chunk, at) : this.outside(chunk, at);
    return this.taken();
  }

  /** Throws BrokenAnswer where the answer broke off. */
  end(): SplitEnd {
    const isWhole = this.path === 'lines' ? this.isBetween && !this.inString : this.isOver;
    if (!isWhole) throw new BrokenAnswer('ends in the middle of its JSON');
    return { records: this.records, envelope: Buffer.concat(this.envelope).toString('utf8'), found: this.found };
  }

  private taken(): Buffer {
    return Buffer.concat(this.pieces.splice(0));
  }

  /** Bytes of records: they are handed on, less the blanks between their parts. */
  private inside(chunk: Buffer, start: number): number {
    let from = start;
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inString = false;
        continue;
      }
      if (byte <= 0x20) {
        if (at > from) this.pieces.push(chunk.subarray(from, at));
        from = at + 1;
        continue;
      }
      if (this.nesting === 0) {
        if (this.isBetween && byte === OPEN_OBJECT) {
          this.isBetween = false;
          this.records += 1;
          this.nesting = 1;
          continue;
        }
        if (byte === COMMA && this.path !== 'lines' && this.isBetween && !this.single) {
          from = at + 1;
          continue;
        }
        if (byte === CLOSE_LIST && this.path !== 'lines' && !this.single) return this.leave(chunk, at);
        throw new BrokenAnswer('has records that are no JSON objects');
      }
      if (byte === QUOTE) this.inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.nesting += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.nesting -= 1;
        if (this.nesting > 0) continue;
        this.pieces.push(chunk.subarray(from, at + 1), LINE_FEED);
        from = at + 1;
        this.isBetween = true;
        if (this.single) return this.leaveSingle(at);
      }
    }
    if (from < chunk.length) this.pieces.push(chunk.subarray(from));
    return chunk.length;
  }

  private leave(chunk: Buffer, at: number): number {
    this.nesting = -1;
    this.note(chunk.subarray(at, at + 1));
    this.closed();
    return at + 1;
  }

  private leaveSingle(at: number): number {
    this.nesting = -1;
    this.single = false;
    this.note(Buffer.from('null'));
    this.closed();
    return at + 1;
  }

  /** Bytes around the records. */
  private outside(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.inString) {
        this.stringByte(byte, chunk, at);
        continue;
      }
      if (byte <= 0x20) continue;
      if (this.isOver) throw new BrokenAnswer('goes on after its JSON has ended');
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        const depth = this.depthOfValue();
        if (!this.found && depth === (this.path as string[]).length) return this.enter(byte, at);
        this.stack.push({ isObject: byte === OPEN_OBJECT, depth: byte === OPEN_OBJECT ? depth : -1 });
        this.expectsKey = byte === OPEN_OBJECT;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        this.note(chunk.subarray(at, at + 1));
        this.stack.pop();
        this.closed();
        continue;
      } else if (byte === QUOTE) {
        this.inString = true;
        if (this.expectsKey) this.key = [];
      } else if (byte === COMMA) {
        this.expectsKey = this.stack.at(-1)?.isObject ?? false;
      } else if (byte === COLON) {
        this.expectsKey = false;
      } else if (this.stack.length === 0) {
        throw new BrokenAnswer('is no JSON object or list');
      }
      this.note(chunk.subarray(at, at + 1));
    }
    return chunk.length;
  }

  private stringByte(byte: number, chunk: Buffer, at: number): void {
    this.note(chunk.subarray(at, at + 1));
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) {
      this.inString = false;
      if (this.key) this.keyText = keyOf(this.key);
      this.key = undefined;
      return;
    }
    this.key?.push(chunk.subarray(at, at + 1));
  }

  private depthOfValue(): number {
    const parent = this.stack.at(-1);
    if (!parent) return 0;
    if (!parent.isObject || parent.depth < 0) return -1;
    return (this.path as string[])[parent.depth] === this.keyText ? parent.depth + 1 : -1;
  }

  private enter(byte: number, at: number): number {
    this.found = true;
    this.nesting = 0;
    this.isBetween = true;
    this.single = byte === OPEN_OBJECT;
    if (!this.single) this.note(Buffer.from('['));
    // The one record is read from its own first byte on.
    return this.single ? at : at + 1;
  }

  private closed(): void {
    this.expectsKey = false;
    if (this.stack.length === 0) this.isOver = true;
  }

  private note(bytes: Buffer): void {
    this.envelopeBytes += bytes.length;
    if (this.envelopeBytes > LARGEST_ENVELOPE) throw new BrokenAnswer('has more than 4 MB beside its records');
    this.envelope.push(Buffer.from(bytes));
  }
}

function keyOf(bytes: Buffer[]): string {
  try {
    return JSON.parse(`"${Buffer.concat(bytes).toString('utf8')}"`) as string;
  } catch {
    throw new BrokenAnswer('has a name with a broken escape');
  }
}
