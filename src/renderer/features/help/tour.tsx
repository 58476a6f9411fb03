import { useEffect, useState } from 'react';
import { shownKeys } from '../../app/commands/registry';
import { hideOverlay } from '../../app/overlay-registry';
import { useSettings } from '../../app/settings-store';
import { Button } from '../../ui/button';
import './tour.css';

interface Step {
  /** What the step points at. */
  at: string;
  title: string;
  text: string;
  command?: string;
}

const STEPS: Step[] = [
  {
    at: '.side',
    title: 'Your files are tables',
    text: 'CSV, JSON, Parquet, Excel and more: unfold one to see its columns, open it to see its rows and how they are read. A folder of like files is one table.',
  },
  {
    at: '.editor-box',
    title: 'Ask in SQL',
    text: "A file is queried by its path: from 'data/orders.csv'. Names complete as you type, mistakes are underlined before you run.",
    command: 'worksheet.run',
  },
  {
    at: '.results-panel',
    title: 'Results stay',
    text: 'Each result keeps its name: the next statement can say from _1. Sort, filter, chart and export do not run the query again.',
    command: 'worksheet.runAll',
  },
  {
    at: '.title-bar .find',
    title: 'Everything has a name',
    text: 'Tables, files, worksheets and every command are found here.',
    command: 'palette.open',
  },
  {
    at: '.status-bar',
    title: 'What the engine does',
    text: 'Queries that run, memory, the time zone in which times are shown. Select cells and their sum stands here.',
  },
];

/** Five short steps over the live window. Escape leaves; the help finds it again. */
export function Tour() {
  const [index, setIndex] = useState(0);
  const step = STEPS[index];
  const leave = () => {
    hideOverlay('tour');
    void useSettings.getState().change({ tourSeen: true });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') leave();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  if (!step) return null;
  const place = document.querySelector(step.at)?.getBoundingClientRect();
  const last = index === STEPS.length - 1;
  const keys = step.command ? shownKeys(step.command) : undefined;
  return (
    <div className="tour" role="dialog" aria-label={`Tour, step ${index + 1} of ${STEPS.length}`}>
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
          {index > 0 ? <Button onClick={() => setIndex(index - 1)}>Back</Button> : null}
          <Button look="primary" onClick={() => (last ? leave() : setIndex(index + 1))}>
            {last ? 'Done' : 'Next'}
          </Button>
        </div>
      </div>
    </div>
  );
}

const CARD = { width: 360, height: 170 };

/** Beside the place that the step points at, wherever the window has room. */
function cardPlace(place: DOMRect | undefined): { left: number; top: number } {
  if (!place) return { left: (window.innerWidth - CARD.width) / 2, top: (window.innerHeight - CARD.height) / 2 };
  const right = place.right + 12;
  const left = right + CARD.width < window.innerWidth ? right : Math.max(12, window.innerWidth - CARD.width - 24);
  const below = place.top + 24;
  const top = place.bottom > window.innerHeight - 60 ? place.top - CARD.height - 12 : below;
  return { left, top: Math.max(12, Math.min(top, window.innerHeight - CARD.height - 12)) };
}
