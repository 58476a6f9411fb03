import type { RefObject } from 'react';
import type { monaco } from './monaco';
import type { SqlEditorHandle, SqlEditorProps } from './sql-editor-props';
import { statementInEditor } from './statement-bar';
import { rangeOf, replaceText } from './text-edits';

type Editor = monaco.editor.IStandaloneCodeEditor;

const FLASH = 700;

/** The commands of an editor. Before it is there, and after it is gone, they do nothing and the text is empty. */
export function createSqlHandle(current: () => Editor | null, latest: RefObject<SqlEditorProps>): SqlEditorHandle {
  const selection = () => {
    const editor = current();
    const model = editor?.getModel();
    const range = editor?.getSelection();
    if (!model || !range) return undefined;
    return { start: model.getOffsetAt(range.getStartPosition()), end: model.getOffsetAt(range.getEndPosition()) };
  };
  const offset = () => {
    const position = current()?.getPosition();
    return (position && current()?.getModel()?.getOffsetAt(position)) ?? 0;
  };
  return {
    getText: () => current()?.getModel()?.getValue() ?? '',
    setText: (text) => withModel(current(), (editor, model) => replaceText(model, text, editor)),
    getSelection: selection,
    getOffset: offset,
    statementAtCursor: () => {
      const editor = current();
      return editor ? statementInEditor(editor) : undefined;
    },
    insertText: (text) => withModel(current(), (editor) => insert(editor, text)),
    focus: () => current()?.focus(),
    revealRange: (start, end) => withModel(current(), (editor, model) => reveal(editor, rangeOf(model, start, end))),
    flashRange: (start, end) => withModel(current(), (editor, model) => flash(editor, rangeOf(model, start, end))),
    format: () => format(current(), latest, selection()),
    expandStar: () => expandStar(current(), latest, offset()),
    goToDefinition: async () => {
      const position = current()?.getPosition();
      if (position) await goToDefinitionAt(current(), latest, position);
    },
    trigger: (action) => void current()?.getAction(action)?.run(),
  };
}

function withModel(editor: Editor | null, work: (editor: Editor, model: monaco.editor.ITextModel) => void): void {
  const model = editor?.getModel();
  if (editor && model) work(editor, model);
}

function insert(editor: Editor, text: string): void {
  const range = editor.getSelection();
  if (!range) return;
  editor.pushUndoStop();
  editor.executeEdits('millrace', [{ range, text, forceMoveMarkers: true }]);
  editor.pushUndoStop();
  editor.focus();
}

function reveal(editor: Editor, range: monaco.Range): void {
  editor.setSelection(range);
  editor.revealRangeInCenterIfOutsideViewport(range);
  editor.focus();
}

function flash(editor: Editor, range: monaco.Range): void {
  editor.revealRangeInCenterIfOutsideViewport(range);
  const marked = editor.createDecorationsCollection([{ range, options: { className: 'flash-range' } }]);
  setTimeout(() => marked.clear(), FLASH);
}

async function format(
  editor: Editor | null,
  latest: RefObject<SqlEditorProps>,
  selected: { start: number; end: number } | undefined,
): Promise<void> {
  const model = editor?.getModel();
  if (!editor || !model) return;
  const text = model.getValue();
  const version = model.getVersionId();
  const [start, end] = selected && selected.end > selected.start ? [selected.start, selected.end] : [0, text.length];
  const laidOut = await latest.current.language.format(text.slice(start, end));
  if (model.isDisposed() || model.getVersionId() !== version) return;
  replaceText(model, text.slice(0, start) + laidOut + text.slice(end), editor);
}

async function expandStar(editor: Editor | null, latest: RefObject<SqlEditorProps>, offset: number): Promise<void> {
  const model = editor?.getModel();
  if (!editor || !model) return;
  const version = model.getVersionId();
  const expansion = await latest.current.language.expandStar(model.getValue(), offset);
  if (!expansion || model.isDisposed() || model.getVersionId() !== version) return;
  editor.pushUndoStop();
  editor.executeEdits('millrace', [{ range: rangeOf(model, expansion.start, expansion.end), text: expansion.text }]);
  editor.pushUndoStop();
}

/** Goes to where the name at the position comes from: here in the text, or by the caller to a file or table. */
export async function goToDefinitionAt(
  editor: Editor | null,
  latest: RefObject<SqlEditorProps>,
  position: monaco.Position,
): Promise<void> {
  const model = editor?.getModel();
  if (!editor || !model) return;
  const found = await latest.current.language.definition(model.getValue(), model.getOffsetAt(position));
  if (!found || model.isDisposed()) return;
  if (found.kind !== 'text') latest.current.onDefinition?.(found);
  else reveal(editor, rangeOf(model, found.start, found.end));
}
