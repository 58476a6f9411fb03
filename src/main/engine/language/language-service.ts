import type {
  CompletionList,
  Definition,
  Diagnostic,
  FunctionInfo,
  HoverInfo,
  SignatureInfo,
} from '../../../shared/language';
import type { ResultInfo } from '../../../shared/results';
import { checkText } from './check';
import { completeText } from './complete';
import { definitionOf } from './definition';
import { expandStarAt } from './expand-star';
import { hoverText } from './hover';
import { LanguageCatalog } from './language-catalog';
import { parseText } from './parse-statement';
import type { FileCatalogLike, LanguageEngine, NamedColumn } from './ports';
import { ProjectFiles } from './project-files';
import type { NameSpace } from './relations';
import { Shadow } from './shadow';
import { createdColumns, shadowContent, shadowText } from './shadow-text';
import { signatureHelp } from './signature';
import type { StatementModel } from './statement-model';

/** Where a text is edited; the worksheet's session makes its results `_1`, `_2`… known. */
export interface LanguageContext {
  session?: string;
}

/**
 * Understands SQL as it is typed: completion, errors, hover, signatures, definitions, formatting. Nothing is run, and
 * nothing outside of the project is opened: statements are bound in a shadow engine that has no way out.
 */
export class LanguageService {
  readonly #engine: LanguageEngine;
  readonly #catalog: LanguageCatalog;
  readonly #files: ProjectFiles;
  #shadow: Promise<Shadow> | undefined;

  constructor(options: { engine: LanguageEngine; files: FileCatalogLike; projectFolder: string }) {
    this.#engine = options.engine;
    this.#catalog = new LanguageCatalog(options.engine, options.files);
    this.#files = new ProjectFiles(options);
  }

  /** Proposals at the offset, the best first. */
  async complete(text: string, offset: number, context: LanguageContext = {}): Promise<CompletionList> {
    const space = await this.#space(text, offset, context);
    return completeText(space, offset, (before) => this.#keywords(space, before));
  }

  /** Errors of every statement, at most one each, without running any. */
  async check(text: string, context: LanguageContext = {}): Promise<Diagnostic[]> {
    return checkText(text, await this.#space(text, 0, context), await this.#open());
  }

  async hover(text: string, offset: number, context: LanguageContext = {}): Promise<HoverInfo | null> {
    return hoverText(await this.#space(text, offset, context), offset);
  }

  async signature(text: string, offset: number): Promise<SignatureInfo | null> {
    return signatureHelp(await this.#space(text, offset, {}), offset);
  }

  async definition(text: string, offset: number, context: LanguageContext = {}): Promise<Definition | null> {
    return definitionOf(await this.#space(text, offset, context), offset);
  }

  /** The `*` at or nearest to the offset as a list of columns, or null where they are not known. */
  async expandStar(
    text: string,
    offset: number,
    context: LanguageContext = {},
  ): Promise<{ start: number; end: number; text: string } | null> {
    return expandStarAt(await this.#space(text, offset, context), offset);
  }

  /** @throws MillraceError UNSUPPORTED where the text could not be laid out without changing it. */
  async format(text: string): Promise<string> {
    // The formatter's dialects are made when it is loaded: not at every start of the backend.
    const { formatSql } = await import('./format');
    return formatSql(text);
  }

  /** Every function of the engine with its signatures, for the reference. */
  async functions(): Promise<FunctionInfo[]> {
    return (await this.#catalog.snapshot()).functions;
  }

  /** Forgets what it knows of catalog and files; to be called when either changed. */
  invalidate(): void {
    this.#catalog.invalidate();
    this.#files.invalidate();
    const shadow = this.#shadow;
    this.#shadow = undefined;
    void shadow?.then((opened) => opened.close());
  }

  async close(): Promise<void> {
    const shadow = await this.#shadow;
    this.#shadow = undefined;
    shadow?.close();
  }

  #open(): Promise<Shadow> {
    this.#shadow ??= Shadow.open();
    return this.#shadow;
  }

  async #space(text: string, offset: number, context: LanguageContext): Promise<NameSpace> {
    const catalog = await this.#catalog.snapshot();
    const before = parseText(text).filter((model) => model.end < offset);
    const results = this.#results(context);
    const space: NameSpace = {
      text,
      catalog,
      files: this.#files,
      results,
      created: before.flatMap((model) => (model.creates ? [model.creates] : [])).reverse(),
      earlier: sessionCreations(results),
      describe: (query) => this.#describe(query, space),
    };
    return space;
  }

  #results(context: LanguageContext): ResultInfo[] {
    if (context.session === undefined || !this.#engine.session) return [];
    try {
      return this.#engine.session(context.session).list();
    } catch {
      return []; // a worksheet that has not run anything has no session yet
    }
  }

  /** The columns of a query in the shadow; its own names are resolved first, so that it asks for nothing unknown. */
  async #describe(query: string, space: NameSpace): Promise<NamedColumn[] | undefined> {
    const [model] = parseText(query);
    if (!model) return undefined;
    const inner: NameSpace = { ...space, text: query };
    const ready = await shadowText(model as StatementModel, inner, { next: 0 });
    if (ready.blind) return undefined;
    const made = await createdColumns({ ...space, describe: async () => undefined });
    const shadow = await this.#open();
    return shadow.use(shadowContent(space, [ready], made), (connection) => connection.describe(ready.sql));
  }

  async #keywords(space: NameSpace, before: string): Promise<string[]> {
    const shadow = await this.#open();
    return shadow.use(shadowContent(space, []), (connection) => connection.keywords(before));
  }
}

/** What the worksheet created in earlier runs: its temporary tables are on its own connection and in no catalog here. */
function sessionCreations(results: readonly ResultInfo[]): NameSpace['earlier'] {
  const made = results.filter((result) => result.kind !== 'rows' && /^\s*(?:--.*\n\s*)*create\b/i.test(result.sql));
  return made
    .flatMap((result) => parseText(result.sql).map((model) => ({ creation: model.creates, text: result.sql })))
    .flatMap(({ creation, text }) => (creation ? [{ creation, text }] : []))
    .reverse();
}
