import { useEffect, useMemo, useRef } from 'react';
import { callError } from '../../api/client';
import { useApp } from '../../app/app-store';
import { runCommand, shownKeys } from '../../app/commands/registry';
import type { Session } from '../../app/sessions/session-store';
import { useSettings } from '../../app/settings-store';
import { useTheme } from '../../app/theme';
import { disposeEditorModel } from '../../editor/model-registry';
import { SqlEditor, type SqlEditorHandle } from '../../editor/sql-editor';
import { showError } from '../../ui/toaster';
import { registerEditor, setModelDisposal } from './editor-handles';
import { languageClientFor } from './language-client';
import { typed } from './worksheet-drafts';
import type { Worksheet } from './worksheet-store';

interface WorksheetEditorProps {
  sheet: Worksheet;
  session: Session;
  active: boolean;
  title: string;
}

setModelDisposal(disposeEditorModel);

/** The editor of a worksheet's text. */
export function WorksheetEditor({ sheet, session, active, title }: WorksheetEditorProps) {
  const handle = useRef<SqlEditorHandle>(null);
  const theme = useTheme();
  const options = useSettings((state) => state.settings.editor);
  const setContext = useApp((state) => state.setContext);
  const setProblems = useApp((state) => state.setProblems);
  const { key, text } = sheet;
  const { runError } = session;

  useEffect(() => registerEditor(key, handle), [key]);
  useEffect(() => {
    if (active && isFocusFree()) handle.current?.focus();
  }, [active]);
  // Text that did not come from typing: the file changed outside, a conflict was resolved.
  useEffect(() => {
    const now = handle.current;
    if (now && now.getText() !== text) now.setText(text);
  }, [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: where it runs decides what is checked, so the text is checked anew
  const language = useMemo(() => languageClientFor(key), [key, session.runsOn]);
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
          setContext(key, {
            cursor: `Ln ${line}, Col ${column}${selectionLength > 0 ? ` (${selectionLength} selected)` : ''}`,
          })
        }
        onError={(error) => showError(callError(error))}
        onDefinition={(definition) => void runCommand('go.definitionTarget', definition)}
      />
      {text.trim() === '' ? <FirstStep /> : null}
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

/**
 * An editor that becomes ready a moment after its tab was chosen must not take the keys from where the user went meanwhile:
 * the tree, the palette, a form.
 */
function isFocusFree(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || focused.closest('.dock') !== null;
}
