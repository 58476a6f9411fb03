import type { ParameterValue } from '../../../shared/results';
import { splitStatements } from '../../../shared/sql/split';
import { api, callError } from '../../api/client';
import { showError, showMessage } from '../../ui/toaster';
import { useSettings } from '../settings-store';
import { hasTab, useSessions } from './session-store';

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

/** Opens the session's connection and takes over the results that it still holds and what still runs. */
export async function openSession(key: string): Promise<void> {
  const { ensure, patch } = useSessions.getState();
  ensure(key);
  const { results, runs } = await api.worksheets.open.mutate({ session: key });
  await readTransaction(key);
  if (results.length === 0 && runs.length === 0) return;
  const last = results.findLast(hasTab);
  patch(key, {
    results: results.filter((result) => result.source === undefined),
    activeResult: last?.id,
    run: runs.at(-1),
    resultsOpen: true,
  });
}

/** After the backend came back: opens every session there again and takes over what it holds of them. */
export async function reopenSessions(): Promise<void> {
  const { sessions, reconcile } = useSessions.getState();
  await Promise.all(
    Object.keys(sessions).map(async (key) => {
      reconcile(key, await api.worksheets.open.mutate({ session: key }));
      await readTransaction(key);
    }),
  );
}

async function readTransaction(key: string): Promise<void> {
  const transaction = await api.worksheets.transaction.query({ session: key });
  useSessions.getState().patch(key, { transaction });
}

/** Keeps or undoes what waits in the worksheet's transaction. */
export async function endTransaction(key: string, how: 'commit' | 'rollback'): Promise<void> {
  await api.worksheets[how].mutate({ session: key });
}

/** Runs the statement of a result that stopped at its connection's limit again, for as many rows more or for all. */
export async function fetchMore(key: string, result: string, all: boolean): Promise<void> {
  if (isRunning(key)) return;
  const run = await api.results.fetchMore.mutate({ id: result, run: newRunId(), all });
  if (run) useSessions.getState().onRun(run);
}

/** Cancels what runs and gives the connection and the kept results back. */
export async function closeSession(key: string): Promise<void> {
  if (!useSessions.getState().sessions[key]) return;
  await cancelRun(key);
  useSessions.getState().forget(key);
  await api.worksheets.close.mutate({ session: key });
}

/** Asks for the parameters of the SQL where it has any, then starts it. While another run goes on it only says so. */
export async function startRun(key: string, part: RunPart, o: { explain?: 'analyze' | 'plan' } = {}): Promise<void> {
  if (splitStatements(part.sql).length === 0) return;
  if (isRunning(key)) {
    showMessage('This worksheet runs a query already. Cancel it first, or use another worksheet.', {
      label: 'Cancel it',
      run: () => tried(cancelRun(key)),
    });
    return;
  }
  const { ensure, patch } = useSessions.getState();
  ensure(key);
  patch(key, { resultsOpen: true, runError: undefined });
  const needed = part.sql.includes('$') ? await api.worksheets.parameters.mutate({ session: key, sql: part.sql }) : [];
  if (needed.length === 0) return send(key, part, {}, o);
  const own = useSessions.getState().sessions[key]?.parameters ?? {};
  const names = needed.map(({ name, value }) => ({ name, value: startValue(own[name], value) }));
  patch(key, {
    asking: {
      id: newRunId(),
      names,
      accept: (values) => {
        patch(key, { asking: undefined, parameters: { ...own, ...values } });
        tried(api.worksheets.rememberParameters.mutate({ values }));
        tried(send(key, part, values, o));
      },
    },
  });
}

/** NULL that was given in this worksheet stays NULL; a value of an earlier start is offered again. */
function startValue(own: string | null | undefined, remembered: ParameterValue | undefined): string | null {
  if (own !== undefined) return own;
  return remembered === null ? null : String(remembered ?? '');
}

function tried(work: Promise<unknown>): void {
  work.catch((error) => showError(callError(error)));
}

async function send(
  key: string,
  part: RunPart,
  parameters: Record<string, string | null>,
  o: { explain?: 'analyze' | 'plan' },
): Promise<void> {
  const run = newRunId();
  const { onRun, sessions } = useSessions.getState();
  const runsOn = sessions[key]?.runsOn;
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
      ...(runsOn === undefined ? {} : { runsOn }),
      ...o,
    });
  } catch (error) {
    onRun({ ...queued, state: 'failed', error: callError(error) });
  }
}

/** Cancels what runs, and resolves when it has ended, which is at once as a rule. */
export async function cancelRun(key: string): Promise<void> {
  const run = useSessions.getState().sessions[key]?.run;
  if (!run || !isRunning(key)) return;
  await api.worksheets.cancel.mutate({ session: key, run: run.id });
  await ended(key, run.id);
}

function ended(key: string, run: string): Promise<void> {
  const isOver = () => useSessions.getState().sessions[key]?.run?.id !== run || !isRunning(key);
  return new Promise((resolve) => {
    if (isOver()) return resolve();
    const stop = useSessions.subscribe(() => {
      if (!isOver()) return;
      stop();
      resolve();
    });
  });
}

export function isRunning(key: string): boolean {
  const state = useSessions.getState().sessions[key]?.run?.state;
  return state === 'running' || state === 'queued';
}
