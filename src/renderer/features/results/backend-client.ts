import type { ResultInfo } from '../../../shared/results';
import { api, fetchRoute } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import type { GridWindow } from '../../ui/grid/grid-source';
import { firstWindows } from './first-window';
import { decodeWindow } from './grid/arrow-window';
import type { CellWindow, ResultClient } from './result-client';

/** `0,3-9`: column indexes as the window route reads them, in the order asked. */
export function columnsText(columns: readonly number[]): string {
  const parts: string[] = [];
  let index = 0;
  while (index < columns.length) {
    const first = columns[index] ?? 0;
    let last = first;
    while (columns[index + 1] === last + 1) {
      index += 1;
      last += 1;
    }
    parts.push(first === last ? String(first) : `${first}-${last}`);
    index += 1;
  }
  return parts.join(',');
}

async function readWindow(
  id: string,
  { offset, limit, columns, timeZone }: CellWindow,
  signal: AbortSignal,
): Promise<GridWindow> {
  const query = new URLSearchParams({
    offset: String(offset),
    limit: String(limit),
    columns: columnsText(columns),
    timeZone,
  });
  const response = await fetchRoute(`/api/results/${id}/window?${query}`, { signal });
  return decodeWindow(new Uint8Array(await response.arrayBuffer()), offset);
}

const readEarly = firstWindows(readWindow);

/** What the result views ask of the backend: rows as Arrow bytes by plain routes, the rest as calls. */
export const resultClient: ResultClient = {
  window: (id, window, signal) => readEarly(id, window) ?? readWindow(id, window, signal),
  value: (id, row, column, o) => api.results.value.query({ id, row, column, ...o }),
  find: (id, o, signal) => api.results.find.query({ id, ...o }, { signal }),
  summary: (range) => api.results.summary.query(range),
  copy: (range, format, o) => api.results.copy.mutate({ range, format, ...o }),
  topValues: (id, column, o) => api.results.topValues.query({ id, column, ...o }),
  view: (_source, request, signal) => api.results.view.mutate(request, { signal }),
  watch(id, listener) {
    const tellEnd = (info: ResultInfo) => info.state !== 'running' && listener(info);
    // The end may have been told before anybody listened; a result that is closed by now has nobody to tell.
    void api.results.info.query({ id }).then(tellEnd, () => undefined);
    return onBackendEvent((event) => {
      if (event.type === 'result' && event.result.id === id) listener(event.result);
    });
  },
  close: (id) => api.results.close.mutate({ id }),
};

/** SQL over a kept result's rows (relation `result`, columns c0…cn), answered by the engine as an Arrow stream. */
export async function fetchResultQuery(
  id: string,
  sql: string,
  o: { timeZone?: string; signal?: AbortSignal },
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetchRoute(`/api/results/${id}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql, ...(o.timeZone ? { timeZone: o.timeZone } : {}) }),
    ...(o.signal ? { signal: o.signal } : {}),
  });
  return bodyOf(response);
}

/** A whole kept result, or some of its columns, as a typed Arrow stream. */
export async function fetchResultArrow(
  id: string,
  o: { columns?: readonly number[]; signal?: AbortSignal } = {},
): Promise<ReadableStream<Uint8Array>> {
  const query = o.columns ? `?columns=${columnsText(o.columns)}` : '';
  return bodyOf(await fetchRoute(`/api/results/${id}/arrow${query}`, o.signal ? { signal: o.signal } : {}));
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (!response.body) throw new TypeError('The answer has no body.');
  return response.body;
}
