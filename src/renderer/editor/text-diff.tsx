import { useEffect, useRef } from 'react';
import { BASE_OPTIONS } from './editor-options';
import { registerLanguages } from './languages';
import { createTextModel } from './model-registry';
import { monaco } from './monaco';
import { SQL_LANGUAGE } from './sql-grammar';
import { applyTheme, type EditorTheme, editorTheme } from './themes';
import './editor.css';

export interface TextDiffProps {
  original: string;
  modified: string;
  /** What stands over the left and the right side. */
  labels: readonly [string, string];
  theme: EditorTheme;
  language?: string;
}

/** Two versions of a text side by side, to be read. */
export function TextDiff({ original, modified, labels, theme, language = SQL_LANGUAGE }: TextDiffProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneDiffEditor | null>(null);
  const [left, right] = labels;
  const firstTheme = useRef(theme);

  useEffect(() => {
    if (!host.current) return;
    registerLanguages();
    const created = monaco.editor.createDiffEditor(host.current, {
      ...BASE_OPTIONS,
      theme: editorTheme(firstTheme.current),
      readOnly: true,
      originalEditable: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: false,
      renderGutterMenu: false,
      renderOverviewRuler: false,
      originalAriaLabel: left,
      modifiedAriaLabel: right,
    });
    editor.current = created;
    return () => {
      editor.current = null;
      created.dispose();
    };
  }, [left, right]);

  useEffect(() => {
    const models = {
      original: createTextModel(original, language),
      modified: createTextModel(modified, language),
    };
    const shown = editor.current;
    shown?.setModel(models);
    // Both may be long and alike at their beginning.
    const compared = shown?.onDidUpdateDiff(() => {
      compared?.dispose();
      shown.revealFirstDiff();
    });
    return () => {
      compared?.dispose();
      if (editor.current === shown) shown?.setModel(null);
      models.original.dispose();
      models.modified.dispose();
    };
  }, [original, modified, language]);

  useEffect(() => applyTheme(theme), [theme]);

  return (
    <div className="text-diff">
      <header>
        <span>{left}</span>
        <span>{right}</span>
      </header>
      <div className="panes">
        <div ref={host} className="text-editor monaco-component" />
      </div>
    </div>
  );
}
