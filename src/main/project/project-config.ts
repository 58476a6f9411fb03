import { type Document, isNode, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { z } from 'zod';
import { type ErrorPlace, MillraceError } from '../../shared/errors';
import type { FileOptions } from '../../shared/files';
import { type ConnectionEntries, parseConnections } from './connection-entries';

export const CONFIG_FILE = 'millrace.yaml';

const byteSize = z.string().regex(/^\d+(\.\d+)?\s*(%|[KMGT]i?B)$/i, 'must be a size such as 4GB, 512MiB or 60%');

const fileOptions = z
  .strictObject({
    delimiter: z.string().max(4),
    quote: z.string().max(1),
    escape: z.string().max(1),
    header: z.boolean(),
    skip: z.int().min(0),
    encoding: z.string(),
    decimal: z.enum([',', '.']),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']),
    dateFormat: z.string(),
    timestampFormat: z.string(),
    nullText: z.string(),
    shortRows: z.literal('null'),
    allText: z.boolean(),
    types: z.record(z.string(), z.string()),
    range: z.string(),
  })
  .partial() satisfies z.ZodType<{ [Key in keyof FileOptions]?: FileOptions[Key] | undefined }>;

const absentWhenNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

const configSchema = z.looseObject({
  name: absentWhenNull(z.string().trim().min(1).max(200)),
  engine: absentWhenNull(
    z
      .strictObject({ memory: byteSize, threads: z.int().min(1).max(1024), temporary: byteSize, results: byteSize })
      .partial(),
  ),
  files: absentWhenNull(z.record(z.string(), fileOptions)),
  folders: absentWhenNull(z.array(z.string().min(1))),
  lake: z.unknown().optional(),
  connections: absentWhenNull(z.record(z.string(), z.unknown())),
  environments: absentWhenNull(z.record(z.string(), z.unknown())),
});

/** What millrace.yaml says, with what it leaves out filled in. */
export interface ProjectConfig {
  name: string;
  /** Limits of the engine; sizes as `4GB`, `512MiB` or `60%`. */
  engine: { memory?: string; threads?: number; temporary?: string; results?: string };
  /** How files are read, by path. */
  files: Record<string, FileOptions>;
  /** Folders outside the project that the user added, as written. */
  folders: string[];
  lake: unknown;
  /** Entries that can be used, and why the others cannot. */
  connections: ConnectionEntries;
  environments: Record<string, unknown>;
}

/** A millrace.yaml that can be edited with its comments kept, and what it says. */
export interface ParsedConfig {
  document: Document;
  config: ProjectConfig;
}

/**
 * Reads the text of a millrace.yaml. `fallbackName` names a project whose file gives no name. Throws PROJECT_INVALID
 * with line and column for YAML that does not parse and for values that are not as they must be.
 */
export function parseConfig(text: string, fallbackName: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) throw syntaxError(broken, lines);
  const result = configSchema.safeParse(plainValue(document));
  if (!result.success) throw valueError(result.error, document, lines);
  const { name, engine, files, folders, lake, connections, environments } = result.data;
  return {
    document,
    config: {
      name: name ?? fallbackName,
      engine: withoutUndefined(engine ?? {}),
      files: Object.fromEntries(
        Object.entries(files ?? {}).map(([path, options]) => [path, withoutUndefined(options)]),
      ),
      folders: folders ?? [],
      lake,
      connections: parseConnections(connections ?? {}, (path) => placeOf(document, path, lines)),
      environments: environments ?? {},
    },
  };
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    // Too many aliases (a YAML bomb) and aliases to nothing.
    throw invalid(error instanceof Error ? error.message : String(error), { file: CONFIG_FILE });
  }
}

function syntaxError(error: YAMLError, lines: LineCounter): MillraceError {
  return invalid(error.message, place(lines, error.pos[0], error.pos[1]));
}

function valueError(error: z.ZodError, document: Document, lines: LineCounter): MillraceError {
  const issue = error.issues[0];
  const path = [...(issue?.path ?? [])];
  if (issue?.code === 'unrecognized_keys') path.push(issue.keys[0] ?? '');
  const name = path.map(String).join('.');
  const message = issue?.code === 'unrecognized_keys' ? 'is not known here' : (issue?.message ?? 'is not valid');
  return invalid(name === '' ? message : `${name}: ${message}`, placeOf(document, path, lines));
}

/** The place of a value, or of the nearest thing around it that the text holds. */
function placeOf(document: Document, path: PropertyKey[], lines: LineCounter): ErrorPlace {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return place(lines, node.range[0], node.range[1]);
  }
  return { file: CONFIG_FILE, line: 1, column: 1 };
}

function place(lines: LineCounter, start: number, end: number): ErrorPlace {
  const { line, col } = lines.linePos(start);
  return { file: CONFIG_FILE, line, column: col, offset: start, length: Math.max(end - start, 0) };
}

function invalid(message: string, at: ErrorPlace): MillraceError {
  const where = at.line === undefined ? CONFIG_FILE : `${CONFIG_FILE}, line ${at.line}, column ${at.column}`;
  return new MillraceError({
    code: 'PROJECT_INVALID',
    message: `${where}: ${message}`,
    hint: `Correct ${CONFIG_FILE}; nothing is written to it while it is not valid.`,
    at,
  });
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
