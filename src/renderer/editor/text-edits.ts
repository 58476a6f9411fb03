import { monaco } from './monaco';

/** A range of offsets as Monaco's lines and columns. */
export function rangeOf(model: monaco.editor.ITextModel, start: number, end: number): monaco.Range {
  return monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
}

/** Replaces the model's text as one step that can be undone, touching only the part that differs. */
export function replaceText(model: monaco.editor.ITextModel, text: string, editor?: monaco.editor.ICodeEditor): void {
  const before = model.getValue();
  if (before === text) return;
  const shortest = Math.min(before.length, text.length);
  let head = 0;
  while (head < shortest && before[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  const range = rangeOf(model, head, before.length - tail);
  const edit = { range, text: text.slice(head, text.length - tail) };
  if (editor && !editor.getOption(monaco.editor.EditorOption.readOnly)) {
    editor.pushUndoStop();
    editor.executeEdits('millrace', [edit]);
    editor.pushUndoStop();
  } else {
    model.pushEditOperations([], [edit], () => null);
  }
}
