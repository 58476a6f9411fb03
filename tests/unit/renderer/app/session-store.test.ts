import { beforeEach, describe, expect, it } from 'vitest';
import { chosenResult, tabResults, useSessions } from '../../../../src/renderer/app/sessions/session-store';
import type { ResultInfo, RunInfo } from '../../../../src/shared/results';

const KEY = 'worksheet:a.sql';

function result(id: string, change: Partial<ResultInfo> = {}): ResultInfo {
  return {
    id,
    session: KEY,
    run: 'run-1',
    name: '_1',
    sql: 'select 1',
    offset: 0,
    kind: 'rows',
    state: 'done',
    columns: [],
    rowCount: 1,
    startedAt: 0,
    milliseconds: 1,
    pinned: false,
    ...change,
  };
}

function run(state: RunInfo['state'], change: Partial<RunInfo> = {}): RunInfo {
  return {
    id: 'run-1',
    session: KEY,
    state,
    statements: 1,
    finished: 0,
    percent: -1,
    rowsProcessed: 0,
    totalRows: 0,
    startedAt: 0,
    ...change,
  };
}

const store = () => useSessions.getState();
const session = () => {
  const one = store().sessions[KEY];
  if (!one) throw new Error('no session');
  return one;
};
const tabs = () => tabResults(session()).map((one) => one.id);

beforeEach(() => {
  useSessions.setState({ sessions: {} });
  store().ensure(KEY);
});

describe('results of a worksheet', () => {
  it('a statement that runs again takes its tab, at its place', () => {
    store().onResult(result('a', { name: '_1' }));
    store().onResult(result('b', { name: '_2' }));
    store().onResult(result('c', { name: '_1', run: 'run-2' }));
    expect(tabs()).toEqual(['c', 'b']);
    expect(chosenResult(session())?.id).toBe('c');
  });

  it('a pinned result stays when its statement runs again', () => {
    store().onResult(result('a', { pinned: true }));
    store().onResult(result('b', { name: '_2', run: 'run-2' }));
    expect(tabs()).toEqual(['a', 'b']);
  });

  it('two digits come after one', () => {
    for (const number of [10, 2, 1]) store().onResult(result(`r${number}`, { name: `_${number}` }));
    expect(tabs()).toEqual(['r1', 'r2', 'r10']);
  });

  it('an update changes a result where it stands', () => {
    store().onResult(result('a', { state: 'running', rowCount: 0 }));
    store().onResult(result('a', { rowCount: 7 }));
    expect(session().results.map((one) => one.rowCount)).toEqual([7]);
  });

  it('sorted copies are no tabs', () => {
    store().onResult(result('a'));
    store().onResult(result('b', { source: 'a' }));
    expect(tabs()).toEqual(['a']);
  });

  it('closing the shown one shows the one beside it', () => {
    for (const number of [1, 2, 3]) store().onResult(result(`r${number}`, { name: `_${number}` }));
    store().patch(KEY, { activeResult: 'r2' });
    store().dropResult(KEY, 'r2');
    expect(chosenResult(session())?.id).toBe('r3');
    store().dropResult(KEY, 'r3');
    expect(chosenResult(session())?.id).toBe('r1');
  });
});

describe('the view of a result', () => {
  it('an error shows the messages, and the next rows the chart that was shown before', () => {
    store().onResult(result('a'));
    store().patch(KEY, { view: 'chart' });
    store().onRun(run('failed', { id: 'run-2', error: { code: 'SQL_BIND', message: 'no such column' } }));
    expect(session().view).toBe('messages');
    store().onResult(result('b', { run: 'run-3' }));
    expect(session().view).toBe('chart');
  });

  it('a statement without rows shows what it did', () => {
    store().onResult(result('a', { kind: 'none', name: '' }));
    expect(session().view).toBe('messages');
  });

  it('a plan shows the plan, and is no tab', () => {
    store().onResult(result('a'));
    store().onResult(result('p', { plan: true, name: '' }));
    expect(session().view).toBe('plan');
    expect(tabs()).toEqual(['a']);
  });

  it('an error is gone when the next run starts', () => {
    store().onRun(run('failed', { error: { code: 'SQL_PARSE', message: 'syntax' } }));
    store().onRun(run('queued', { id: 'run-2' }));
    expect(session().runError).toBeUndefined();
  });
});

describe('after the engine was started anew', () => {
  it('results that it does not hold say so', () => {
    store().onResult(result('a'));
    store().reconcile(KEY, { results: [], runs: [] });
    expect(session().results[0]).toMatchObject({ state: 'failed', rowCount: 0, error: { code: 'ENGINE_LOST' } });
  });

  it('a result that is gone keeps its tab until its statement runs again', () => {
    store().onResult(result('a', { name: '_1' }));
    store().reconcile(KEY, { results: [], runs: [] });
    store().onResult(result('b', { name: '_2', run: 'run-2' }));
    expect(tabs()).toEqual(['a', 'b']);
    store().onResult(result('c', { name: '_1', run: 'run-3' }));
    expect(tabs()).toEqual(['c', 'b']);
  });

  it('the run that went with it has failed and can be run again', () => {
    store().onRun(run('running'));
    store().reconcile(KEY, { results: [], runs: [] });
    expect(session()).toMatchObject({ run: { state: 'failed' }, runError: { code: 'ENGINE_LOST' }, view: 'messages' });
  });
});

describe('after a window was away from an engine that went on', () => {
  it('a run that still goes on goes on', () => {
    store().onRun(run('running', { percent: 10 }));
    store().reconcile(KEY, { results: [], runs: [run('running', { percent: 60 })] });
    expect(session().run).toMatchObject({ state: 'running', percent: 60 });
  });

  it('a run that ended meanwhile has ended, with its results', () => {
    store().onRun(run('running'));
    store().reconcile(KEY, { results: [result('a')], runs: [] });
    expect(session().run?.state).toBe('done');
    expect(session().runError).toBeUndefined();
    expect(tabs()).toEqual(['a']);
  });

  it('a run that failed meanwhile says why', () => {
    store().onRun(run('running'));
    const error = { code: 'SQL_RUNTIME' as const, message: 'conversion' };
    store().reconcile(KEY, { results: [result('a', { state: 'cut', error })], runs: [] });
    expect(session()).toMatchObject({ run: { state: 'failed' }, runError: error });
  });

  it('results that are still held stay as they are', () => {
    store().onResult(result('a', { rowCount: 3 }));
    store().reconcile(KEY, { results: [result('a', { rowCount: 9 })], runs: [] });
    expect(session().results).toMatchObject([{ id: 'a', rowCount: 9, state: 'done' }]);
  });
});
