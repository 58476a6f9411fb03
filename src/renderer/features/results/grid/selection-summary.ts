import { useEffect, useRef, useState } from 'react';
import type { ErrorShape } from '../../../../shared/errors';
import type { RangeSummary } from '../../../../shared/results';
import { callError } from '../../../api/client';
import type { GridSelectionInfo } from '../../../ui/grid/data-grid';
import type { ResultClient } from '../result-client';
import { combineSummaries } from './range-summary';

/** What the status bar tells of the selected cells. */
export interface SelectionSummary {
  active: { row: number; column: number };
  cells: number;
  ranges: number;
  /** Absent while it is being worked out, or where one cell alone is selected. */
  summary?: RangeSummary;
  error?: ErrorShape;
}

const QUIET_MILLISECONDS = 120;
/** Each range is a question of its own; more of them are counted, not summed. */
const MAXIMUM_RANGES = 16;

/** Sums the selected cells once the selection rests, and hands each state on. */
export function useSelectionSummary(
  result: string,
  client: ResultClient,
  onSummary: ((summary: SelectionSummary | null) => void) | undefined,
): (selection: GridSelectionInfo) => void {
  const [selection, select] = useState<GridSelectionInfo | null>(null);
  const tell = useRef(onSummary);
  tell.current = onSummary;
  useEffect(() => {
    if (!selection) return;
    const base = { active: selection.active, cells: selection.cells, ranges: selection.ranges.length };
    tell.current?.(base);
    if (selection.cells < 2 || selection.ranges.length > MAXIMUM_RANGES) return;
    let stale = false;
    const timer = setTimeout(async () => {
      try {
        const parts = await Promise.all(selection.ranges.map((range) => client.summary({ result, ...range })));
        if (!stale) tell.current?.({ ...base, summary: combineSummaries(parts) });
      } catch (error) {
        if (!stale) tell.current?.({ ...base, error: callError(error) });
      }
    }, QUIET_MILLISECONDS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [result, client, selection]);
  useEffect(() => () => tell.current?.(null), []);
  return select;
}

/** The summary as one line: `5 cells · sum 24665.78 · avg 4933.16 · min … · max …`. */
export function summaryLine({ cells, summary, error, ranges }: SelectionSummary): string {
  const count = `${cells.toLocaleString('en-US')} ${cells === 1 ? 'cell' : 'cells'}`;
  if (error) return `${count} · ${error.message}`;
  if (!summary) return ranges > MAXIMUM_RANGES ? `${count} in ${ranges} ranges` : count;
  const parts = [count];
  if (summary.sum !== undefined) parts.push(`sum ${summary.sum}`);
  if (summary.average !== undefined) parts.push(`avg ${summary.average}`);
  if (summary.min !== undefined) parts.push(`min ${summary.min}`);
  if (summary.max !== undefined) parts.push(`max ${summary.max}`);
  if (summary.nulls > 0) parts.push(`${summary.nulls.toLocaleString('en-US')} null`);
  return parts.join(' · ');
}
