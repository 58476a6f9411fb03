import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundleWriter, killOften } from './killed-writer';

let writer: Awaited<ReturnType<typeof bundleWriter>>;
beforeAll(async () => {
  writer = await bundleWriter();
});
afterAll(() => writer.remove());

describe('a writer killed at random moments leaves the old table or the new one, and the next write works', () => {
  it('when it appends, a hundred times', { timeout: 600_000 }, () => killOften(writer.file, 'append', 100));
  it('when it replaces, a hundred times', { timeout: 600_000 }, () => killOften(writer.file, 'replace', 100));
  it('when it merges, a hundred times', { timeout: 600_000 }, () => killOften(writer.file, 'merge', 100));
});
