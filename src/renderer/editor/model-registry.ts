import type { LanguageClient } from './language-client';
import { monaco } from './monaco';

interface ModelEntry {
  model: monaco.editor.ITextModel;
  /** Cursor and scroll place, kept while no editor shows the model. */
  viewState: monaco.editor.ICodeEditorViewState | null;
  client: LanguageClient | undefined;
}

const entries = new Map<string, ModelEntry>();

/** The model of a key, made from `text` where there is none. It lives until `disposeEditorModel`, with its undo history. */
export function openEditorModel(key: string, text: string, language: string): ModelEntry {
  const known = entries.get(key);
  if (known) return known;
  const uri = monaco.Uri.from({ scheme: 'millrace', path: `/${encodeURIComponent(key)}` });
  const entry: ModelEntry = {
    model: createTextModel(text, language, uri),
    viewState: null,
    client: undefined,
  };
  entries.set(key, entry);
  return entry;
}

/** A model with brackets in one colour: in rainbow colours they would outshine the names. */
export function createTextModel(text: string, language: string, uri?: monaco.Uri): monaco.editor.ITextModel {
  const model = monaco.editor.createModel(text, language, uri);
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
  return model;
}

/** Ends the model of a closed tab. */
export function disposeEditorModel(key: string): void {
  entries.get(key)?.model.dispose();
  entries.delete(key);
}

/** Who answers questions about a model; undefined for a model that no editor of ours made. */
export function clientOf(model: monaco.editor.ITextModel): LanguageClient | undefined {
  for (const entry of entries.values()) if (entry.model === model) return entry.client;
  return undefined;
}
