import { MillraceError } from '../../../../shared/errors';

/** One operator of a plan. Figures that only EXPLAIN ANALYZE measures are absent in a plain plan. */
export interface PlanNode {
  /** Its place in the tree, for keys and selection: `0`, `0.1`… */
  id: string;
  /** `HASH_JOIN` */
  operator: string;
  /** What it works on or by, in one line: the table, the join's condition, the groups. */
  subject: string;
  seconds?: number;
  /** This operator's part of all operators' time, from 0 to 1. */
  share?: number;
  rows?: number;
  /** Rows read before filters, of a scan. */
  scanned?: number;
  estimated?: number;
  /** How far the estimate was off: at least 1. Absent below 1,000 rows, where it changes nothing. */
  misjudged?: number;
  details: { name: string; values: string[] }[];
  children: PlanNode[];
}

export interface Plan {
  root: PlanNode;
  analyzed: boolean;
  /** Wall-clock time of the whole query. */
  seconds?: number;
  /** Time of all operators over all threads. */
  operatorSeconds: number;
  peakMemoryBytes?: number;
  temporaryBytes?: number;
}

/** From how far off an estimate is worth a warning. */
export const MISJUDGED = 10;
const FEW_ROWS = 1_000;

/**
 * Reads what DuckDB gives for EXPLAIN (FORMAT JSON) and EXPLAIN (ANALYZE, FORMAT JSON): a list of operators with `name`,
 * `children` and `extra_info`; measured ones have `operator_timing` (seconds over all threads) and `operator_cardinality`
 * below a head with the query's own figures. Throws `UNSUPPORTED` for anything else.
 */
export function readPlan(json: string): Plan {
  const read = parse(json);
  const head = Array.isArray(read) ? read[0] : read;
  if (!isRecord(head)) throw unreadable();
  const analyzed = 'latency' in head || 'operator_timing' in head || 'cpu_time' in head;
  const start = analyzed ? belowHead(head) : head;
  const root = readNode(start, '0');
  const all = planNodes(root);
  const operatorSeconds = all.reduce((sum, node) => sum + (node.seconds ?? 0), 0);
  for (const node of all) {
    if (node.seconds !== undefined && operatorSeconds > 0) node.share = node.seconds / operatorSeconds;
  }
  return {
    root,
    analyzed,
    operatorSeconds,
    ...optional('seconds', number(head.latency)),
    ...optional('peakMemoryBytes', number(head.system_peak_buffer_memory)),
    ...optional('temporaryBytes', number(head.system_peak_temp_dir_size)),
  };
}

/** All operators, parents before their children. */
export function planNodes(root: PlanNode): PlanNode[] {
  return [root, ...root.children.flatMap(planNodes)];
}

/** Below this share of the time an operator that only passes rows on says nothing about a plan. */
const SLIGHT = 0.02;

/**
 * The plan without projections that cost next to nothing: DuckDB puts them between all others to pack and rename columns.
 * Ids stay those of the whole plan.
 */
export function withoutSlightSteps(root: PlanNode): PlanNode {
  const children = root.children.map(withoutSlightSteps);
  const [only] = children;
  const slight = root.operator === 'PROJECTION' && (root.share ?? 0) < SLIGHT;
  return slight && only && children.length === 1 ? only : { ...root, children };
}

/** The plan as indented text, for reading and for copying. */
export function planText(plan: Plan): string {
  const line = (node: PlanNode, depth: number): string[] => {
    const figures = [
      node.seconds === undefined ? undefined : `${(node.seconds * 1000).toFixed(1)} ms`,
      node.rows === undefined ? undefined : `${node.rows} rows`,
      node.estimated === undefined ? undefined : `estimated ${node.estimated}`,
    ].filter((figure) => figure !== undefined);
    const indent = '  '.repeat(depth);
    const title = `${indent}${node.operator}${figures.length > 0 ? `  (${figures.join(', ')})` : ''}`;
    const details = node.details.map((detail) => `${indent}    ${detail.name}: ${detail.values.join(', ')}`);
    return [title, ...details, ...node.children.flatMap((child) => line(child, depth + 1))];
  };
  return line(plan.root, 0).join('\n');
}

type Raw = Record<string, unknown>;

function belowHead(head: Raw): Raw {
  let at = head;
  while (true) {
    const type = at.operator_type ?? at.operator_name;
    const [only, second] = children(at);
    if (type !== undefined && type !== 'EXPLAIN_ANALYZE') return at;
    if (!only || second) return at;
    at = only;
  }
}

function readNode(raw: Raw, id: string): PlanNode {
  const name = raw.operator_name ?? raw.name ?? raw.operator_type;
  const info = isRecord(raw.extra_info) ? raw.extra_info : {};
  const rows = number(raw.operator_cardinality);
  const estimated = number(info['Estimated Cardinality']);
  const scanned = number(raw.operator_rows_scanned);
  const details = Object.entries(info)
    .filter(([key]) => key !== 'Estimated Cardinality')
    .map(([key, value]) => ({ name: key, values: texts(value) }))
    .filter((detail) => detail.values.length > 0);
  return {
    id,
    operator: typeof name === 'string' ? name.trim() : 'OPERATOR',
    subject: subjectOf(details),
    details,
    children: children(raw).map((child, at) => readNode(child, `${id}.${at}`)),
    ...optional('seconds', number(raw.operator_timing)),
    ...optional('rows', rows),
    ...optional('scanned', scanned ? scanned : undefined),
    ...optional('estimated', estimated),
    ...optional('misjudged', misjudged(rows, estimated)),
  };
}

function misjudged(rows: number | undefined, estimated: number | undefined): number | undefined {
  if (rows === undefined || estimated === undefined || Math.max(rows, estimated) < FEW_ROWS) return undefined;
  const [low, high] = [Math.max(1, Math.min(rows, estimated)), Math.max(rows, estimated)];
  return high / low;
}

const SUBJECTS = [
  'Table',
  'Function',
  'Conditions',
  'Groups',
  'Order By',
  'Expression',
  'Filters',
  'Aggregates',
  'Top',
  'Projections',
];

function subjectOf(details: PlanNode['details']): string {
  for (const name of SUBJECTS) {
    const found = details.find((detail) => detail.name === name);
    if (found) return found.values.join(', ');
  }
  return details[0]?.values.join(', ') ?? '';
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String).filter((text) => text !== '');
  const text = value === null || value === undefined ? '' : String(value);
  return text.split('\n').filter((line) => line.trim() !== '');
}

function children(raw: Raw): Raw[] {
  return Array.isArray(raw.children) ? raw.children.filter(isRecord) : [];
}

function number(value: unknown): number | undefined {
  const read = typeof value === 'string' ? Number(value.replace(/^~/, '')) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V });
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new MillraceError({ ...unreadable().toShape(), cause: error });
  }
}

function unreadable(): MillraceError {
  return new MillraceError({
    code: 'UNSUPPORTED',
    message: 'This plan cannot be drawn: it is not in DuckDB’s JSON form.',
    hint: 'Run EXPLAIN (ANALYZE, FORMAT JSON) on the statement.',
  });
}
