import type { RefObject } from 'react';
import { useWorkbench } from '../../app/workbench/workbench-store';
import type { SqlEditorHandle } from '../../editor/sql-editor';

const handles = new Map<string, RefObject<SqlEditorHandle | null>>();

/** Makes a worksheet's editor reachable for commands; gives the function that ends it. */
export function registerEditor(key: string, handle: RefObject<SqlEditorHandle | null>): () => void {
  handles.set(key, handle);
  return () => {
    if (handles.get(key) === handle) handles.delete(key);
  };
}

export function editorOf(key: string | undefined): SqlEditorHandle | undefined {
  return (key === undefined ? undefined : handles.get(key)?.current) ?? undefined;
}

/** The editor of the tab that has the focus. */
export function activeEditor(): SqlEditorHandle | undefined {
  return editorOf(useWorkbench.getState().activeKey);
}

let disposal: ((key: string) => void) | undefined;

/** Says how the model of a closed worksheet is ended; known once the editor was loaded. */
export function setModelDisposal(dispose: (key: string) => void): void {
  disposal = dispose;
}

/** Ends the editor model of a closed worksheet, where it ever had one. */
export function disposeModel(key: string): void {
  disposal?.(key);
}
