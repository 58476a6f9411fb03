import { useEffect, useImperativeHandle, useRef } from 'react';
import { showRunErrors, watchDiagnostics } from './diagnostics';
import { settingOptions } from './editor-options';
import { openEditorModel } from './model-registry';
import type { monaco } from './monaco';
import { mountSqlEditor } from './mount-sql-editor';
import { createSqlHandle } from './sql-editor-handle';
import type { SqlEditorProps } from './sql-editor-props';
import { SQL_LANGUAGE } from './sql-grammar';
import { applyTheme } from './themes';
import './editor.css';

export type { SqlEditorHandle } from './sql-editor-props';

/** A SQL editor that knows the project: completion, errors, hover, definitions, formatting. */
export function SqlEditor(props: SqlEditorProps) {
  const { modelKey, language, theme, options, markers, readOnly = false } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const mounted = mountSqlEditor(element, latest);
    editor.current = mounted.editor;
    return () => {
      editor.current = null;
      mounted.dispose();
    };
  }, []);

  useEffect(() => {
    const entry = openEditorModel(modelKey, latest.current.initialText, SQL_LANGUAGE);
    const shown = editor.current;
    shown?.setModel(entry.model);
    if (entry.viewState) shown?.restoreViewState(entry.viewState);
    return () => {
      entry.viewState = shown?.saveViewState() ?? entry.viewState;
    };
  }, [modelKey]);
  useEffect(() => {
    const { model } = openEditorModel(modelKey, latest.current.initialText, SQL_LANGUAGE);
    return watchDiagnostics(
      model,
      () => language,
      (found) => latest.current.onDiagnostics?.(found),
    );
  }, [modelKey, language]);

  useEffect(() => {
    openEditorModel(modelKey, latest.current.initialText, SQL_LANGUAGE).client = language;
  }, [modelKey, language]);

  useEffect(() => applyTheme(theme), [theme]);
  const { ligatures, wordWrap } = options;
  useEffect(
    () => editor.current?.updateOptions({ ...settingOptions({ ligatures, wordWrap }), readOnly }),
    [ligatures, wordWrap, readOnly],
  );

  useEffect(() => {
    const { model } = openEditorModel(modelKey, latest.current.initialText, SQL_LANGUAGE);
    showRunErrors(model, markers ?? []);
  }, [modelKey, markers]);

  useImperativeHandle(props.ref, () => createSqlHandle(() => editor.current, latest), []);

  // The context menu hangs in this element: Monaco gives its colours only to what has its class.
  return <div ref={host} className="text-editor monaco-component" />;
}
