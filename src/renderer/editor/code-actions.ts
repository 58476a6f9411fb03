import { candidatesIn } from './diagnostics';
import { clientOf } from './model-registry';
import { monaco } from './monaco';
import { rangeOf } from './text-edits';

/** Corrections for underlined names, and `*` as a list of columns. */
export async function provideCodeActions(
  model: monaco.editor.ITextModel,
  range: monaco.Range,
  context: monaco.languages.CodeActionContext,
  token: monaco.CancellationToken,
): Promise<monaco.languages.CodeActionList> {
  const fixes = candidatesIn(model, range).flatMap((place) =>
    place.names.map((name) => correction(model, place.range, name, context)),
  );
  const expansion = await expandStar(model, range);
  const actions = token.isCancellationRequested || !expansion ? fixes : [...fixes, expansion];
  return { actions, dispose: () => undefined };
}

function correction(
  model: monaco.editor.ITextModel,
  range: monaco.Range,
  name: string,
  context: monaco.languages.CodeActionContext,
): monaco.languages.CodeAction {
  const diagnostics = context.markers.filter((marker) => monaco.Range.areIntersectingOrTouching(marker, range));
  return { title: `Change to ${name}`, kind: 'quickfix', diagnostics, edit: edit(model, range, name) };
}

async function expandStar(
  model: monaco.editor.ITextModel,
  range: monaco.Range,
): Promise<monaco.languages.CodeAction | undefined> {
  // Asked on every move of the cursor, so only where a star is beside it.
  const line = model.getLineContent(range.startLineNumber);
  if (!line.slice(Math.max(0, range.startColumn - 2), range.endColumn).includes('*')) return undefined;
  const offset = model.getOffsetAt(range.getStartPosition());
  const expansion = await clientOf(model)?.expandStar(model.getValue(), offset);
  if (!expansion) return undefined;
  const place = rangeOf(model, expansion.start, expansion.end);
  return { title: 'Expand * into columns', kind: 'refactor.inline', edit: edit(model, place, expansion.text) };
}

function edit(model: monaco.editor.ITextModel, range: monaco.Range, text: string): monaco.languages.WorkspaceEdit {
  return { edits: [{ resource: model.uri, versionId: model.getVersionId(), textEdit: { range, text } }] };
}
