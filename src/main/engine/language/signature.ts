import type { FunctionInfo, SignatureInfo } from '../../../shared/language';
import { signatureLabel } from './function-list';
import { findFunctions } from './hover';
import { nameText } from './names';
import type { NameSpace } from './relations';
import { modelAt } from './scope';
import { isName, isSymbol, isWord, type Token } from './tokens';

/** The signatures of the innermost call around the offset, with the parameter that is being written. */
export function signatureHelp(space: NameSpace, offset: number): SignatureInfo | null {
  const call = callAt(space.text, offset);
  if (!call) return null;
  const entries = findFunctions(space, call.name);
  const all = entries.flatMap((entry) => entry.signatures.map((signature) => ({ entry, signature })));
  if (all.length === 0) return null;
  const fitting = all.findIndex(({ signature }) => takes(signature, call.index + 1));
  const active = Math.max(0, fitting);
  const parameters = all[active]?.signature.parameters.length ?? 0;
  return {
    signatures: all.map(({ entry, signature }) => describeSignature(entry, signature)),
    activeSignature: active,
    activeParameter: Math.min(call.index, Math.max(0, parameters - 1)),
  };
}

function takes(signature: FunctionInfo['signatures'][number], count: number): boolean {
  return signature.parameters.length >= count || signature.parameters.at(-1) === '…';
}

function describeSignature(
  entry: FunctionInfo,
  signature: FunctionInfo['signatures'][number],
): SignatureInfo['signatures'][number] {
  const { label, parameters } = signatureLabel(entry.name, signature);
  const example = signature.examples[0];
  const documentation = [signature.description, example === undefined ? undefined : `\`${example}\``]
    .filter((part) => part)
    .join('\n\n');
  const described = { label, parameters: parameters.map((parameter) => ({ label: parameter })) };
  return documentation === '' ? described : { ...described, documentation };
}

/** The call whose brackets hold the offset, and which of its arguments that is, from 0. */
function callAt(text: string, offset: number): { name: string; index: number } | undefined {
  const tokens = modelAt(text, offset)?.tokens.filter((token) => token.start < offset) ?? [];
  let depth = 0;
  let index = 0;
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const token = tokens[at] as Token;
    if (token.end > offset && token.kind === 'string') continue;
    if (isSymbol(token, ')') || isSymbol(token, ']') || isSymbol(token, '}')) depth += 1;
    else if (isSymbol(token, '(') || isSymbol(token, '[') || isSymbol(token, '{')) {
      if (depth === 0) {
        const name = tokens[at - 1];
        if (isSymbol(token, '('))
          return isName(name) && !isWord(name, 'in', 'as', 'over', 'using', 'values')
            ? { name: nameText(name), index }
            : undefined;
        index = 0;
      } else depth -= 1;
    } else if (depth === 0 && isSymbol(token, ',')) index += 1;
  }
  return undefined;
}
