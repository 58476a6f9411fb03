import type { Table } from 'apache-arrow';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { useWorkbench } from '../../../../src/renderer/app/workbench/workbench-store';
import { givingWay } from '../../../../src/renderer/features/results/giving-way';
import type { ResultQueries } from '../../../../src/renderer/lens/result-queries';
import { noteScroll } from '../../../../src/renderer/ui/grid/scroll-rest';
import { CancelledError } from '../../../../src/shared/errors';
import type { ResultInfo } from '../../../../src/shared/results';

const ANSWER = {} as Table;

/** Tabs of a dock whose groups show these ones. */
function showTabs(...shown: string[]): void {
  const groups = shown.map((id) => ({ activePanel: { id } }));
  useWorkbench.setState({ dock: { groups } as never, activeKey: shown[0] });
}

function result(rowCount: number): ResultInfo {
  return { id: 'r1', session: 'sheet', rowCount } as ResultInfo;
}

/** Questions that are answered by hand; one that is aborted fails as a fetch would. */
function slowQueries() {
  const asked: { answer(): void; signal: AbortSignal | undefined }[] = [];
  const queries: ResultQueries = {
    query: (_result, _sql, { signal }) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new CancelledError()));
        asked.push({ answer: () => resolve(ANSWER), signal });
      }),
  };
  return { asked, queries };
}

const options = { columns: [0], timeZone: 'UTC' };

describe('pictures and profiles', () => {
  beforeEach(() => showTabs('sheet'));

  test('give up over many rows when a scroll begins, and are asked again when it rests', async () => {
    const { asked, queries } = slowQueries();
    const answer = givingWay(queries).query(result(10_000_000), 'SELECT 1', options);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    noteScroll();
    expect(asked[0]?.signal?.aborted).toBe(true);
    await vi.waitFor(() => expect(asked).toHaveLength(2), 5_000);
    asked[1]?.answer();
    expect(await answer).toBe(ANSWER);
  });

  test('wait while their tab is out of sight', async () => {
    const { asked, queries } = slowQueries();
    showTabs('another');
    const answer = givingWay(queries).query(result(10), 'SELECT 1', options);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toHaveLength(0);
    showTabs('another', 'sheet');
    await vi.waitFor(() => expect(asked).toHaveLength(1), 5_000);
    asked[0]?.answer();
    expect(await answer).toBe(ANSWER);
  });

  test('are given up for good by who asked', async () => {
    const { asked, queries } = slowQueries();
    const stop = new AbortController();
    const answer = givingWay(queries).query(result(10_000_000), 'SELECT 1', { ...options, signal: stop.signal });
    await vi.waitFor(() => expect(asked).toHaveLength(1), 5_000);
    stop.abort();
    await expect(answer).rejects.toThrow(CancelledError);
    expect(asked).toHaveLength(1);
  });
});
