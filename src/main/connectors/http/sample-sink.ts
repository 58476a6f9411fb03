import type { RecordSink } from '../record-source';

/** Thrown by a sink that has enough, to end the reading. */
export class SampleTaken extends Error {}

const SAMPLE_BYTES = 1024 * 1024;
const SAMPLE_RECORDS = 200;

/** Takes the first records for a look at their structure, and ends the reading then. */
export class SampleSink implements RecordSink {
  private text = '';

  get bytes(): number {
    return this.text.length;
  }

  async write(lines: Uint8Array): Promise<void> {
    this.text += Buffer.from(lines).toString('latin1');
    if (this.text.length > SAMPLE_BYTES || this.text.split('\n').length > SAMPLE_RECORDS) throw new SampleTaken();
  }

  async rewind(bytes: number): Promise<void> {
    this.text = this.text.slice(0, bytes);
  }

  /** Whole records as JSON texts. */
  records(): string[] {
    const lines = Buffer.from(this.text, 'latin1').toString('utf8').split('\n');
    return lines.slice(0, -1).slice(0, SAMPLE_RECORDS);
  }
}
