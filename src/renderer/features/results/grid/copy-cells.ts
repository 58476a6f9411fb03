import type { CopyFormat } from '../../../../shared/results';
import { callError } from '../../../api/client';
import type { GridSelectionInfo } from '../../../ui/grid/data-grid';
import { showError, showMessage } from '../../../ui/toaster';
import type { ResultClient } from '../result-client';

export const COPY_FORMATS: { format: CopyFormat; label: string }[] = [
  { format: 'tsv', label: 'TSV' },
  { format: 'csv', label: 'CSV' },
  { format: 'json', label: 'JSON' },
  { format: 'markdown', label: 'Markdown' },
  { format: 'in-list', label: 'SQL IN list' },
];

/** A copy of a few cells needs no message; one of many takes time and is confirmed. */
const TOLD_CELLS = 1_000;

interface CopyJob {
  result: string;
  client: ResultClient;
  timeZone: string;
  selection: GridSelectionInfo;
  format: CopyFormat;
  headers: boolean;
}

/**
 * Copies the selected cells with their full values. Several ranges over the same columns follow each other; others have
 * no common shape, so only the last one is taken, and the message says so.
 */
export async function copyCells({ result, client, timeZone, selection, format, headers }: CopyJob): Promise<void> {
  const last = selection.ranges.at(-1);
  if (!last) return;
  const columns = last.columns.join();
  const alike = selection.ranges.every((range) => range.columns.join() === columns);
  const separate = format === 'json' || format === 'in-list' || format === 'markdown';
  const ranges = alike && !(separate && selection.ranges.length > 1) ? selection.ranges : [last];
  try {
    const parts: string[] = [];
    for (const [index, range] of ranges.entries()) {
      parts.push(await client.copy({ result, ...range }, format, { headers: headers && index === 0, timeZone }));
    }
    await writeClipboard(parts.join(parts.every((part) => part.endsWith('\n')) ? '' : '\n'));
    const cells = ranges.reduce((sum, range) => sum + (range.lastRow - range.firstRow + 1) * range.columns.length, 0);
    const dropped = ranges.length < selection.ranges.length ? ' Only the last of the selected ranges was copied.' : '';
    if (cells >= TOLD_CELLS || dropped) showMessage(`Copied ${cells.toLocaleString('en-US')} cells.${dropped}`);
  } catch (error) {
    showError(callError(error));
  }
}

/** Writes text to the clipboard; where the clipboard API is denied, by the browser's own copy command. */
export async function writeClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    if (!copyByCommand(text)) throw error;
  }
}

function copyByCommand(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}
