import type { CompletionList, Definition, Diagnostic, HoverInfo, SignatureInfo } from '../../shared/language';

/** Answers the editor's questions about a text. Offsets are UTF-16 units into the whole text. */
export interface LanguageClient {
  complete(text: string, offset: number): Promise<CompletionList>;
  check(text: string): Promise<Diagnostic[]>;
  hover(text: string, offset: number): Promise<HoverInfo | null>;
  signature(text: string, offset: number): Promise<SignatureInfo | null>;
  definition(text: string, offset: number): Promise<Definition | null>;
  expandStar(text: string, offset: number): Promise<{ start: number; end: number; text: string } | null>;
  format(text: string): Promise<string>;
}
