import type { CompletionItem, CompletionList } from '../../shared/language';
import { clientOf } from './model-registry';
import { monaco } from './monaco';
import { rangeOf } from './text-edits';

type Kind = CompletionItem['kind'];

const { CompletionItemKind } = monaco.languages;
const KINDS: Record<Kind, monaco.languages.CompletionItemKind> = {
  keyword: CompletionItemKind.Keyword,
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  column: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  file: CompletionItemKind.File,
  schema: CompletionItemKind.Module,
  database: CompletionItemKind.Folder,
  join: CompletionItemKind.Reference,
  snippet: CompletionItemKind.Snippet,
  parameter: CompletionItemKind.Variable,
};

/** A list this long was cut: more letters ask again. */
const CUT = 1000;
/** A space proposes only where a name or a join condition must follow. */
const SPACE_PROPOSES = /\b(?:on|from|join|into|update|using|summarize|describe)\s$/i;

/** Proposals for the cursor, from the worksheet's language client. */
export async function provideCompletions(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  context: monaco.languages.CompletionContext,
  token: monaco.CancellationToken,
): Promise<monaco.languages.CompletionList | null> {
  const text = model.getValue();
  const offset = model.getOffsetAt(position);
  if (context.triggerCharacter === ' ' && !SPACE_PROPOSES.test(text.slice(Math.max(0, offset - 16), offset)))
    return null;
  const list = await clientOf(model)?.complete(text, offset);
  if (!list || token.isCancellationRequested) return null;
  return {
    suggestions: list.items.map((item, index) => toSuggestion(model, item, index, list, offset)),
    incomplete: list.items.length >= CUT,
  };
}

function toSuggestion(
  model: monaco.editor.ITextModel,
  item: CompletionItem,
  index: number,
  list: CompletionList,
  offset: number,
): monaco.languages.CompletionItem {
  const isSnippet = item.kind === 'function' || item.kind === 'snippet';
  const quoted = model.getValueInRange(rangeOf(model, list.start, offset)).startsWith('"');
  const suggestion: monaco.languages.CompletionItem = {
    label:
      item.kind === 'function' || item.detail === undefined
        ? item.label
        : { label: item.label, description: item.detail },
    kind: KINDS[item.kind],
    insertText: item.insert,
    filterText: quoted ? `"${item.label}` : item.label,
    sortText: String(index).padStart(5, '0'),
    range: { insert: rangeOf(model, list.start, offset), replace: rangeOf(model, list.start, list.end) },
  };
  if (isSnippet) suggestion.insertTextRules = monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet;
  if (item.kind === 'function' && item.detail !== undefined) suggestion.detail = item.detail;
  if (item.documentation !== undefined) suggestion.documentation = { value: item.documentation };
  // A folder or a call goes on: what comes next is proposed at once.
  if (item.insert.endsWith('/')) suggestion.command = { id: 'editor.action.triggerSuggest', title: 'Go on' };
  else if (item.kind === 'function')
    suggestion.command = { id: 'editor.action.triggerParameterHints', title: 'Parameters' };
  return suggestion;
}
