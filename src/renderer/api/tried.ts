import { showError } from '../ui/toaster';
import { callError } from './client';

/** Shows what fails in work that nothing waits for. */
export function tried(work: Promise<unknown> | undefined): void {
  work?.catch((error) => showError(callError(error)));
}
