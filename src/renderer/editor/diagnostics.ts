import type { ErrorShape } from '../../shared/errors';
import type { Diagnostic } from '../../shared/language';
import type { LanguageClient } from './language-client';
import { monaco } from './monaco';
import { rangeOf } from './text-edits';

const PAUSE = 250;
const CHECK_OWNER = 'millrace-check';
const RUN_OWNER = 'millrace-run';

/** Names that would mend a marked place, by the marker's code. */
const candidates = new WeakMap<monaco.editor.ITextModel, Diagnostic[]>();

/**
 * Checks the model a moment after each change and underlines what is wrong. An answer about a text that has changed
 * since is dropped. Gives the function that ends it.
 */
export function watchDiagnostics(
  model: monaco.editor.ITextModel,
  client: () => LanguageClient,
  onDiagnostics: (diagnostics: Diagnostic[]) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const check = async () => {
    const version = model.getVersionId();
    try {
      const found = await client().check(model.getValue());
      if (ended || model.isDisposed() || model.getVersionId() !== version) return;
      show(model, found);
      onDiagnostics(found);
    } catch {
      // The backend is away: what was underlined stays until it answers again, and the status bar tells of it.
    }
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), PAUSE);
  };
  const listener = model.onDidChangeContent(schedule);
  schedule();
  return () => {
    ended = true;
    clearTimeout(timer);
    listener.dispose();
  };
}

function show(model: monaco.editor.ITextModel, found: Diagnostic[]): void {
  candidates.set(model, found);
  const markers = found.map((diagnostic) => ({
    ...markerRange(model, diagnostic.start, diagnostic.end),
    severity: diagnostic.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    message: messageOf(diagnostic.error),
    code: diagnostic.error.code,
    source: 'check',
  }));
  monaco.editor.setModelMarkers(model, CHECK_OWNER, markers);
}

/** Underlines the errors of the last run at the places they tell. */
export function showRunErrors(model: monaco.editor.ITextModel, errors: readonly ErrorShape[]): void {
  const markers = errors.flatMap((error) => {
    const start = error.at?.offset;
    if (start === undefined) return [];
    const word = error.at?.length ?? model.getWordAtPosition(model.getPositionAt(start))?.word.length ?? 1;
    const severity = monaco.MarkerSeverity.Error;
    return [
      {
        ...markerRange(model, start, start + word),
        severity,
        message: messageOf(error),
        code: error.code,
        source: 'run',
      },
    ];
  });
  monaco.editor.setModelMarkers(model, RUN_OWNER, markers);
}

function messageOf(error: ErrorShape): string {
  return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
}

function markerRange(model: monaco.editor.ITextModel, start: number, end: number): monaco.IRange {
  const range = rangeOf(model, start, Math.max(end, start + 1));
  if (!range.isEmpty()) return range;
  // At the end of a line there is nothing to underline: take the character before.
  return rangeOf(model, Math.max(0, start - 1), start);
}

/** The names that would mend what is wrong in the range, with the place each would replace. */
export function candidatesIn(
  model: monaco.editor.ITextModel,
  range: monaco.IRange,
): { range: monaco.Range; names: string[] }[] {
  const marked = monaco.editor.getModelMarkers({ owner: CHECK_OWNER, resource: model.uri });
  const found = candidates.get(model) ?? [];
  return marked.flatMap((marker, index) => {
    const names = found[index]?.candidates ?? [];
    const place = monaco.Range.lift(marker);
    return names.length > 0 && monaco.Range.areIntersectingOrTouching(place, range) ? [{ range: place, names }] : [];
  });
}
