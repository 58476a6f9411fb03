import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

type Load = () => Promise<unknown>;

const AGAIN = 1_500;
const TRIES = 40;

const first: Load[] = [];
const later: Load[] = [];

/**
 * A component whose code is fetched when it is first shown. A fetch that fails, as the backend is away, is tried again
 * until it is there; what is fetched once stays. `first` is fetched while the project is still being read.
 */
export function lazyPart<P>(
  load: () => Promise<ComponentType<P>>,
  when: 'first' | 'later' = 'later',
): LazyExoticComponent<ComponentType<P>> {
  const patient = () => withPatience(load).then((component) => ({ default: component }));
  (when === 'first' ? first : later).push(load);
  return lazy(patient as () => Promise<{ default: ComponentType<P> }>);
}

async function withPatience<T>(load: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Fetches parts one after another, before they are shown, so that they are there also while the backend is away. */
export async function fetchParts(when: 'first' | 'later'): Promise<void> {
  for (const load of when === 'first' ? first : later) {
    // Shown later, it is tried again.
    await load().catch(() => undefined);
  }
}
