import { monaco } from './monaco';

/** Underlines the word under the pointer while Ctrl (⌘) is held and calls `open` on a click. Gives the function that ends it. */
export function linkDefinitions(
  editor: monaco.editor.IStandaloneCodeEditor,
  open: (position: monaco.Position) => void,
): () => void {
  const decorations = editor.createDecorationsCollection();
  const isHeld = (event: monaco.editor.IEditorMouseEvent) => event.event.ctrlKey || event.event.metaKey;
  const wordRange = (position: monaco.Position | null) => {
    const word = position && editor.getModel()?.getWordAtPosition(position);
    return word
      ? new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn)
      : undefined;
  };
  const onText = (event: monaco.editor.IEditorMouseEvent) =>
    event.target.type === monaco.editor.MouseTargetType.CONTENT_TEXT;
  const listeners = [
    editor.onMouseMove((event) => {
      const range = isHeld(event) && onText(event) ? wordRange(event.target.position) : undefined;
      if (range) decorations.set([{ range, options: { inlineClassName: 'definition-link' } }]);
      else decorations.clear();
    }),
    editor.onMouseUp((event) => {
      decorations.clear();
      if (isHeld(event) && onText(event) && event.target.position && editor.getSelection()?.isEmpty())
        open(event.target.position);
    }),
    editor.onMouseLeave(() => decorations.clear()),
    editor.onKeyUp(() => decorations.clear()),
  ];
  return () => {
    for (const listener of listeners) listener.dispose();
    decorations.clear();
  };
}
