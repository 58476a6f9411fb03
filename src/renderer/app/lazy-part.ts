import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

type Load = () => Promise<unknown>;

const AGAIN = 1_500;
const TRIES = 40;

const loads = new Set<Load>();

/**
 * A component whose code is fetched when it is first shown. A fetch that fails, as the backend is away, is tried again
 * until it is there; what is fetched once stays.
 */
export function lazyPart<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  const patient = () => withPatience(load).then((component) => ({ default: component }));
  loads.add(load);
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

/** Fetches what was not shown yet, one part after another, so that it is there also while the backend is away. */
export async function fetchParts(): Promise<void> {
  for (const load of loads) {
    // Shown later, it is tried again.
    await load().catch(() => undefined);
  }
}
