import { Button } from '../../../ui/button';
import { EmptyState } from '../../../ui/empty-state';
import { ErrorBox } from '../../../ui/error-box';
import type { Loaded } from './use-loaded';
import './parts.css';

/** What a view shows in the place of something that failed or was cancelled; nothing in the other states. */
export function LoadProblem({ loaded, what }: { loaded: Loaded<unknown>; what: string }) {
  if (loaded.state === 'failed' && loaded.error) {
    return (
      <ErrorBox error={loaded.error}>
        <Button onClick={loaded.retry}>Try again</Button>
      </ErrorBox>
    );
  }
  if (loaded.state !== 'cancelled') return null;
  return (
    <EmptyState title={`${what} cancelled`} actions={<Button onClick={loaded.retry}>Start again</Button>}>
      What was there before stays as it is.
    </EmptyState>
  );
}

/** A quiet line that something is on its way, with a way out of it; shown after 300 ms. */
export function LoadProgress({ loaded, what }: { loaded: Loaded<unknown>; what: string }) {
  return (
    <output className="load-progress" aria-live="polite" data-shown={loaded.slow}>
      {loaded.slow ? (
        <>
          <span className="load-bar" />
          <span>{what}</span>
          <Button look="quiet" onClick={loaded.cancel}>
            Cancel
          </Button>
        </>
      ) : null}
    </output>
  );
}

/** Grey bars in the shape of lines of text that will come. */
export function SkeletonLines({ widths }: { widths: readonly number[] }) {
  return (
    <div className="skeleton-lines" aria-hidden>
      {widths.map((width, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <div key={at} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
