import { CancelledError, MillraceError } from '../../../../shared/errors';
import type { ResultInfo, ViewRequest } from '../../../../shared/results';
import type { ResultViews } from '../result-client';

/**
 * A sorted or filtered copy once all its rows are there; `rows` says how many. Throws where it did
 * not come to its end; nothing is left of it then.
 */
export async function wholeView(
  client: ResultViews,
  source: ResultInfo,
  request: ViewRequest,
  signal: AbortSignal,
  rows: number,
): Promise<ResultInfo> {
  const begun = await client.view(source, request, signal);
  try {
    const whole = begun.state === 'running' ? await endOf(client, begun.id, signal) : begun;
    if (signal.aborted) throw new CancelledError();
    if (whole.rowCount === rows) return whole;
    const message = `The copy has ${whole.rowCount} rows in place of ${rows}.`;
    throw new MillraceError(whole.error ?? { code: 'INTERNAL', message, hint: 'Sort or filter once more.' });
  } catch (error) {
    await client.close(begun.id).catch(() => undefined); // the first error is the one that counts
    throw error;
  }
}

function endOf(client: ResultViews, id: string, signal: AbortSignal): Promise<ResultInfo> {
  return new Promise((resolve, reject) => {
    const unwatch = client.watch(id, (info) => {
      if (info.state === 'running') return;
      unwatch();
      resolve(info);
    });
    const stop = () => {
      unwatch();
      reject(new CancelledError());
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
