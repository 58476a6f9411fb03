import { useEffect } from 'react';
import { callError } from '../../api/client';
import { cancelRun, openSession, startRun } from '../../app/sessions/session-run';
import { useSessions } from '../../app/sessions/session-store';
import { showError } from '../../ui/toaster';
import { ResultsPanel } from '../results/results';

async function show(session: string, sql: string, revision: number): Promise<void> {
  await openSession(session);
  const before = useSessions.getState().sessions[session]?.results.at(-1);
  // A window that was reloaded finds the rows still kept.
  if (revision === 0 && before?.state === 'done' && before.sql === sql.replace(/;$/, '')) return;
  await cancelRun(session);
  await startRun(session, { sql, offset: 0, firstStatement: 1 });
}

interface FilePreviewProps {
  sessionKey: string;
  sql: string;
  /** Another number is another content of the file. */
  revision: number;
}

/** The rows of a FROM item in a session of its own, run again whenever the SQL or the file changes. */
export function FilePreview({ sessionKey, sql, revision }: FilePreviewProps) {
  const session = useSessions((state) => state.sessions[sessionKey]);
  useEffect(() => {
    show(sessionKey, sql, revision).catch((error) => showError(callError(error)));
  }, [sessionKey, sql, revision]);
  return session ? <ResultsPanel session={session} /> : null;
}
