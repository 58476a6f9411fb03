import type { ResultInfo } from '../../../shared/results';
import { tried } from '../../api/tried';
import { fetchMore } from '../../app/sessions/session-run';
import type { Session } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { formatCount } from '../../ui/format';

interface FetchMoreProps {
  session: Session;
  result: ResultInfo;
  limited: NonNullable<ResultInfo['limited']>;
}

/** Says that the rows are the first ones of a connection alone, and fetches more of them. */
export function FetchMore({ session, result, limited }: FetchMoreProps) {
  const running = session.run?.state === 'running' || session.run?.state === 'queued';
  return (
    <section className="fetch-more" aria-label="Limit of the connection">
      <span>
        first <b className="numbers">{formatCount(limited.at)}</b> rows of {limited.connection}: figures are of these
        alone
      </span>
      <Button look="quiet" disabled={running} onClick={() => tried(fetchMore(session.key, result.id, false))}>
        Fetch more
      </Button>
      <Button look="quiet" disabled={running} onClick={() => tried(fetchMore(session.key, result.id, true))}>
        Fetch all
      </Button>
    </section>
  );
}
