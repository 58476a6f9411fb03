import { useEffect, useRef } from 'react';
import type { ResultInfo } from '../../../shared/results';
import { api, callError } from '../../api/client';
import { type Session, useSessions } from '../../app/sessions/session-store';
import { type MenuEntry, openContextMenu } from '../../ui/context-menu';
import { Icon } from '../../ui/icon';
import { showError } from '../../ui/toaster';
import { resultClient } from './backend-client';
import { forgetResult } from './grid/result-view';
import { resultLens } from './result-queries';

interface ResultTabsProps {
  session: Session;
  results: ResultInfo[];
  active: string | undefined;
  compared: [ResultInfo, ResultInfo] | undefined;
  onChoose(id: string): void;
  onCompare(left: string, right: string): void;
  onEndCompare(): void;
}

async function setPinned(session: string, result: ResultInfo, pinned: boolean): Promise<void> {
  await api.results.pin.mutate({ id: result.id, pinned });
  useSessions.getState().onResult({ ...result, session, pinned });
}

async function closeResult(session: string, result: ResultInfo): Promise<void> {
  useSessions.getState().dropResult(session, result.id);
  await forgetResult(result.id, resultClient);
  await resultLens.close(result.id);
  await api.results.close.mutate({ id: result.id });
}

function tried(work: Promise<void>): void {
  work.catch((error) => showError(callError(error)));
}

/** One tab a kept result: `_1`, `_2`…, with its statement's first words. */
export function ResultTabs(props: ResultTabsProps) {
  const { session, results, active, compared, onChoose, onCompare, onEndCompare } = props;
  const menuOf = (result: ResultInfo): MenuEntry[] => [
    {
      label: result.pinned ? 'Unpin' : 'Pin: keep it when the statement runs again',
      icon: result.pinned ? 'unpin' : 'pin',
      run: () => tried(setPinned(session.key, result, !result.pinned)),
    },
    {
      label: 'Compare with',
      icon: 'duplicate',
      disabled: results.length < 2,
      children: results
        .filter((other) => other.id !== result.id)
        .map((other) => ({ label: tabTitle(other), run: () => onCompare(result.id, other.id) })),
    },
    { label: 'Close', icon: 'cross', run: () => tried(closeResult(session.key, result)) },
  ];
  const strip = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tab that became the chosen one is brought into sight
  useEffect(() => {
    strip.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  return (
    <div ref={strip} className="result-tabs" role="tablist" aria-label="Results">
      {results.map((result) => (
        <button
          key={result.id}
          type="button"
          role="tab"
          aria-selected={result.id === active}
          title={result.sql}
          onClick={() => onChoose(result.id)}
          onContextMenu={(event) => {
            event.preventDefault();
            openContextMenu(menuOf(result), { x: event.clientX, y: event.clientY });
          }}
        >
          {result.pinned ? <Icon name="lock" size={10} /> : null}
          {tabTitle(result)}
          {result.state === 'running' ? <span className="state-dot busy" /> : null}
          {result.state === 'cut' ? <Icon name="warning" size={11} /> : null}
        </button>
      ))}
      {compared ? (
        <button type="button" role="tab" aria-selected onClick={onEndCompare} title="End the comparison">
          {compared[0].name} ↔ {compared[1].name}
          <Icon name="cross" size={10} />
        </button>
      ) : null}
      {results.length === 0 ? <span className="none">no result</span> : null}
    </div>
  );
}

/** `_1 orders by month`: the name, then what the statement is about: its leading comment, or its first relation. */
export function tabTitle(result: ResultInfo): string {
  const comment = /^\s*--\s*(.+)$/m.exec(result.sql.split('\n')[0] ?? '')?.[1];
  const relation = /\bfrom\s+(?:read_\w+\()?['"]?([^\s'"(),;]+)/i.exec(result.sql)?.[1];
  const about = comment ?? relation?.split('/').at(-1) ?? '';
  return `${result.name} ${about.slice(0, 28)}`.trim();
}
