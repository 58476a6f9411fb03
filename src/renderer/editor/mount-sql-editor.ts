import type { RefObject } from 'react';
import { linkDefinitions } from './definition-link';
import { BASE_OPTIONS, settingOptions } from './editor-options';
import { registerLanguages } from './languages';
import { monaco } from './monaco';
import { createSqlHandle, goToDefinitionAt } from './sql-editor-handle';
import type { SqlEditorProps } from './sql-editor-props';
import { showStatementBar } from './statement-bar';
import { editorTheme } from './themes';

/** Makes Monaco's editor in `element` and connects it to the component's latest props. */
export function mountSqlEditor(
  element: HTMLElement,
  latest: RefObject<SqlEditorProps>,
): { editor: monaco.editor.IStandaloneCodeEditor; dispose(): void } {
  registerLanguages();
  const { theme, options, label, readOnly = false } = latest.current;
  const editor = monaco.editor.create(element, {
    ...BASE_OPTIONS,
    ...settingOptions(options),
    theme: editorTheme(theme),
    ariaLabel: `${label}. Press Ctrl+M to let Tab move the focus.`,
    readOnly,
    model: null,
  });
  void measureFonts();
  const listeners = [
    editor.onDidChangeModelContent(() => latest.current.onChange?.(editor.getValue())),
    editor.onDidChangeCursorSelection(() => reportCursor(editor, latest)),
    editor.onDidChangeModel(() => reportCursor(editor, latest)),
  ];
  addMenuActions(editor, latest);
  const endings = [
    showStatementBar(editor),
    linkDefinitions(editor, (position) => void report(goToDefinitionAt(editor, latest, position), latest)),
  ];
  const dispose = () => {
    for (const end of endings) end();
    for (const listener of listeners) listener.dispose();
    editor.dispose();
  };
  return { editor, dispose };
}

/** Widths are measured anew once the bundled font is there; before, they would be those of a fallback. */
async function measureFonts(): Promise<void> {
  await document.fonts.load('13px "JetBrains Mono Variable"');
  monaco.editor.remeasureFonts();
}

function reportCursor(editor: monaco.editor.ICodeEditor, latest: RefObject<SqlEditorProps>): void {
  const model = editor.getModel();
  const selection = editor.getSelection();
  if (!model || !selection) return;
  const position = selection.getPosition();
  latest.current.onCursor?.({
    line: position.lineNumber,
    column: position.column,
    offset: model.getOffsetAt(position),
    selectionLength: model.getValueLengthInRange(selection),
  });
}

/** The actions of ours in the context menu. Their keys belong to the workbench, which lists them with every other command. */
function addMenuActions(editor: monaco.editor.IStandaloneCodeEditor, latest: RefObject<SqlEditorProps>): void {
  const handle = createSqlHandle(() => editor, latest);
  const add = (id: string, label: string, order: number, run: () => Promise<void>) =>
    editor.addAction({
      id,
      label,
      contextMenuGroupId: 'navigation',
      contextMenuOrder: order,
      run: () => report(run(), latest),
    });
  add('millrace.goToDefinition', 'Go to definition', 1, handle.goToDefinition);
  add('millrace.expandStar', 'Expand * into columns', 2, handle.expandStar);
  add('millrace.format', 'Format the SQL', 3, handle.format);
}

async function report(work: Promise<void>, latest: RefObject<SqlEditorProps>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!latest.current.onError) throw error;
    latest.current.onError(error);
  }
}
