import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestStep } from '../../../../src/shared/connections';
import { MillraceError } from '../../../../src/shared/errors';

/** Each step as `login: ok` or `login: CODE`, and the last one whole. */
export async function stepsOf(steps: AsyncIterable<TestStep>): Promise<{ steps: string[]; last: TestStep }> {
  const seen: TestStep[] = [];
  for await (const step of steps) seen.push(step);
  const last = seen.at(-1);
  if (!last) throw new Error('the test gave no step');
  return { steps: seen.map(({ step, state, error }) => `${step}: ${error?.code ?? state}`), last };
}

/** The error that the work must end with. */
export async function errorOf(work: Promise<unknown>): Promise<MillraceError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof MillraceError) return error;
  throw error;
}

export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-objects-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
