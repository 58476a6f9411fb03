import { formatBytes } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { useApp } from '../app-store';
import { runCommand } from '../commands/registry';
import { useSettings } from '../settings-store';
import { useTheme } from '../theme';
import { useWorkbench } from '../workbench/workbench-store';

function EngineState() {
  const status = useApp((state) => state.status);
  const connected = useApp((state) => state.connected);
  const running = status?.running ?? 0;
  const look = !connected ? 'lost' : running > 0 ? 'busy' : '';
  const text = !connected ? 'Reconnecting…' : running > 0 ? `${running} running` : 'DuckDB';
  const queued = status?.queued ? ` · ${status.queued} waiting` : '';
  return (
    <button type="button" title={`DuckDB ${status?.version ?? ''}`} onClick={() => void runCommand('settings.engine')}>
      <span className={`state-dot ${look}`} />
      {text}
      {queued}
    </button>
  );
}

function Memory() {
  const status = useApp((state) => state.status);
  if (!status) return null;
  const share = Math.min(1, status.memoryBytes / Math.max(1, status.memoryLimitBytes));
  return (
    <span title="Memory that the engine uses, of its limit" className="numbers">
      {formatBytes(status.memoryBytes)} of {formatBytes(status.memoryLimitBytes)}
      <b className="memory">
        <i style={{ width: `${share * 100}%` }} />
      </b>
    </span>
  );
}

/** Tells what the engine does and where the user stands; each part opens its page. */
export function StatusBar() {
  const activeKey = useWorkbench((state) => state.activeKey) ?? '';
  const context = useApp((state) => state.contexts[activeKey]);
  const problems = useApp((state) => state.problems[activeKey]?.length);
  const timeZone = useSettings((state) => state.settings.timeZone);
  const theme = useTheme();
  return (
    <footer className="status-bar">
      <EngineState />
      <Memory />
      <span className="gap" />
      {context?.cursor ? <span className="numbers">{context.cursor}</span> : null}
      {context?.selection ? (
        <span className="numbers" data-testid="selection-summary">
          {context.selection}
        </span>
      ) : null}
      {problems === undefined ? null : (
        <button
          type="button"
          title="Problems in the open worksheet"
          aria-label={`Problems in the open worksheet: ${problems}`}
          onClick={() => void runCommand('worksheet.problems')}
        >
          <Icon name="warning" size={12} />
          {problems}
        </button>
      )}
      <button
        type="button"
        title="Time zone in which times are shown"
        onClick={() => void runCommand('settings.timeZone')}
      >
        {timeZone}
      </button>
      <button type="button" title="Switch between light and dark" onClick={() => void runCommand('theme.toggle')}>
        {theme === 'dark' ? 'Dark' : 'Light'}
      </button>
    </footer>
  );
}
