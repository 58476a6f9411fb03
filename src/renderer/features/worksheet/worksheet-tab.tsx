import { Suspense, useEffect } from 'react';
import { runCommand, shownKeys } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { type Session, useSessions } from '../../app/sessions/session-store';
import type { TabInput } from '../../app/workbench/tab';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { SplitPane } from '../../ui/split-pane';
import { ResultsPanel } from '../results/results';
import { loadWorksheet } from './load-worksheet';
import { ParameterForm } from './parameter-form';
import { RunsOn } from './runs-on';
import { TransactionStrip } from './transaction-strip';
import { splitPane, useWorksheets, type Worksheet } from './worksheet-store';
import './worksheet.css';

// Monaco is the largest part of the window; the frame stands before it is there.
const WorksheetEditor = lazyPart(() => import('./worksheet-editor').then((part) => part.WorksheetEditor), 'first');
const FileConflictView = lazyPart(() => import('./file-conflict').then((part) => part.FileConflictView));

/** A worksheet: its toolbar, the editor, and the results below. */
export function WorksheetTab({ input, active }: { input: TabInput; active: boolean }) {
  const key = input.key;
  const path = input.data?.path as string | undefined;
  const sheet = useWorksheets((state) => state.sheets[key]);
  const session = useSessions((state) => state.sessions[key]);

  const runsOn = input.data?.runsOn as string | undefined;
  const opened = session !== undefined;
  useEffect(() => {
    if (opened) useSessions.getState().patch(key, { runsOn });
  }, [key, opened, runsOn]);
  useEffect(() => {
    void loadWorksheet(key, path, (input.data?.text as string | undefined) ?? '');
  }, [key, path, input.data?.text]);

  if (sheet?.loadError) {
    return (
      <ErrorBox error={sheet.loadError}>
        <Button onClick={() => void loadWorksheet(key, path)}>Read it again</Button>
      </ErrorBox>
    );
  }
  if (!sheet?.loaded || !session) return <EditorSkeleton />;
  return <LoadedWorksheet sheet={sheet} session={session} active={active} input={input} />;
}

function EditorSkeleton() {
  return (
    <div className="editor-skeleton" aria-busy>
      {[38, 64, 52, 20, 44].map((width) => (
        <div key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

interface WorksheetProps {
  sheet: Worksheet;
  session: Session;
  active: boolean;
  input: TabInput;
}

function LoadedWorksheet({ sheet, session, active, input }: WorksheetProps) {
  const split = useWorkbench((state) => state.panes[splitPane(sheet.key)]);
  const setPane = useWorkbench((state) => state.setPane);
  const editor = (
    <div className="worksheet-editor">
      <Toolbar sheet={sheet} session={session} input={input} />
      {session.transaction ? <TransactionStrip session={session} transaction={session.transaction} /> : null}
      {session.asking ? <ParameterForm key={session.asking.id} session={session} /> : null}
      <Suspense fallback={<EditorSkeleton />}>
        {sheet.conflict ? (
          <FileConflictView sheet={sheet} />
        ) : (
          <WorksheetEditor sheet={sheet} session={session} active={active} title={input.title} />
        )}
      </Suspense>
    </div>
  );
  const share = typeof split === 'number' ? split : 0.42;
  // One tree whether results are open or not: the editor must not be made anew, it would lose cursor and focus.
  return (
    <div className={session.resultsOpen ? 'worksheet' : 'worksheet results-closed'}>
      <SplitPane
        label="Height of the editor"
        direction="rows"
        minimum={100}
        size={session.resultsOpen ? share : 1}
        onSize={(size) => setPane(splitPane(sheet.key), size)}
        first={editor}
        second={
          session.resultsOpen ? (
            <ResultsPanel session={session} onHide={() => void runCommand('worksheet.toggleResults')} />
          ) : null
        }
      />
    </div>
  );
}

function Toolbar({ sheet, session, input }: Pick<WorksheetProps, 'sheet' | 'session' | 'input'>) {
  const running = session.run?.state === 'running' || session.run?.state === 'queued';
  const parameters = Object.entries(session.parameters).filter(([name]) => sheet.text.includes(`$${name}`));
  return (
    <div className="toolbar" role="toolbar" aria-label="Worksheet">
      <Button
        look="primary"
        icon="play"
        keys={shownKeys('worksheet.run')}
        disabled={running}
        onClick={() => void runCommand('worksheet.run')}
      >
        Run
      </Button>
      <Button
        look="quiet"
        icon="play"
        keys={shownKeys('worksheet.runAll')}
        disabled={running}
        onClick={() => void runCommand('worksheet.runAll')}
      >
        Run all
      </Button>
      <Button look="quiet" icon="stop" disabled={!running} onClick={() => void runCommand('worksheet.cancel')}>
        Cancel
      </Button>
      <Button look="quiet" icon="align-left" onClick={() => void runCommand('worksheet.format')}>
        Format
      </Button>
      <Button look="quiet" icon="history" onClick={() => void runCommand('history.show')}>
        History
      </Button>
      <span className="gap" />
      {!session.resultsOpen && session.results.length > 0 ? (
        <Button look="quiet" icon="table" onClick={() => void runCommand('worksheet.toggleResults')}>
          Results
        </Button>
      ) : null}
      {parameters.map(([name, value]) => (
        <button
          key={name}
          type="button"
          className="chip numbers"
          title="Change the parameters and run"
          onClick={() => void runCommand('worksheet.run')}
        >
          ${name} {value === null ? 'NULL' : value}
        </button>
      ))}
      <RunsOn input={input} />
    </div>
  );
}
