import type { monaco } from './monaco';

export interface EditorSettings {
  ligatures: boolean;
  wordWrap: boolean;
}

/** What follows the user's settings and can change while an editor is open. */
export function settingOptions(settings: EditorSettings): monaco.editor.IEditorOptions {
  return { fontLigatures: settings.ligatures, wordWrap: settings.wordWrap ? 'on' : 'off' };
}

/** The look and behaviour that every text editor of the workbench shares. */
export const BASE_OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  fontFamily: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace',
  fontSize: 13,
  lineHeight: 20,
  padding: { top: 8, bottom: 8 },
  lineNumbersMinChars: 4,
  lineDecorationsWidth: 14,
  glyphMargin: false,
  folding: false,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  cursorBlinking: 'solid',
  renderLineHighlight: 'all',
  renderLineHighlightOnlyWhenFocus: false,
  roundedSelection: false,
  overviewRulerLanes: 2,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  guides: { indentation: false, bracketPairs: false },
  bracketPairColorization: { enabled: false },
  occurrencesHighlight: 'off',
  unicodeHighlight: { ambiguousCharacters: false },
  links: false,
  automaticLayout: true,
  fixedOverflowWidgets: true,
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, comments: false, strings: true },
  quickSuggestionsDelay: 40,
  suggest: {
    showStatusBar: false,
    preview: false,
    snippetsPreventQuickSuggestions: false,
    shareSuggestSelections: false,
  },
  suggestSelection: 'first',
  acceptSuggestionOnEnter: 'on',
  acceptSuggestionOnCommitCharacter: false,
  parameterHints: { enabled: true, cycle: true },
  hover: { delay: 350, sticky: true },
  lightbulb: { enabled: 'onCode' as monaco.editor.ShowLightbulbIconMode },
  contextmenu: true,
};
