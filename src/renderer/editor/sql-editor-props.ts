import type { Ref } from 'react';
import type { ErrorShape } from '../../shared/errors';
import type { Definition, Diagnostic } from '../../shared/language';
import type { StatementSpan } from '../../shared/sql/split';
import type { EditorSettings } from './editor-options';
import type { LanguageClient } from './language-client';
import type { EditorTheme } from './themes';

/** What commands may do to an editor. Offsets are UTF-16 units into its text. */
export interface SqlEditorHandle {
  getText(): string;
  /** Replaces the text as one step that can be undone. */
  setText(text: string): void;
  getSelection(): { start: number; end: number } | undefined;
  getOffset(): number;
  /** The statement that the cursor is in, or the nearest one before it. */
  statementAtCursor(): StatementSpan | undefined;
  insertText(text: string): void;
  focus(): void;
  revealRange(start: number, end: number): void;
  /** Shows a range and marks it for a moment. */
  flashRange(start: number, end: number): void;
  /** Lays out the selection, or the whole text. Rejects with what the language client says where that cannot be done. */
  format(): Promise<void>;
  expandStar(): Promise<void>;
  goToDefinition(): Promise<void>;
  /** Any action of the editor by Monaco's id, for example `actions.find`. */
  trigger(action: string): void;
}

export interface CursorPlace {
  line: number;
  column: number;
  offset: number;
  selectionLength: number;
}

export interface SqlEditorProps {
  ref?: Ref<SqlEditorHandle>;
  /** Names the text: undo history and cursor stay with it until `disposeEditorModel(modelKey)`. */
  modelKey: string;
  /** Read by screen readers. */
  label: string;
  /** Taken only where the key has no text yet. */
  initialText: string;
  language: LanguageClient;
  theme: EditorTheme;
  options: EditorSettings;
  /** Errors of the last run; those with a place are underlined. */
  markers?: readonly ErrorShape[];
  readOnly?: boolean;
  onChange?(text: string): void;
  onCursor?(place: CursorPlace): void;
  onDiagnostics?(diagnostics: Diagnostic[]): void;
  /** A definition outside of this text: a file or a table. */
  onDefinition?(definition: Exclude<Definition, { kind: 'text' }>): void;
  /** Where an action of the context menu failed. */
  onError?(error: unknown): void;
}
