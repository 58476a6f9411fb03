import type { TestStep, TestStepName } from '../../../shared/connections';
import { errorShape } from '../../../shared/errors';

/** One step: what it saw, or why there is nothing to see. */
export interface StepWork {
  step: TestStepName;
  work(): Promise<string | { skipped: string }>;
}

/** Runs the steps one after another and gives each as it ends, up to the first that fails. */
export async function* runTestSteps(
  steps: StepWork[],
  signal: AbortSignal,
  shape: (error: unknown) => unknown = (error) => error,
): AsyncIterable<TestStep> {
  for (const { step, work } of steps) {
    if (signal.aborted) return;
    const started = performance.now();
    const milliseconds = () => Math.round(performance.now() - started);
    try {
      const seen = await work();
      if (typeof seen === 'string') yield { step, state: 'ok', message: seen, milliseconds: milliseconds() };
      else yield { step, state: 'skipped', message: seen.skipped, milliseconds: milliseconds() };
    } catch (error) {
      if (signal.aborted) return;
      const told = errorShape(shape(error));
      yield { step, state: 'failed', message: told.message, milliseconds: milliseconds(), error: told };
      return;
    }
  }
}
