import { useEffect, useState } from 'react';
import type { OpenTransaction } from '../../../shared/events';
import { tried } from '../../api/tried';
import { endTransaction } from '../../app/sessions/session-run';
import type { Session } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { formatDuration } from '../../ui/format';
import { Icon } from '../../ui/icon';

/** What waits in the worksheet's transaction, where and for how long, with the two ways to end it. */
export function TransactionStrip({ session, transaction }: { session: Session; transaction: OpenTransaction }) {
  const { statements, since, connection } = transaction;
  const running = session.run?.state === 'running' || session.run?.state === 'queued';
  const count = statements === 1 ? '1 statement' : `${statements} statements`;
  return (
    <section className={connection ? 'transaction-strip prod' : 'transaction-strip'} aria-label="Transaction">
      <Icon name="warning" size={12} />
      <span>
        {statements === 0 ? 'A transaction is open' : `${count} not committed`}
        {connection ? ` on ${connection}` : ''} · <Since since={since} />
      </span>
      <span className="gap" />
      <Button disabled={running} onClick={() => tried(endTransaction(session.key, 'commit'))}>
        Commit
      </Button>
      <Button disabled={running} onClick={() => tried(endTransaction(session.key, 'rollback'))}>
        Roll back
      </Button>
    </section>
  );
}

function Since({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <time className="numbers">open for {formatDuration(Math.max(0, now - since))}</time>;
}
