import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundleWriter, killOften } from './killed-writer';

let writer: Awaited<ReturnType<typeof bundleWriter>>;
beforeAll(async () => {
  writer = await bundleWriter();
});
afterAll(() => writer.remove());

describe('a writer killed at random moments leaves the old table or the new one, and the next write works', () => {
  it('when it appends', () => killOften(writer.file, 'append', 8));
  it('when it replaces', () => killOften(writer.file, 'replace', 8));
  it('when it merges', () => killOften(writer.file, 'merge', 8));
});
