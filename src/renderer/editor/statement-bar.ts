import { type StatementSpan, statementAt } from '../../shared/sql/split';
import type { monaco } from './monaco';
import { rangeOf } from './text-edits';

/** Draws a thin bar beside the statement that Run would take, and keeps it at the cursor. Gives the function that ends it. */
export function showStatementBar(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const decorations = editor.createDecorationsCollection();
  let frame = 0;
  const draw = () => {
    frame = 0;
    const model = editor.getModel();
    const span = statementInEditor(editor);
    const isAlone = model && span && span.start === 0 && span.end >= model.getValueLength() - 1;
    if (!model || !span || isAlone) return decorations.clear();
    decorations.set([
      {
        range: rangeOf(model, span.start, span.end),
        options: { isWholeLine: true, linesDecorationsClassName: 'statement-bar' },
      },
    ]);
  };
  const schedule = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const listeners = [
    editor.onDidChangeCursorPosition(schedule),
    editor.onDidChangeModelContent(schedule),
    editor.onDidChangeModel(schedule),
  ];
  schedule();
  return () => {
    cancelAnimationFrame(frame);
    for (const listener of listeners) listener.dispose();
    decorations.clear();
  };
}

/** The statement that the cursor is in, or the nearest one before it. */
export function statementInEditor(editor: monaco.editor.ICodeEditor): StatementSpan | undefined {
  const model = editor.getModel();
  const position = editor.getPosition();
  return model && position ? statementAt(model.getValue(), model.getOffsetAt(position)) : undefined;
}
