import { useEffect, useRef } from 'react';
import type { ResultInfo } from '../../../shared/results';
import { tried } from '../../api/tried';
import { type Session, useSessions } from '../../app/sessions/session-store';
import { IconButton } from '../../ui/button';
import { openContextMenu, openMenuBelow } from '../../ui/context-menu';
import { Icon } from '../../ui/icon';
import type { MenuEntry } from '../../ui/menu-list';
import { closeOtherResults, closeResult, compareMenu, openExport, togglePin } from './result-actions';
import { tabTitle } from './tab-title';

interface ResultTabsProps {
  session: Session;
  results: ResultInfo[];
  /** The result that is shown; undefined while two are compared. */
  active: ResultInfo | undefined;
  compared: [ResultInfo, ResultInfo] | undefined;
  onChoose(id: string): void;
  onHide: (() => void) | undefined;
}

function menuOf(session: Session, result: ResultInfo): MenuEntry[] {
  const others = compareMenu(session, result);
  return [
    {
      label: result.pinned ? 'Unpin' : 'Pin: keep it when the statement runs again',
      icon: result.pinned ? 'unpin' : 'pin',
      run: () => tried(togglePin(session.key, result)),
    },
    { label: 'Compare with', icon: 'duplicate', disabled: others.length === 0, children: others },
    {
      label: 'Export…',
      icon: 'export',
      disabled: result.state === 'running' || result.state === 'failed',
      run: () => openExport(result),
    },
    { divider: true, label: '' },
    { label: 'Close', icon: 'cross', run: () => tried(closeResult(session.key, result)) },
    {
      label: 'Close the others that are not pinned',
      disabled: others.length === 0,
      run: () => tried(closeOtherResults(session, result)),
    },
  ];
}

/** One tab a kept result: `_1`, `_2`…, with what its statement is about. Arrow keys move along them. */
export function ResultTabs({ session, results, active, compared, onChoose, onHide }: ResultTabsProps) {
  const strip = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tab that became the chosen one is brought into sight
  useEffect(() => {
    strip.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active?.id]);

  const onKey = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = results.findIndex((result) => result.id === active?.id);
    const next = step === undefined ? undefined : results[at + step];
    if (event.key === 'Delete' && active) tried(closeResult(session.key, active));
    else if (next) onChoose(next.id);
    else return;
    event.preventDefault();
    requestAnimationFrame(() => strip.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return (
    <div className="result-strip">
      {results.length === 0 ? (
        <span className="none">No result with rows yet</span>
      ) : (
        <div ref={strip} className="result-tabs" role="tablist" aria-label="Results" onKeyDown={onKey}>
          {results.map((result) => (
            <button
              key={result.id}
              type="button"
              role="tab"
              aria-selected={result.id === active?.id}
              tabIndex={result.id === active?.id || (!active && result === results[0]) ? 0 : -1}
              title={result.sql.length > 2_000 ? `${result.sql.slice(0, 2_000)}…` : result.sql}
              onClick={() => onChoose(result.id)}
              onAuxClick={(event) => {
                if (event.button === 1) tried(closeResult(session.key, result));
              }}
              onContextMenu={(event) => {
                event.preventDefault();
                openContextMenu(menuOf(session, result), { x: event.clientX, y: event.clientY });
              }}
            >
              {result.pinned ? <Icon name="lock" size={10} /> : null}
              <span className="name">{tabTitle(result)}</span>
              <TabState result={result} />
            </button>
          ))}
          {compared ? (
            <button type="button" role="tab" aria-selected tabIndex={0}>
              {compared[0].name} ↔ {compared[1].name}
            </button>
          ) : null}
        </div>
      )}
      <span className="gap" />
      <StripActions session={session} active={active} compared={compared !== undefined} onHide={onHide} />
    </div>
  );
}

function TabState({ result }: { result: ResultInfo }) {
  if (result.state === 'running') return <span className="state-dot busy" title="Rows still come" />;
  if (result.state === 'cut') return <Icon name="warning" size={11} />;
  if (result.state === 'failed') return <Icon name="error" size={11} />;
  return null;
}

interface StripActionsProps {
  session: Session;
  active: ResultInfo | undefined;
  compared: boolean;
  onHide: (() => void) | undefined;
}

/** What can be done with the chosen result. */
function StripActions({ session, active, compared, onHide }: StripActionsProps) {
  const patch = useSessions((state) => state.patch);
  const others = active ? compareMenu(session, active) : [];
  return (
    <span className="result-actions">
      {compared ? (
        <IconButton
          icon="cross"
          label="End the comparison"
          onClick={() => patch(session.key, { compared: undefined })}
        />
      ) : null}
      {active ? (
        <>
          <IconButton
            icon={active.pinned ? 'unpin' : 'pin'}
            label={active.pinned ? 'Unpin the result' : 'Pin the result: keep it when the statement runs again'}
            pressed={active.pinned}
            onClick={() => tried(togglePin(session.key, active))}
          />
          <IconButton
            icon="duplicate"
            label="Compare with another result"
            disabled={others.length === 0}
            onClick={(event) => openMenuBelow(others, event.currentTarget)}
          />
          <IconButton icon="cross" label="Close the result" onClick={() => tried(closeResult(session.key, active))} />
        </>
      ) : null}
      {onHide ? <IconButton icon="chevron-down" label="Hide the results" onClick={onHide} /> : null}
    </span>
  );
}
