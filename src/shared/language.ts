import type { ErrorShape } from './errors';

/** Offsets are UTF-16 units into the whole text of the worksheet. */
export interface CompletionItem {
  label: string;
  insert: string;
  kind:
    | 'keyword'
    | 'table'
    | 'view'
    | 'column'
    | 'function'
    | 'file'
    | 'schema'
    | 'database'
    | 'join'
    | 'snippet'
    | 'parameter';
  detail?: string;
  documentation?: string;
  /** Lower sorts first. */
  rank: number;
}

export interface CompletionList {
  /** The range that an accepted item replaces. */
  start: number;
  end: number;
  items: CompletionItem[];
}

export interface Diagnostic {
  start: number;
  end: number;
  severity: 'error' | 'warning';
  error: ErrorShape;
  /** Names close to the one that was not found. */
  candidates?: string[];
}

export interface HoverInfo {
  start: number;
  end: number;
  /** Markdown. */
  contents: string;
}

export interface SignatureInfo {
  signatures: { label: string; documentation?: string; parameters: { label: string }[] }[];
  activeSignature: number;
  activeParameter: number;
}

/** Where a name comes from: a file of the project, a place in the same text, or an entry of the catalog tree. */
export type Definition =
  | { kind: 'text'; start: number; end: number }
  | { kind: 'file'; path: string; part?: string }
  | { kind: 'table'; database: string; schema: string; name: string };

export interface FunctionInfo {
  name: string;
  kind: 'scalar' | 'aggregate' | 'table' | 'macro' | 'pragma' | 'window';
  signatures: {
    parameters: string[];
    types: string[];
    returns: string | null;
    description: string | null;
    examples: string[];
  }[];
  categories: string[];
  aliasOf: string | null;
}
