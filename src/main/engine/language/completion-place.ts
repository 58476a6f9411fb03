import { JOIN_WORDS } from './keywords';
import { nameText } from './names';
import { modelAt, type Scope, scopeAt } from './scope';
import type { StatementModel } from './statement-model';
import { isName, isSymbol, isWord, type Token, tokenize } from './tokens';

/** What is being written at the cursor. */
export interface Place {
  text: string;
  offset: number;
  model: StatementModel | undefined;
  scope: Scope;
  /** The range that an accepted proposal replaces, and its part before the cursor. */
  start: number;
  end: number;
  prefix: string;
  /** The names before the last dot: `o.shipping.` gives `['o', 'shipping']`. */
  qualifiers: string[];
  /** Tokens of the statement that end before the word at the cursor and its qualifiers. */
  before: Token[];
  kind:
    | 'nothing'
    | 'path'
    | 'relation'
    | 'after-relation'
    | 'expression'
    | 'statement'
    | 'using'
    | 'parameter'
    | 'other';
}

const RELATION_WORDS = ['from', 'into', 'table', 'describe', 'summarize', 'update', 'pivot', 'unpivot', 'copy', 'view'];
const EMPTY: Scope = { select: undefined, clause: 'start', levels: [], commonTables: [] };

/** Tells what is being written at the offset. Never throws. */
export function placeAt(text: string, offset: number): Place {
  const model = modelAt(text, offset);
  const place: Place = {
    text,
    offset,
    model,
    scope: model ? scopeAt(model, offset) : EMPTY,
    start: offset,
    end: offset,
    prefix: '',
    qualifiers: [],
    before: [],
    kind: 'statement',
  };
  if (!model) return place;
  const tokens = shifted(text, model);
  const touching = tokens.find(
    (token) => token.start < offset && (offset < token.end || (offset === token.end && !isFinished(token))),
  );
  const last = tokens.at(-1);
  const behindComment = last?.text.startsWith('--') && last.end <= offset && !/\n/.test(text.slice(last.start, offset));
  if (touching?.kind === 'comment' || behindComment) return { ...place, kind: 'nothing' };
  const code = tokens.filter((token) => token.kind !== 'comment');
  if (touching?.kind === 'string') return stringPlace(place, touching, code);
  if (touching?.kind === 'number') return { ...place, kind: 'nothing' };
  readWord(place, touching, code);
  place.kind = touching?.kind === 'parameter' || isSymbol(touching, '$') ? 'parameter' : kindOf(place);
  return place;
}

function shifted(text: string, model: StatementModel): Token[] {
  return tokenize(text.slice(model.start, model.end), { comments: true }).map((token) => ({
    ...token,
    start: token.start + model.start,
    end: token.end + model.start,
  }));
}

/** Whether a cursor right behind the token is no longer in it. */
function isFinished(token: Token): boolean {
  if (token.kind === 'comment')
    return token.text.startsWith('/*') ? token.text.endsWith('*/') : token.text.endsWith('\n');
  if (token.kind === 'symbol') return token.text !== '$';
  return (token.kind === 'string' || token.kind === 'name') && !token.open;
}

function stringPlace(place: Place, token: Token, code: Token[]): Place {
  const before = code.filter((other) => other.end <= token.start);
  const last = before.at(-1);
  const opens = token.text.indexOf("'") + 1;
  const start = token.start + opens;
  if (opens === 0 || place.offset < start || !namesFile(before, place, last)) return { ...place, kind: 'nothing' };
  const rest = place.text.slice(place.offset, token.open ? place.offset : token.end - 1);
  const end = rest.includes('\n') ? place.offset : place.offset + rest.length;
  return { ...place, kind: 'path', start, end, prefix: place.text.slice(start, place.offset), before };
}

function namesFile(before: Token[], place: Place, last: Token | undefined): boolean {
  if (isWord(last, ...RELATION_WORDS, 'join')) return true;
  if (isSymbol(last, ',') && place.scope.clause === 'from' && !insideBrackets(before)) return true;
  if (isWord(last, 'attach')) return true;
  const opening = isSymbol(last, '[') ? before.at(-2) : last;
  const caller = isSymbol(last, '[') ? before.at(-3) : before.at(-2);
  return isSymbol(opening, '(') && isName(caller) && /^(?:read_|parquet_|sniff_|glob)/.test(caller.value);
}

function insideBrackets(tokens: Token[]): boolean {
  let depth = 0;
  for (const token of tokens) depth += isSymbol(token, '(') ? 1 : isSymbol(token, ')') ? -1 : 0;
  return depth > 0;
}

function readWord(place: Place, touching: Token | undefined, code: Token[]): void {
  let before = code.filter((token) => token.end <= place.offset && token !== touching);
  if (touching && (touching.kind === 'parameter' || isSymbol(touching, '$') || isName(touching))) {
    place.start = touching.start;
    place.end = touching.end;
    place.prefix = place.text.slice(touching.start, place.offset);
    before = code.filter((token) => token.end <= touching.start);
  }
  let at = before.length;
  while (isSymbol(before[at - 1], '.') && isName(before[at - 2])) {
    place.qualifiers.unshift(nameText(before[at - 2] as Token));
    at -= 2;
  }
  place.before = before.slice(0, at);
}

function kindOf(place: Place): Place['kind'] {
  const last = place.before.at(-1);
  const { clause } = place.scope;
  if (!last) return 'statement';
  if (isWord(last, ...RELATION_WORDS))
    return isWord(last, 'from') && isWord(place.before.at(-2), 'distinct') && isWord(place.before.at(-3), 'is', 'not')
      ? 'expression'
      : 'relation';
  if (last.kind === 'word' && JOIN_WORDS.has(last.value) && clause === 'from')
    return isWord(last, 'join') || isWord(last, 'lateral') ? 'relation' : 'other';
  if (clause === 'from' || clause === 'table') return fromKind(place, last);
  if (clause === 'using') return isSymbol(last, '(') || isSymbol(last, ',') ? 'using' : 'other';
  if (isWord(last, 'as') || (isWord(last, 'with', 'recursive') && place.scope.clause === 'start')) return 'nothing';
  if (clause === 'start') return 'other';
  return 'expression';
}

function fromKind(place: Place, last: Token): Place['kind'] {
  if (isSymbol(last, ',')) return isInCall(place) ? 'expression' : 'relation';
  if (isSymbol(last, '(')) {
    const caller = place.before.at(-2);
    if (isWord(caller, 'using')) return 'using';
    return isName(caller) && !isWord(caller, 'from', 'join', 'lateral', 'in', 'exists') ? 'expression' : 'relation';
  }
  if (isWord(last, 'as')) return 'nothing';
  return isInCall(place) ? 'expression' : 'after-relation';
}

function isInCall(place: Place): boolean {
  return (
    place.scope.levels[0]?.some((item) => {
      const { source } = item;
      return source.kind === 'call' && source.argumentsStart <= place.offset && place.offset < source.end;
    }) ?? false
  );
}
