/** The rows stand still when they have not moved for so long. */
const REST_MILLISECONDS = 500;

let movedAt = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

/** A grid's rows moved under the eye. */
export function noteScroll(): void {
  const wasAtRest = restIn() === 0;
  movedAt = performance.now();
  if (wasAtRest) for (const listener of [...listeners]) listener();
}

/** Calls when rows begin to move, until the returned function is called. */
export function onScrollStart(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Resolves once no grid is being scrolled: work that nobody waits for gives way to it. */
export async function scrollRest(): Promise<void> {
  for (let wait = restIn(); wait > 0; wait = restIn()) await new Promise((resolve) => setTimeout(resolve, wait));
}

function restIn(): number {
  return Math.max(0, movedAt + REST_MILLISECONDS - performance.now());
}
