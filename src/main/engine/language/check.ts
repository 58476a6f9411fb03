import type { ErrorCode } from '../../../shared/errors';
import type { Diagnostic } from '../../../shared/language';
import type { EngineErrorDetail } from './engine-error-detail';
import { findTables } from './language-catalog';
import { nameText, relationName, sameName, similarNames } from './names';
import { allFromItems, parseText } from './parse-statement';
import { columnsOf, type NameSpace } from './relations';
import { scopeAt } from './scope';
import type { Shadow, ShadowConnection } from './shadow';
import { type ShadowText, shadowContent, shadowText } from './shadow-text';
import type { StatementModel } from './statement-model';
import { isName, isSymbol, isWord, type Token } from './tokens';

/** Statements that are bound; every other one is only parsed. */
const BOUND = new Set(
  'select from with values insert update delete merge create alter drop pivot unpivot describe summarize table show'.split(
    ' ',
  ),
);
/** What the shadow's own narrowness causes, never the statement's fault. */
const OWN_LIMITS = new Set([
  'Permission',
  'IO',
  'HTTP',
  'Missing Extension',
  'Extension Autoloading',
  'Invalid Configuration',
  'Not implemented',
  'Parameter Not Resolved',
  'Parameter Not Allowed',
  'Out of Memory',
  'Interrupt',
  'INTERRUPT',
  'TransactionContext',
  'Dependency',
  'Unknown',
]);
const MOST_STATEMENTS = 200;

/** Checks every statement of the text in the shadow, in order, so that later ones see what earlier ones create. */
export async function checkText(text: string, space: NameSpace, shadow: Shadow): Promise<Diagnostic[]> {
  const models = parseText(text).slice(0, MOST_STATEMENTS);
  const standIns = { next: 0 };
  const ready: { model: StatementModel; shadowed: ShadowText; created: NameSpace['created'] }[] = [];
  const created: NameSpace['created'] = [];
  for (const model of models) {
    ready.push({ model, shadowed: await shadowText(model, { ...space, created }, standIns), created: [...created] });
    if (model.creates) created.unshift(model.creates);
  }
  const failures: Failure[] = [];
  // Made in runs before, perhaps changed since: a statement that names one is parsed only.
  const unsure = new Set(
    space.earlier.flatMap((entry) => entry.creation.name.map((name) => nameText(name).toLowerCase())),
  );
  const content = shadowContent(
    space,
    ready.map((entry) => entry.shadowed),
  );
  await shadow.use(content, async (connection) => {
    for (const { model, shadowed, created: before } of ready) {
      const failure = await bindStatement(model, shadowed, text, connection, unsure);
      if (failure) failures.push({ model, shadowed, failure, space: { ...space, created: before } });
    }
  });
  // Only now, as looking for candidates uses the shadow again.
  const diagnostics = await Promise.all(failures.map(toDiagnostic));
  return diagnostics.filter((diagnostic) => diagnostic !== undefined);
}

interface Failure {
  model: StatementModel;
  shadowed: ShadowText;
  failure: EngineErrorDetail | 'missing-file';
  space: NameSpace;
}

async function bindStatement(
  model: StatementModel,
  shadowed: ShadowText,
  text: string,
  connection: ShadowConnection,
  unsure: Set<string>,
): Promise<Failure['failure'] | undefined> {
  const unparsed = await connection.parse(text.slice(model.start, model.end));
  if (unparsed && isParseError(unparsed)) return unparsed;
  if (shadowed.missing.length > 0) return 'missing-file';
  noteUnsure(model, unsure);
  if (model.verb === 'use' && !(await connection.execute(shadowed.sql))) unsure.add('*');
  const blind = shadowed.blind || !BOUND.has(model.verb) || mentionsUnsure(model, unsure) || isUncheckable(model);
  const failure = blind ? undefined : await connection.bind(shadowed.sql);
  const applied = !failure && !blind && (await applyToShadow(model, shadowed.sql, connection));
  if (!applied && model.creates) for (const name of model.creates.name) unsure.add(nameText(name).toLowerCase());
  return failure;
}

async function toDiagnostic({ model, shadowed, failure, space }: Failure): Promise<Diagnostic | undefined> {
  const missing = shadowed.missing[0];
  if (failure === 'missing-file') return missing && missingFile(missing, space);
  if (isParseError(failure)) return diagnose(model, failure, 'SQL_PARSE', space);
  if (await isOwnLimit(failure, space)) return undefined;
  const message = withoutStandIns(failure.message, space.text.slice(model.start, model.end));
  return diagnose(model, { ...failure, message }, 'SQL_BIND', space);
}

function isParseError(failure: EngineErrorDetail): boolean {
  return failure.type === 'Parser' || failure.type === 'Syntax';
}

/** Statements that bring in names from elsewhere: what they name is not judged in the rest of the text. */
function noteUnsure(model: StatementModel, unsure: Set<string>): void {
  if (model.verb === 'import' || model.verb === 'load') unsure.add('*');
  if (model.verb !== 'attach') return;
  const as = model.tokens.findIndex((token) => isWord(token, 'as'));
  const name = model.tokens[as + 1];
  if (as >= 0 && isName(name)) unsure.add(nameText(name).toLowerCase());
  else unsure.add('*');
}

function mentionsUnsure(model: StatementModel, unsure: Set<string>): boolean {
  if (unsure.size === 0) return false;
  return unsure.has('*') || model.tokens.some((token) => isName(token) && unsure.has(nameText(token).toLowerCase()));
}

/** `ON CONFLICT` needs keys and triggers need their tables: the shadow's tables have neither. */
function isUncheckable(model: StatementModel): boolean {
  const [first, second, third] = model.tokens;
  if (isWord(first, 'insert') && isWord(second, 'or')) return true;
  if (isWord(first, 'create') && (isWord(second, 'secret', 'index', 'unique') || isWord(third, 'secret', 'index')))
    return true;
  return model.tokens.some((token, index) => isWord(token, 'conflict') && isWord(model.tokens[index - 1], 'on'));
}

/** Runs DDL in the shadow, so that the following statements see it; nothing is read and no row is made. */
async function applyToShadow(model: StatementModel, sql: string, connection: ShadowConnection): Promise<boolean> {
  if (model.verb === 'alter' || model.verb === 'drop') return connection.execute(sql);
  if (model.verb !== 'create' || !model.creates) return true;
  const { kind, query } = model.creates;
  if (kind === 'table' && query) return connection.execute(`${sql}\nwith no data`);
  if (kind === 'other' && query) return false; // a type made from a query would run it
  return connection.execute(sql);
}

async function isOwnLimit(failure: EngineErrorDetail, space: NameSpace): Promise<boolean> {
  if (OWN_LIMITS.has(failure.type)) return true;
  // "… exists in the … extension": the shadow loads none, and this error alone comes without a place.
  if (failure.type === 'Catalog' && failure.subtype === undefined && failure.offset === undefined) return true;
  const name = failure.name?.toLowerCase();
  if (failure.subtype !== 'MISSING_ENTRY' || name === undefined) return false;
  const entry = failure.entry ?? '';
  if (entry.includes('Function') || entry.includes('Macro')) return space.catalog.functionNames.has(name);
  if (entry.includes('Type')) return space.catalog.types.has(name);
  if (entry === 'Table' || entry === 'View') {
    // `_3` may be a result of a worksheet that is not known here; a dotted name may be a file without quotes.
    return (
      /^_\d*$/.test(name) ||
      findTables(space.catalog, [name]).length > 0 ||
      (await space.files.columns(failure.name ?? '')) !== 'missing'
    );
  }
  return !['Schema', 'Column'].includes(entry);
}

function withoutStandIns(message: string, written: string): string {
  return /\b_f\d+\b/.test(message) && !/\b_f\d+\b/.test(written)
    ? (message.split('\n')[0]?.replace(/"?_f\d+"?/g, 'the file') ?? message)
    : message;
}

async function missingFile(token: Token, space: NameSpace): Promise<Diagnostic> {
  const paths = (await space.files.datasets()).map((reference) => reference.path);
  const candidates = similarNames(token.value, paths);
  const error = {
    code: 'FILE_NOT_FOUND' as const,
    message: `There is no file or folder "${token.value}" in the project.`,
    hint: candidates[0]
      ? `Did you mean "${candidates[0]}"?`
      : 'Look for it in the Explore tree; its menu copies its name.',
  };
  return {
    start: token.start,
    end: token.end,
    severity: 'error',
    error,
    ...(candidates.length > 0 ? { candidates: candidates.map((path) => `'${path.replaceAll("'", "''")}'`) } : {}),
  };
}

async function diagnose(
  model: StatementModel,
  failure: EngineErrorDetail,
  code: ErrorCode,
  space: NameSpace,
): Promise<Diagnostic> {
  const place = placeOf(model, failure);
  const candidates = code === 'SQL_BIND' ? await candidatesFor(model, failure, place, space) : [];
  const [message = failure.message, ...rest] = failure.message.split('\n').filter((line) => line.trim() !== '');
  const advice = rest.filter((line) => !/^(?:Did you mean|Candidate)/.test(line)).join(' ');
  const hint = candidates[0] ? `Did you mean "${candidates[0]}"?` : advice;
  return {
    start: place.start,
    end: place.end,
    severity: 'error',
    error: { code, message, ...(hint ? { hint } : {}), at: { offset: place.start, length: place.end - place.start } },
    ...(candidates.length > 0 ? { candidates } : {}),
  };
}

/** The last part of the name at the error's position, as that is what a correction replaces. */
function placeOf(model: StatementModel, failure: EngineErrorDetail): { start: number; end: number } {
  const wanted = failure.name ?? quotedIn(failure.message);
  if (failure.offset === undefined) {
    const named =
      wanted === undefined ? [] : model.tokens.filter((token) => isName(token) && sameName(nameText(token), wanted));
    const [only] = named;
    if (only && named.length === 1) return { start: only.start, end: only.end };
    const first = model.tokens[0];
    return { start: first?.start ?? model.start, end: model.tokens.at(-1)?.end ?? model.end };
  }
  const at = model.start + failure.offset;
  const index = model.tokens.findIndex((token) => token.end > at);
  const last = model.tokens.at(-1);
  if (index < 0) return { start: Math.max(model.start, (last?.end ?? model.end) - 1), end: model.end };
  let end = index;
  while (isSymbol(model.tokens[end + 1], '.') && isName(model.tokens[end + 2])) end += 2;
  const chain = model.tokens.slice(index, end + 1).filter(isName);
  const part =
    (wanted && chain.find((token) => sameName(nameText(token), wanted))) || chain.at(-1) || model.tokens[index];
  return { start: part?.start ?? at, end: part?.end ?? at + 1 };
}

function quotedIn(message: string): string | undefined {
  return /column named "([^"]+)"|key "([^"]+)"/
    .exec(message)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** Names near the wrong one: columns in scope, or tables, functions and types of the live catalog. */
async function candidatesFor(
  model: StatementModel,
  failure: EngineErrorDetail,
  place: { start: number; end: number },
  space: NameSpace,
): Promise<string[]> {
  const written = space.text.slice(place.start, place.end).replace(/^"|"$/g, '');
  const entry = failure.entry ?? '';
  if (entry.includes('Function')) return similarNames(written, space.catalog.functionNames);
  if (entry === 'Table') return tableCandidates(model, written, space);
  if (entry.includes('Type') || failure.type !== 'Binder') return failure.candidates;
  const scope = scopeAt(model, place.start);
  const index = model.tokens.findIndex((token) => token.start === place.start);
  const qualifier = isSymbol(model.tokens[index - 1], '.') ? model.tokens[index - 2] : undefined;
  const names: string[] = [];
  for (const item of scope.levels.flat()) {
    if (qualifier && isName(qualifier) && !sameName(relationName(item) ?? '', nameText(qualifier))) continue;
    names.push(...((await columnsOf(item, scope.commonTables, space)) ?? []).map((column) => column.name));
  }
  const near = similarNames(written, names);
  return near.length > 0 ? near : failure.candidates.filter((name) => names.some((known) => sameName(known, name)));
}

function tableCandidates(model: StatementModel, written: string, space: NameSpace): string[] {
  const common = model.query.commonTables.map((table) => nameText(table.name));
  const created = space.created.flatMap((entry) => entry.name.slice(-1).map(nameText));
  const schema = allFromItems(model.query).length > 0 ? space.catalog.tables.map((table) => table.name) : [];
  return similarNames(written, [...common, ...created, ...schema]);
}
