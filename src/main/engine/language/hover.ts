import type { FunctionInfo, HoverInfo } from '../../../shared/language';
import { signatureLabel } from './function-list';
import { type NameAt, nameAt } from './name-at';
import { relationName, sameName } from './names';
import type { NamedColumn } from './ports';
import { columnsOf, type NameSpace } from './relations';
import type { FromItem } from './statement-model';
import { structFields } from './struct-fields';

const MOST_COLUMNS = 40;
const MOST_SIGNATURES = 6;

/** What is known of the name at the offset, as Markdown: a column's type, a relation's columns, a function's page. */
export async function hoverText(space: NameSpace, offset: number): Promise<HoverInfo | null> {
  const at = nameAt(space.text, offset);
  if (!at) return null;
  const contents =
    (await relationHover(at, space)) ??
    (at.called ? functionHover(at, space) : await columnHover(at, space)) ??
    functionHover(at, space);
  return contents === undefined ? null : { start: at.token.start, end: at.token.end, contents };
}

/** Where the cursor stands on a FROM item or its alias. */
async function relationHover(at: NameAt, space: NameSpace): Promise<string | undefined> {
  const { token, scope } = at;
  const target = scope.select?.target;
  const item = [...scope.levels.flat(), ...(target ? [target] : [])].find((entry) => isNamedBy(entry, at));
  const qualifier =
    at.path.length === 1 && token.kind !== 'string'
      ? scope.levels.flat().find((entry) => sameName(relationName(entry) ?? '', at.path[0] ?? ''))
      : undefined;
  const found = item ?? (isQualifier(at, space) ? qualifier : undefined);
  if (!found) return undefined;
  const columns = await columnsOf(found, scope.commonTables, space);
  return columns && relationMarkdown(sourceTitle(found, space), columns);
}

function isNamedBy(item: FromItem, at: NameAt): boolean {
  if (item.alias === at.token || item.alias?.start === at.token.start) return true;
  const { source } = item;
  if (source.kind === 'file') return source.token.start === at.token.start;
  return (
    (source.kind === 'name' || (source.kind === 'call' && !at.called)) && source.parts.at(-1)?.start === at.token.start
  );
}

function isQualifier(at: NameAt, space: NameSpace): boolean {
  return space.text[at.token.end] === '.';
}

function sourceTitle(item: FromItem, space: NameSpace): string {
  if (item.source.kind === 'query') return relationName(item) ?? 'subquery';
  const end =
    item.source.kind === 'call'
      ? item.source.end
      : item.source.kind === 'name'
        ? (item.source.parts.at(-1)?.end ?? item.end)
        : item.source.kind === 'file'
          ? item.source.token.end
          : item.end;
  const text = space.text.slice(item.source.kind === 'file' ? item.source.token.start : item.start, end).trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function relationMarkdown(title: string, columns: NamedColumn[]): string {
  const shown = columns.slice(0, MOST_COLUMNS);
  const width = Math.min(32, Math.max(...shown.map((column) => column.name.length)));
  const lines = shown.map((column) => `${column.name.padEnd(width)}  ${column.type}`.trimEnd());
  if (columns.length > shown.length) lines.push(`… ${columns.length - shown.length} more`);
  return `${fenced(title, 'millrace-sql')}\n${columns.length} columns\n\n${fenced(lines.join('\n'), 'text')}`;
}

function fenced(text: string, language: string): string {
  return `\`\`\`${language}\n${text.replaceAll('```', "'''")}\n\`\`\`\n`;
}

async function columnHover(at: NameAt, space: NameSpace): Promise<string | undefined> {
  if (at.token.kind === 'string') return undefined;
  for (const item of at.scope.levels.flat()) {
    const columns = await columnsOf(item, at.scope.commonTables, space);
    if (!columns) continue;
    const name = relationName(item);
    const qualified = at.path.length > 1 && sameName(name ?? '', at.path[0] ?? '');
    const column = (qualified && find(columns, at.path.slice(1))) || find(columns, at.path);
    if (!column) continue;
    const spelled = column.type === '' ? 'type not known before it runs' : column.type;
    return `${fenced(`${column.name} ${spelled}`, 'millrace-sql')}\ncolumn of ${name === undefined ? 'a subquery' : `\`${name}\``}`;
  }
  return undefined;
}

function find(columns: NamedColumn[], path: readonly string[]): NamedColumn | undefined {
  const [first = '', ...rest] = path;
  const column = columns.find((entry) => sameName(entry.name, first));
  if (!column || rest.length === 0) return column;
  const fields = structFields(column.type);
  return fields && find(fields, rest);
}

function functionHover(at: NameAt, space: NameSpace): string | undefined {
  if (!at.called || at.path.length > 1) return undefined;
  const entries = findFunctions(space, at.path[0] ?? '');
  return entries.length === 0 ? undefined : entries.map(functionMarkdown).join('\n---\n');
}

/** The functions of a name: it may be a scalar and an aggregate, or a scalar and a table function. */
export function findFunctions(space: NameSpace, name: string): FunctionInfo[] {
  return space.catalog.functions.filter((entry) => sameName(entry.name, name));
}

/** A function's page: signatures, what it does, an example. */
function functionMarkdown(entry: FunctionInfo): string {
  const shown = entry.signatures
    .slice(0, MOST_SIGNATURES)
    .map((signature) => signatureLabel(entry.name, signature).label);
  if (entry.signatures.length > shown.length) shown.push(`… ${entry.signatures.length - shown.length} more`);
  const description = entry.signatures.find((signature) => signature.description)?.description;
  const example = entry.signatures.flatMap((signature) => signature.examples)[0];
  const alias = entry.aliasOf && !sameName(entry.aliasOf, entry.name) ? `The same as \`${entry.aliasOf}\`.` : undefined;
  const kind = `${entry.kind} function`;
  const parts = [
    fenced(shown.join('\n'), 'text'),
    description ?? undefined,
    alias,
    example === undefined ? undefined : fenced(example, 'millrace-sql'),
    kind,
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}
