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
    <span className="fetch-more">
      <span className="chip warn" title={`${limited.connection} may hold more rows; figures are of these alone.`}>
        first {formatCount(limited.at)}
      </span>
      <Button look="quiet" disabled={running} onClick={() => tried(fetchMore(session.key, result.id, false))}>
        Fetch more
      </Button>
      <Button look="quiet" disabled={running} onClick={() => tried(fetchMore(session.key, result.id, true))}>
        Fetch all
      </Button>
    </span>
  );
}
