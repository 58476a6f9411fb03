import { monaco } from './monaco';

export type EditorTheme = 'light' | 'dark';

let defined = false;

/** Monaco's name for a theme. The themes are made from the design tokens the first time one is asked for. */
export function editorTheme(theme: EditorTheme): string {
  if (!defined) {
    defined = true;
    for (const name of ['light', 'dark'] as const) monaco.editor.defineTheme(`millrace-${name}`, buildTheme(name));
  }
  return `millrace-${theme}`;
}

/** Reads the tokens from the style sheet, so that a colour is written down in one place alone. */
function readTokens(theme: EditorTheme): (token: string) => string {
  const probe = document.createElement('div');
  probe.dataset.theme = theme;
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const names = [...TOKEN_NAMES];
  const values = new Map(names.map((name) => [name, fullHex(style.getPropertyValue(`--${name}`).trim())]));
  probe.remove();
  return (name) => values.get(name) || (theme === 'dark' ? '#808080' : '#606060');
}

/** Style sheets are minified to `#fff`, which Monaco does not take. */
function fullHex(colour: string): string {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  return short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`
    : colour;
}

const TOKEN_NAMES =
  `surface-0 surface-1 surface-2 surface-3 raised line line-strong text text-2 text-3 accent accent-soft selection
focus fail warn ok key string number comment function type`.split(/\s+/);

function buildTheme(theme: EditorTheme): monaco.editor.IStandaloneThemeData {
  const token = readTokens(theme);
  const rule = (name: string, colour: string, fontStyle?: string) => ({
    token: name,
    foreground: token(colour).replace('#', ''),
    ...(fontStyle === undefined ? {} : { fontStyle }),
  });
  return {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      rule('', 'text'),
      rule('keyword', 'key'),
      rule('string', 'string'),
      rule('string.escape', 'number'),
      rule('number', 'number'),
      rule('parameter', 'number'),
      rule('comment', 'comment', 'italic'),
      rule('function', 'function'),
      rule('type', 'type'),
      rule('identifier', 'text'),
      rule('operator', 'text'),
      rule('delimiter', 'text'),
    ],
    colors: colours(token),
  };
}

function colours(token: (name: string) => string): Record<string, string> {
  const clear = '#00000000';
  return {
    foreground: token('text'),
    focusBorder: token('focus'),
    'editor.background': token('surface-0'),
    'editor.foreground': token('text'),
    'editorCursor.foreground': token('accent'),
    'editor.lineHighlightBackground': `${token('accent')}0f`,
    'editor.lineHighlightBorder': clear,
    'editor.selectionBackground': token('selection'),
    'editor.inactiveSelectionBackground': token('surface-3'),
    'editor.wordHighlightBackground': `${token('accent')}1f`,
    'editor.wordHighlightStrongBackground': `${token('accent')}2e`,
    'editor.selectionHighlightBackground': `${token('accent')}24`,
    'editor.findMatchBackground': `${token('warn')}66`,
    'editor.findMatchHighlightBackground': `${token('warn')}33`,
    'editorLineNumber.foreground': token('text-3'),
    'editorLineNumber.activeForeground': token('text'),
    'editorBracketMatch.background': `${token('accent')}1f`,
    'editorBracketMatch.border': clear,
    'editorError.foreground': token('fail'),
    'editorWarning.foreground': token('warn'),
    'editorInfo.foreground': token('accent'),
    'editorWidget.background': token('raised'),
    'editorWidget.foreground': token('text'),
    'editorWidget.border': token('line-strong'),
    'editorHoverWidget.background': token('raised'),
    'editorHoverWidget.foreground': token('text'),
    'editorHoverWidget.border': token('line-strong'),
    'editorHoverWidget.highlightForeground': token('accent'),
    'editorSuggestWidget.background': token('raised'),
    'editorSuggestWidget.border': token('line-strong'),
    'editorSuggestWidget.foreground': token('text'),
    'editorSuggestWidget.selectedBackground': token('selection'),
    'editorSuggestWidget.selectedForeground': token('text'),
    'editorSuggestWidget.selectedIconForeground': token('accent'),
    'editorSuggestWidget.highlightForeground': token('accent'),
    'editorSuggestWidget.focusHighlightForeground': token('accent'),
    'editorOverviewRuler.border': clear,
    'editorOverviewRuler.errorForeground': token('fail'),
    'editorOverviewRuler.warningForeground': token('warn'),
    'editorGutter.background': token('surface-0'),
    'editorLightBulb.foreground': token('accent'),
    'symbolIcon.fieldForeground': token('type'),
    'symbolIcon.functionForeground': token('function'),
    'symbolIcon.keywordForeground': token('key'),
    'symbolIcon.structForeground': token('text-2'),
    'symbolIcon.interfaceForeground': token('text-2'),
    'symbolIcon.fileForeground': token('string'),
    'symbolIcon.snippetForeground': token('text-2'),
    'symbolIcon.referenceForeground': token('accent'),
    'symbolIcon.variableForeground': token('number'),
    'input.background': token('surface-0'),
    'input.foreground': token('text'),
    'input.border': token('line'),
    'inputOption.activeBackground': token('accent-soft'),
    'inputOption.activeForeground': token('text'),
    'inputOption.activeBorder': token('accent'),
    'list.hoverBackground': token('surface-1'),
    'menu.background': token('raised'),
    'menu.foreground': token('text'),
    'menu.selectionBackground': token('selection'),
    'menu.selectionForeground': token('text'),
    'menu.separatorBackground': token('line'),
    'menu.border': token('line'),
    'scrollbarSlider.background': `${token('text-3')}40`,
    'scrollbarSlider.hoverBackground': `${token('text-3')}66`,
    'scrollbarSlider.activeBackground': `${token('text-3')}80`,
    'scrollbar.shadow': clear,
    'widget.shadow': '#00000033',
    'diffEditor.insertedTextBackground': `${token('ok')}33`,
    'diffEditor.removedTextBackground': `${token('fail')}2e`,
    'diffEditor.insertedLineBackground': `${token('ok')}1a`,
    'diffEditor.removedLineBackground': `${token('fail')}1a`,
    'diffEditor.border': token('line'),
    'diffEditor.diagonalFill': token('line'),
  };
}

/** Shows a theme in every editor: Monaco knows only one at a time. */
export function applyTheme(theme: EditorTheme): void {
  monaco.editor.setTheme(editorTheme(theme));
}
