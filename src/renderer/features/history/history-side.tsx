import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { HistoryEntry } from '../../../shared/project';
import { api, callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { runCommand } from '../../app/commands/registry';
import { Button, IconButton } from '../../ui/button';
import { openContextMenu } from '../../ui/context-menu';
import { EmptyState } from '../../ui/empty-state';
import { ErrorBox } from '../../ui/error-box';
import { formatCount, formatDuration } from '../../ui/format';
import { TextField } from '../../ui/text-field';
import { showError, showMessage } from '../../ui/toaster';
import './history.css';

const PAGE = 100;
const MARKS: Record<HistoryEntry['state'], string> = { done: 'ok', failed: 'fail', cancelled: '', cut: 'warn' };

function useHistory(text: string) {
  const [entries, setEntries] = useState<HistoryEntry[]>();
  const [error, setError] = useState<ErrorShape>();
  const [more, setMore] = useState(false);
  useEffect(() => {
    let current = true;
    const read = () =>
      api.worksheets.history.query({ limit: PAGE, ...(text ? { text } : {}) }).then(
        (found) => {
          if (!current) return;
          setEntries(found);
          setMore(found.length === PAGE);
          setError(undefined);
        },
        (failure) => current && setError(callError(failure)),
      );
    const timer = setTimeout(read, text ? 200 : 0);
    const stop = onBackendEvent((event) => {
      if (event.type === 'run' && event.run.state !== 'running' && event.run.state !== 'queued') void read();
    });
    return () => {
      current = false;
      clearTimeout(timer);
      stop();
    };
  }, [text]);
  const loadMore = async () => {
    const before = entries?.at(-1)?.id;
    try {
      append(await older(text, before));
    } catch (failure) {
      showError(callError(failure));
    }
  };
  const append = (found: HistoryEntry[]) => {
    setEntries([...(entries ?? []), ...found]);
    setMore(found.length === PAGE);
  };
  return { entries, error, more, loadMore };
}

function older(text: string, before: number | undefined): Promise<HistoryEntry[]> {
  return api.worksheets.history.query({
    limit: PAGE,
    ...(text ? { text } : {}),
    ...(before === undefined ? {} : { before }),
  });
}

/** The queries that were run in this project, newest first, searched by their text. */
export function HistorySide() {
  const [text, setText] = useState('');
  const { entries, error, more, loadMore } = useHistory(text);
  return (
    <section className="side" aria-label="Query history">
      <header>
        <h2>History</h2>
      </header>
      <div className="filter">
        <TextField label="Search in queries" icon="search" value={text} onChange={setText} />
      </div>
      {error ? <ErrorBox error={error} /> : null}
      <ul className="history">
        {entries?.map((entry) => (
          <HistoryItem key={entry.id} entry={entry} />
        ))}
        {more ? (
          <li>
            <Button look="quiet" onClick={() => void loadMore()}>
              Show older ones
            </Button>
          </li>
        ) : null}
      </ul>
      {entries?.length === 0 ? (
        <EmptyState title={text ? 'No query matches' : 'No queries yet'}>
          {text ? 'Try fewer words.' : 'Each statement that you run is kept here with its time and rows.'}
        </EmptyState>
      ) : null}
    </section>
  );
}

/** The statement without the comments that stand before it. */
function shortSql(sql: string): string {
  const bare = sql.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  return (bare || sql.trim()).slice(0, 400);
}

/** `2026-03-01 14:05:09`: one form for everybody, that sorts. */
function localTime(when: Date): string {
  return when.toLocaleString('sv-SE');
}

async function copySql(sql: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(sql);
    showMessage('SQL copied');
  } catch (error) {
    showError(callError(error));
  }
}

function HistoryItem({ entry }: { entry: HistoryEntry }) {
  const when = new Date(entry.at);
  const rows = entry.rows === null ? '' : ` · ${formatCount(entry.rows)} ${entry.rows === 1 ? 'row' : 'rows'}`;
  return (
    <li
      onContextMenu={(event) => {
        event.preventDefault();
        openContextMenu(
          [
            { label: 'Insert at the cursor', icon: 'edit', run: () => void runCommand('worksheet.insert', entry.sql) },
            { label: 'Open in a new worksheet', icon: 'code', run: () => void runCommand('worksheet.show', entry.sql) },
            { label: 'Copy', icon: 'clipboard', run: () => void copySql(entry.sql) },
          ],
          { x: event.clientX, y: event.clientY },
        );
      }}
    >
      <button
        type="button"
        title="Open in a new worksheet"
        onClick={() => void runCommand('worksheet.show', entry.sql)}
      >
        <code>{shortSql(entry.sql)}</code>
        <span className="facts numbers">
          <span className={`chip ${MARKS[entry.state]}`}>{entry.state}</span>
          <time dateTime={when.toISOString()}>{localTime(when)}</time>
          {` · ${formatDuration(entry.milliseconds)}${rows}`}
        </span>
        {entry.error ? <span className="error">{entry.error}</span> : null}
      </button>
      <IconButton icon="clipboard" label="Copy the SQL" onClick={() => void copySql(entry.sql)} />
    </li>
  );
}
