import { splitStatements } from '../../../shared/sql/split';
import { api } from '../../api/client';
import { useSettings } from '../settings-store';
import { useSessions } from './session-store';

/** A part of a text that is to be run. */
export interface RunPart {
  sql: string;
  /** Offset in the whole text, so that errors point at the editor's place. */
  offset: number;
  /** Number of the part's first statement in the whole text, from 1; results are named by it. */
  firstStatement: number;
}

let counter = 0;

function newRunId(): string {
  counter += 1;
  return `run-${Date.now().toString(36)}-${counter}`;
}

/** Opens the session's connection and takes over the results that it still holds. */
export async function openSession(key: string): Promise<void> {
  const { ensure, patch } = useSessions.getState();
  ensure(key);
  const { results } = await api.worksheets.open.mutate({ session: key });
  if (results.length === 0) return;
  const last = results.findLast((result) => result.kind === 'rows');
  patch(key, { results, activeResult: last?.id, resultsOpen: true });
}

/** Cancels what runs and gives the connection and the kept results back. */
export async function closeSession(key: string): Promise<void> {
  if (!useSessions.getState().sessions[key]) return;
  await cancelRun(key);
  useSessions.getState().forget(key);
  await api.worksheets.close.mutate({ session: key });
}

/** Asks for the parameters of the SQL where it has any, then starts it. Does nothing while another run goes on. */
export async function startRun(key: string, part: RunPart, o: { explain?: 'analyze' | 'plan' } = {}): Promise<void> {
  if (isRunning(key) || splitStatements(part.sql).length === 0) return;
  const { ensure, patch } = useSessions.getState();
  ensure(key);
  patch(key, { resultsOpen: true, runError: undefined });
  const needed = part.sql.includes('$') ? await api.worksheets.parameters.mutate({ session: key, sql: part.sql }) : [];
  if (needed.length === 0) return send(key, part, {}, o);
  const own = useSessions.getState().sessions[key]?.parameters ?? {};
  const names = needed.map(({ name, value }) => ({ name, value: own[name] ?? (value === null ? '' : String(value)) }));
  patch(key, {
    asking: {
      names,
      accept: (values) => {
        patch(key, { asking: undefined, parameters: { ...own, ...values } });
        void api.worksheets.rememberParameters.mutate({ values });
        void send(key, part, values, o);
      },
    },
  });
}

async function send(
  key: string,
  part: RunPart,
  parameters: Record<string, string | null>,
  o: { explain?: 'analyze' | 'plan' },
): Promise<void> {
  const run = newRunId();
  const { onRun } = useSessions.getState();
  const queued = {
    id: run,
    session: key,
    state: 'queued' as const,
    statements: splitStatements(part.sql).length,
    finished: 0,
    percent: -1,
    rowsProcessed: 0,
    totalRows: 0,
    startedAt: Date.now(),
  };
  onRun(queued);
  try {
    await api.worksheets.run.mutate({
      session: key,
      run,
      ...part,
      parameters,
      timeZone: useSettings.getState().settings.timeZone,
      ...o,
    });
  } catch (error) {
    onRun({ ...queued, state: 'failed' });
    throw error;
  }
}

/** Cancels what runs; the answer is there at once, the run's end comes as an event. */
export async function cancelRun(key: string): Promise<void> {
  const run = useSessions.getState().sessions[key]?.run;
  if (run && isRunning(key)) await api.worksheets.cancel.mutate({ session: key, run: run.id });
}

export function isRunning(key: string): boolean {
  const state = useSessions.getState().sessions[key]?.run?.state;
  return state === 'running' || state === 'queued';
}
