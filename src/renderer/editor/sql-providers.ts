import { provideCodeActions } from './code-actions';
import { provideCompletions } from './completions';
import { clientOf } from './model-registry';
import { monaco } from './monaco';
import { SQL_LANGUAGE } from './sql-grammar';
import { rangeOf } from './text-edits';

/** Connects Monaco to the language client of whichever worksheet asks. Called once. */
export function registerSqlProviders(): void {
  const { languages } = monaco;
  languages.registerCompletionItemProvider(SQL_LANGUAGE, {
    triggerCharacters: ['.', "'", '/', ' ', '$'],
    provideCompletionItems: quietly(provideCompletions),
  });
  languages.registerHoverProvider(SQL_LANGUAGE, { provideHover: quietly(provideHover) });
  languages.registerSignatureHelpProvider(SQL_LANGUAGE, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    provideSignatureHelp: quietly(provideSignatureHelp),
  });
  languages.registerCodeActionProvider(
    SQL_LANGUAGE,
    { provideCodeActions: quietly(provideCodeActions) },
    { providedCodeActionKinds: ['quickfix', 'refactor.inline'] },
  );
}

/** Nobody asked for these answers by hand: while the backend is away there are none, and the status bar tells of it. */
function quietly<A extends unknown[], T>(provide: (...args: A) => Promise<T>): (...args: A) => Promise<T | null> {
  return async (...args) => {
    try {
      return await provide(...args);
    } catch {
      return null;
    }
  };
}

async function provideHover(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  token: monaco.CancellationToken,
): Promise<monaco.languages.Hover | null> {
  const info = await clientOf(model)?.hover(model.getValue(), model.getOffsetAt(position));
  if (!info || token.isCancellationRequested) return null;
  return { range: rangeOf(model, info.start, info.end), contents: [{ value: info.contents, isTrusted: false }] };
}

async function provideSignatureHelp(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  token: monaco.CancellationToken,
): Promise<monaco.languages.SignatureHelpResult | null> {
  const info = await clientOf(model)?.signature(model.getValue(), model.getOffsetAt(position));
  if (!info || token.isCancellationRequested) return null;
  const signatures = info.signatures.map(({ documentation, ...signature }) => ({
    ...signature,
    ...(documentation === undefined ? {} : { documentation: { value: documentation } }),
  }));
  const { activeSignature, activeParameter } = info;
  return { value: { signatures, activeSignature, activeParameter }, dispose: () => undefined };
}
