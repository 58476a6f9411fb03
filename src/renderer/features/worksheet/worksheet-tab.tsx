import { useEffect, useMemo, useRef } from 'react';
import { splitStatements } from '../../../shared/sql/split';
import { callError } from '../../api/client';
import { useApp } from '../../app/app-store';
import { runCommand, shownKeys } from '../../app/commands/registry';
import { type Session, useSessions } from '../../app/sessions/session-store';
import { useSettings } from '../../app/settings-store';
import { useTheme } from '../../app/theme';
import type { TabInput } from '../../app/workbench/tab';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { SqlEditor, type SqlEditorHandle } from '../../editor/sql-editor';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { SplitPane } from '../../ui/split-pane';
import { showError } from '../../ui/toaster';
import { ResultsPanel } from '../results/results';
import { registerEditor } from './editor-handles';
import { FileConflictView } from './file-conflict';
import { languageClientFor } from './language-client';
import { ParameterForm } from './parameter-form';
import { loadWorksheet, typed } from './worksheet-files';
import { splitPane, useWorksheets, type Worksheet } from './worksheet-store';
import './worksheet.css';

/** A worksheet: its toolbar, the editor, and the results below. */
export function WorksheetTab({ input, active }: { input: TabInput; active: boolean }) {
  const key = input.key;
  const path = input.data?.path as string | undefined;
  const sheet = useWorksheets((state) => state.sheets[key]);
  const session = useSessions((state) => state.sessions[key]);

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
  return <LoadedWorksheet sheet={sheet} session={session} active={active} title={input.title} />;
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
  title: string;
}

function LoadedWorksheet({ sheet, session, active, title }: WorksheetProps) {
  const split = useWorkbench((state) => state.panes[splitPane(sheet.key)]);
  const setPane = useWorkbench((state) => state.setPane);
  const editor = (
    <div className="worksheet-editor">
      <Toolbar sheet={sheet} session={session} />
      {session.asking ? <ParameterForm key={session.asking.id} session={session} /> : null}
      {sheet.conflict ? (
        <FileConflictView sheet={sheet} />
      ) : (
        <Editor sheet={sheet} session={session} active={active} title={title} />
      )}
    </div>
  );
  if (!session.resultsOpen) return editor;
  return (
    <SplitPane
      label="Height of the editor"
      direction="rows"
      minimum={100}
      size={typeof split === 'number' ? split : 0.42}
      onSize={(share) => setPane(splitPane(sheet.key), share)}
      first={editor}
      second={
        <ResultsPanel session={session} active={active} onHide={() => void runCommand('worksheet.toggleResults')} />
      }
    />
  );
}

function Toolbar({ sheet, session }: Pick<WorksheetProps, 'sheet' | 'session'>) {
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
    </div>
  );
}

function Editor({ sheet, session, active, title }: WorksheetProps) {
  const handle = useRef<SqlEditorHandle>(null);
  const theme = useTheme();
  const options = useSettings((state) => state.settings.editor);
  const setContext = useApp((state) => state.setContext);
  const setProblems = useApp((state) => state.setProblems);
  const { key, text } = sheet;
  const { runError } = session;

  useEffect(() => registerEditor(key, handle), [key]);
  useEffect(() => {
    if (active) handle.current?.focus();
  }, [active]);
  // Text that did not come from typing: the file changed outside, a conflict was resolved.
  useEffect(() => {
    const now = handle.current;
    if (now && now.getText() !== text) now.setText(text);
  }, [text]);

  const language = useMemo(() => languageClientFor(key), [key]);
  const markers = useMemo(() => (runError ? [runError] : []), [runError]);
  return (
    <div className="editor-box">
      <SqlEditor
        ref={handle}
        modelKey={key}
        label={`SQL of ${title}`}
        initialText={text}
        language={language}
        theme={theme}
        options={options}
        markers={markers}
        onChange={(next) => typed(key, next)}
        onDiagnostics={(diagnostics) => setProblems(key, diagnostics)}
        onCursor={({ line, column, selectionLength }) =>
          setContext({
            cursor: `Ln ${line}, Col ${column}${selectionLength > 0 ? ` (${selectionLength} selected)` : ''}`,
          })
        }
        onError={(error) => showError(callError(error))}
        onDefinition={(definition) => void runCommand('go.definitionTarget', definition)}
      />
      {splitStatements(text).length === 0 ? <FirstStep /> : null}
    </div>
  );
}

function FirstStep() {
  return (
    <p className="first-step">
      Type SQL, or start with <code>from 'data/</code> and pick a file. <kbd>{shownKeys('worksheet.run')}</kbd> runs the
      statement at the cursor.
    </p>
  );
}
