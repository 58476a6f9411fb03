import { useEffect, useRef, useState } from 'react';
import { useApp } from '../../app/app-store';
import { runCommand, shownKeys } from '../../app/commands/registry';
import { hideOverlay } from '../../app/overlay-registry';
import { useSessions } from '../../app/sessions/session-store';
import { useSettings } from '../../app/settings-store';
import { activeTab, openTab, openTabs, useWorkbench } from '../../app/workbench/workbench-store';
import { Button } from '../../ui/button';
import './tour.css';

interface Step {
  /** What the step points at. */
  at: string;
  title: string;
  text: string;
  /** Whose key is shown. */
  command?: string;
  /** Brings what it points at onto the screen. */
  prepare?(): void | Promise<void>;
}

/** Runs the statement at the cursor of the sample's worksheet, so that there are rows to point at. */
async function showSomeRows(): Promise<void> {
  const { activeKey } = useWorkbench.getState();
  const session = useSessions.getState().sessions[activeKey ?? ''];
  if (session?.results.length === 0 && useApp.getState().project?.sample) await runCommand('worksheet.run');
  else if (session && !session.resultsOpen) await runCommand('worksheet.toggleResults');
}

async function showWorksheet(): Promise<void> {
  if (activeTab()?.kind === 'worksheet') return;
  const open = openTabs().find((tab) => tab.kind === 'worksheet');
  if (open) openTab(open);
  else await runCommand('worksheet.new');
}

const STEPS: Step[] = [
  {
    at: '.side',
    title: 'Your files are tables',
    text: 'CSV, JSON, Parquet, Excel and more: unfold one to see its columns, open it to see its rows and how they are read. A folder of like files is one table.',
    prepare: () => useWorkbench.getState().showSide('explore'),
  },
  {
    at: '.editor-box',
    title: 'Ask in SQL',
    text: "A file is queried by its path: from 'data/orders.csv'. Names complete as you type, mistakes are underlined before you run. This runs the statement at the cursor:",
    command: 'worksheet.run',
    prepare: showWorksheet,
  },
  {
    at: '.results-panel',
    title: 'Results stay',
    text: 'Each result keeps its name: the next statement can say from _1. Sort, filter, chart and export do not run the query again.',
    prepare: showSomeRows,
  },
  {
    at: '.title-bar .find',
    title: 'Everything has a name',
    text: 'Tables, files, worksheets and every command are found here. This lists all commands:',
    command: 'palette.open',
  },
  {
    at: '.status-bar',
    title: 'What the engine does',
    text: 'Queries that run, memory, the time zone in which times are shown. Select cells and their sum stands here.',
  },
];

/** Where the element that a step points at stands now; read again while the window settles. */
function usePlace(selector: string | undefined): DOMRect | undefined {
  const [place, setPlace] = useState<DOMRect>();
  useEffect(() => {
    if (selector === undefined) return;
    const read = () => {
      const next = document.querySelector(selector)?.getBoundingClientRect();
      setPlace((now) => (now && next && sameRectangle(now, next) ? now : next));
    };
    read();
    const timer = setInterval(read, 150);
    return () => clearInterval(timer);
  }, [selector]);
  return place;
}

function sameRectangle(a: DOMRect, b: DOMRect): boolean {
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}

/** Five short steps over the live window. Escape leaves; the help finds it again. */
export function Tour() {
  const [index, setIndex] = useState(0);
  const step = STEPS[index];
  const place = usePlace(step?.at);
  const next = useRef<HTMLButtonElement>(null);
  const leave = () => {
    hideOverlay('tour');
    void useSettings.getState().change({ tourSeen: true });
  };
  const last = index === STEPS.length - 1;
  const go = (to: number) => {
    if (to < 0) return;
    if (to >= STEPS.length) return leave();
    setIndex(to);
    void STEPS[to]?.prepare?.();
  };
  useEffect(() => {
    void STEPS[0]?.prepare?.();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step takes the focus, whatever its preparation did
  useEffect(() => {
    const timer = setTimeout(() => next.current?.focus(), 60);
    return () => clearTimeout(timer);
  }, [index]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      leave();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });
  if (!step) return null;
  const keys = step.command ? shownKeys(step.command) : undefined;
  return (
    <div className="tour" role="dialog" aria-label={`Tour, step ${index + 1} of ${STEPS.length}: ${step.title}`}>
      {place ? (
        <div
          className="spot"
          style={{ left: place.left - 2, top: place.top - 2, width: place.width + 4, height: place.height + 4 }}
        />
      ) : null}
      <div className="card" style={cardPlace(place)}>
        <h2>{step.title}</h2>
        <p>
          {step.text} {keys ? <kbd>{keys}</kbd> : null}
        </p>
        <div className="actions">
          <span className="numbers">
            {index + 1} of {STEPS.length}
          </span>
          <Button look="quiet" onClick={leave}>
            Leave
          </Button>
          {index > 0 ? <Button onClick={() => go(index - 1)}>Back</Button> : null}
          <button ref={next} type="button" className="button primary" onClick={() => go(index + 1)}>
            {last ? 'Done' : 'Next'}
          </button>
        </div>
      </div>
    </div>
  );
}

const CARD = { width: 360, height: 170 };

/**
 * Beside the place that the step points at, wherever the window has room; within a place that fills most of it. Beside a
 * tall one it stands below the toolbars, which stay to be used.
 */
function cardPlace(place: DOMRect | undefined): { left: number; top: number } {
  const { innerWidth, innerHeight } = window;
  if (!place) return { left: (innerWidth - CARD.width) / 2, top: (innerHeight - CARD.height) / 2 };
  const right = place.right + 12;
  const left = right + CARD.width < innerWidth ? right : Math.max(12, innerWidth - CARD.width - 24);
  const top =
    place.height > innerHeight / 2
      ? place.top + 120
      : place.bottom + CARD.height + 12 < innerHeight
        ? place.bottom + 12
        : place.top - CARD.height - 12;
  return { left, top: Math.max(12, Math.min(top, innerHeight - CARD.height - 12)) };
}
