import { nameText } from './names';
import { modelAt, type Scope, scopeAt } from './scope';
import type { StatementModel } from './statement-model';
import { isName, isSymbol, type Token } from './tokens';

/** The dotted name under a cursor: `['o', 'shipping']` with the cursor on `shipping` of `o.shipping.kg`. */
export interface NameAt {
  model: StatementModel;
  scope: Scope;
  token: Token;
  /** The names up to and with the one under the cursor. */
  path: string[];
  /** An opening bracket follows, so it may be a function. */
  called: boolean;
}

/** The name or string at the offset, or undefined where there is neither. */
export function nameAt(text: string, offset: number): NameAt | undefined {
  const model = modelAt(text, offset);
  const index =
    model?.tokens.findIndex(
      (token) => token.start <= offset && offset <= token.end && (token.kind === 'string' || isName(token)),
    ) ?? -1;
  const token = model?.tokens[index];
  if (!model || !token) return undefined;
  const path = [nameText(token)];
  let at = index;
  while (token.kind !== 'string' && isSymbol(model.tokens[at - 1], '.') && isName(model.tokens[at - 2])) {
    path.unshift(nameText(model.tokens[at - 2] as Token));
    at -= 2;
  }
  return { model, scope: scopeAt(model, token.start), token, path, called: isSymbol(model.tokens[index + 1], '(') };
}
