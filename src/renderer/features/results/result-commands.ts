import type { CopyFormat } from '../../../shared/results';
import type { Command } from '../../app/commands/command';
import { pick } from '../../app/palette/palette-store';
import { chosenResult, type Session, showsRows, tabResults, useSessions } from '../../app/sessions/session-store';
import { useWorkbench } from '../../app/workbench/workbench-store';
import type { ResultGridHandle } from './grid/result-grid';
import type { SidePanel } from './grid/result-grid-store';
import { gridOf } from './grid-handles';
import { closeResult, compareResults, openExport, togglePin } from './result-actions';
import { tabTitle } from './tab-title';

function activeSession(): Session | undefined {
  return useSessions.getState().sessions[useWorkbench.getState().activeKey ?? ''];
}

/** The chosen result of the tab that has the focus, where it has rows. */
function activeResult() {
  const session = activeSession();
  const result = session && chosenResult(session);
  return session && result && result.state !== 'failed' ? { session, result } : undefined;
}

const hasResult = () => activeResult() !== undefined;
const hasSeveral = () => (activeSession()?.results.length ?? 0) > 1;

function activeGrid(): ResultGridHandle | undefined {
  return gridOf(useWorkbench.getState().activeKey);
}

/** Brings the grid forward and hands it over as soon as it is drawn. */
function withGrid(work: (grid: ResultGridHandle) => void | Promise<void>): Promise<void> {
  const session = activeSession();
  if (!session) return Promise.resolve();
  if (session.view !== 'grid' || !session.resultsOpen || session.compared)
    useSessions.getState().patch(session.key, { view: 'grid', resultsOpen: true, compared: undefined });
  return new Promise((resolve, reject) => {
    let tries = 0;
    const look = () => {
      const grid = activeGrid();
      tries += 1;
      if (grid) Promise.resolve(work(grid)).then(resolve, reject);
      else if (tries < 60) requestAnimationFrame(look);
      else resolve();
    };
    look();
  });
}

function stepResult(step: number): void {
  const session = activeSession();
  if (!session) return;
  const results = tabResults(session);
  const at = results.findIndex((result) => result.id === chosenResult(session)?.id);
  const next = results[(at + step + results.length) % results.length];
  const view = showsRows(session.view) ? session.view : session.rowsView;
  if (next) useSessions.getState().patch(session.key, { activeResult: next.id, compared: undefined, view });
}

const COPIES: [id: string, format: CopyFormat, title: string][] = [
  ['tsv', 'tsv', 'TSV'],
  ['csv', 'csv', 'CSV'],
  ['json', 'json', 'JSON'],
  ['markdown', 'markdown', 'Markdown'],
  ['inList', 'in-list', 'a SQL IN list'],
];

const PANELS: [panel: SidePanel, title: string][] = [
  ['value', 'Show the whole value of the cell'],
  ['record', 'Show the row as a record'],
  ['columns', 'Show, hide and find columns'],
];

const copyCommands: Command[] = COPIES.flatMap(([id, format, title]) =>
  [false, true]
    // Without names an object and an IN list are the same as with them.
    .filter((headers) => !headers || (format !== 'json' && format !== 'in-list'))
    .map((headers) => ({
      id: `results.copy.${id}${headers ? '.headers' : ''}`,
      title: `Copy the selected cells as ${title}${headers ? ' with headers' : ''}`,
      category: 'Result',
      icon: 'clipboard' as const,
      when: hasResult,
      run: () => withGrid((grid) => grid.copy(format, headers)),
    })),
);

const panelCommands: Command[] = PANELS.map(([panel, title]) => ({
  id: `results.panel.${panel}`,
  title,
  category: 'Result',
  when: hasResult,
  run: () => withGrid((grid) => grid.openPanel(panel)),
}));

/** What can be done with the result of the tab that has the focus, in a worksheet or a file's preview. */
export const resultCommands: Command[] = [
  {
    id: 'results.export',
    title: 'Export the result…',
    category: 'Result',
    icon: 'export',
    keys: { vscode: ['Mod+Alt+S'], datagrip: ['Mod+Alt+D'] },
    when: () => hasResult() && activeResult()?.result.state !== 'running',
    run() {
      const active = activeResult();
      if (active) openExport(active.result);
    },
  },
  {
    id: 'results.find',
    title: 'Find in the cells of the result',
    category: 'Result',
    icon: 'search',
    when: hasResult,
    run: () => withGrid((grid) => grid.openFind()),
  },
  {
    id: 'results.jump',
    title: 'Jump to a row of the result…',
    category: 'Result',
    when: hasResult,
    run: () => withGrid((grid) => grid.openJump()),
  },
  {
    id: 'results.focus',
    title: 'Go to the rows of the result',
    category: 'Result',
    keys: { vscode: ['Mod+Alt+R'], datagrip: ['Mod+Alt+R'] },
    when: hasResult,
    run: () => withGrid((grid) => grid.focus()),
  },
  {
    id: 'results.fitColumns',
    title: 'Fit the columns to their content',
    category: 'Result',
    icon: 'columns',
    when: hasResult,
    run: () => withGrid((grid) => grid.fitColumns()),
  },
  ...panelCommands,
  ...copyCommands,
  {
    id: 'results.next',
    title: 'Next result',
    category: 'Result',
    keys: { vscode: ['Mod+Alt+PageDown'], datagrip: ['Mod+Alt+PageDown'] },
    when: hasSeveral,
    run: () => stepResult(1),
  },
  {
    id: 'results.previous',
    title: 'Previous result',
    category: 'Result',
    keys: { vscode: ['Mod+Alt+PageUp'], datagrip: ['Mod+Alt+PageUp'] },
    when: hasSeveral,
    run: () => stepResult(-1),
  },
  {
    id: 'results.pin',
    title: 'Pin or unpin the result',
    category: 'Result',
    icon: 'pin',
    when: hasResult,
    async run() {
      const active = activeResult();
      if (active) await togglePin(active.session.key, active.result);
    },
  },
  {
    id: 'results.compare',
    title: 'Compare the result with another…',
    category: 'Result',
    icon: 'duplicate',
    when: () => hasResult() && hasSeveral(),
    run() {
      const active = activeResult();
      if (!active) return;
      const { session, result } = active;
      pick({
        placeholder: `Compare ${result.name} with`,
        hint: 'There is no other result to compare with.',
        items: tabResults(session)
          .filter((other) => other.id !== result.id)
          .map((other) => ({
            id: other.id,
            label: tabTitle(other),
            run: () => compareResults(session.key, result, other),
          })),
      });
    },
  },
  {
    id: 'results.close',
    title: 'Close the result',
    category: 'Result',
    icon: 'cross',
    when: hasResult,
    async run() {
      const active = activeResult();
      if (active) await closeResult(active.session.key, active.result);
    },
  },
];
