import type { ErrorShape } from './errors';
import type { WriteMode } from './lake';

/**
 * What happens to what a table does not foresee: `evolve` makes room for it, `freeze` refuses the whole load,
 * `discard_value` leaves the value out, `discard_row` the row. What is left out is counted and kept in
 * `_millrace.quarantine`.
 */
export const CONTRACT_RULES = ['evolve', 'freeze', 'discard_value', 'discard_row'] as const;

export type ContractRule = (typeof CONTRACT_RULES)[number];

export const CONTRACT_PARTS = ['tables', 'columns', 'types'] as const;

/** One rule each for tables that are not there yet, for new columns, and for values of another type. */
export type Contract = Record<(typeof CONTRACT_PARTS)[number], ContractRule>;

export interface IngestRequest {
  /** A file, glob, folder, URL, `s3://…`, `CONNECTION:schema.table`, `CONNECTION:schema.*` or `CONNECTION:endpoint`. */
  source: string;
  /** `raw.orders`; a schema alone for a source of many tables, or where the source names the table. */
  into: string;
  /** Default: append; merge where the source says its key. */
  mode?: WriteMode;
  key?: string[];
  /** The column by which a later run asks for what is new. */
  cursor?: string;
  contract?: Partial<Contract>;
  /** Types set by hand, by column. */
  types?: Record<string, string>;
}

export interface IngestProgress {
  /** `raw.orders` */
  table: string;
  phase: 'reading' | 'writing' | 'done' | 'failed';
  records: number;
  bytes: number;
  pages?: number;
  note?: string;
}

/** What an ingest did to one table. */
export interface IngestReport {
  run: string;
  source: string;
  table: string;
  mode: WriteMode;
  created: boolean;
  rowsRead: number;
  /** Rows inserted or changed. */
  rowsWritten: number;
  rowsDiscarded: number;
  valuesDiscarded: number;
  /** Bytes that came from an API or MongoDB; of other sources the engine does not tell. */
  bytes: number;
  seconds: number;
  columnsAdded: string[];
  columnsWidened: string[];
  /** Undefined where nothing had to change. */
  snapshot?: number;
  /** Where the next run goes on. */
  cursor?: string;
  notes: string[];
}

/** One table that was not written; the others are. */
export interface IngestFailure {
  source: string;
  table: string;
  error: ErrorShape;
}

/** An ingest that a window started. */
export interface IngestJob extends IngestOutcome {
  id: string;
  request: IngestRequest;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  progress?: IngestProgress;
  /** Of the request as a whole. */
  error?: ErrorShape;
}

export interface IngestOutcome {
  tables: IngestReport[];
  failures: IngestFailure[];
}

/** What an ingest would do; nothing was read but what tells the columns. */
export interface IngestPlan {
  source: string;
  table: string;
  mode: WriteMode;
  exists: boolean;
  /** Empty where only reading tells them. */
  columns: { name: string; type: string; note?: string }[];
  /** SQL in the order in which it would run; `'records.ndjson'` stands for what an API gives. */
  statements: string[];
  /** The same as a step of a pipeline. */
  pipeline: string;
  notes: string[];
}

/** What flows while an ingest runs. */
export type IngestEvent =
  | { type: 'progress'; progress: IngestProgress }
  | { type: 'table'; report: IngestReport }
  | { type: 'failure'; failure: IngestFailure }
  | { type: 'plan'; plan: IngestPlan }
  | { type: 'error'; error: ErrorShape }
  | { type: 'end' };

export const DEFAULT_CONTRACT: Contract = { tables: 'evolve', columns: 'evolve', types: 'evolve' };

/**
 * Reads `evolve` (for all), or `columns=freeze,types=discard_row`; undefined where it is neither.
 */
export function parseContract(text: string): Partial<Contract> | undefined {
  const contract: Partial<Contract> = {};
  for (const part of text.split(',')) {
    const [left = '', right] = part.split('=').map((word) => word.trim());
    const rule = CONTRACT_RULES.find((one) => one === (right ?? left));
    if (!rule) return undefined;
    if (right === undefined) Object.assign(contract, { tables: rule, columns: rule, types: rule });
    else {
      const name = CONTRACT_PARTS.find((one) => one === left);
      if (!name) return undefined;
      contract[name] = rule;
    }
  }
  return contract;
}
