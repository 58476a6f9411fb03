import type { ResultInfo } from '../../../shared/results';
import { runCommand } from '../../app/commands/registry';
import type { Session } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorBox } from '../../ui/error-box';
import { formatCount, formatDuration } from '../../ui/format';
import { Icon } from '../../ui/icon';

/** What each statement of the last run did, and the error where one failed. */
export function MessagesView({ session }: { session: Session }) {
  const { run, runError } = session;
  const results = session.results.filter((result) => result.run === run?.id);
  if (!run) return <EmptyState title="Nothing has run yet">Each statement of a run leaves a line here.</EmptyState>;
  return (
    <div className="messages">
      <ol>
        {results.map((result) => (
          <li key={result.id} className={lookOf(result)}>
            <Icon name={ICONS[lookOf(result)]} size={12} />
            <code title={result.sql}>{shortSql(result.sql)}</code>
            <span className="numbers">{told(result)}</span>
          </li>
        ))}
      </ol>
      {run.state === 'cancelled' ? <p className="cancelled">Cancelled. {kept(results)}</p> : null}
      {runError ? (
        <ErrorBox error={runError}>
          {runError.at?.offset === undefined ? null : (
            <Button onClick={() => void runCommand('worksheet.reveal', runError)}>Show where</Button>
          )}
          {runError.code === 'PARAMETER_MISSING' ? (
            <Button onClick={() => void runCommand('worksheet.run')}>Give the values</Button>
          ) : null}
        </ErrorBox>
      ) : null}
    </div>
  );
}

/** The statement on one line, without the comments that stand before it. */
function shortSql(sql: string): string {
  const bare = sql.replace(/^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
  return (bare || sql).replace(/\s+/g, ' ').slice(0, 160);
}

const ICONS = { failed: 'error', cancelled: 'stop', running: 'play', done: 'tick' } as const;

function lookOf(result: ResultInfo): keyof typeof ICONS {
  if (result.state === 'running') return 'running';
  if (result.error?.code === 'CANCELLED') return 'cancelled';
  return result.error ? 'failed' : 'done';
}

function rowsOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
}

function told(result: ResultInfo): string {
  const time = formatDuration(result.milliseconds);
  if (result.state === 'running') return 'running';
  if (result.state === 'failed' && result.error?.code === 'CANCELLED') return `cancelled · ${time}`;
  if (result.state === 'failed') return `failed · ${time}`;
  if (result.kind === 'rows')
    return `${rowsOf(result.rowCount)}${result.state === 'cut' ? ' kept, cut' : ''} · ${time}`;
  if (result.kind === 'changed') return `${rowsOf(result.changedRows ?? 0)} changed · ${time}`;
  return `done · ${time}`;
}

function kept(results: ResultInfo[]): string {
  const cut = results.find((result) => result.state === 'cut');
  return cut ? `${rowsOf(cut.rowCount)} that had come are kept in ${cut.name}.` : '';
}
