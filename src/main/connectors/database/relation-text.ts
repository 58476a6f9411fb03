import { quoteIdentifier } from '../../../shared/sql/quote';

/** Words that a name in a worksheet must not be without quotes. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
  deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect
  into lambda lateral leading limit not null offset on only or order pivot placing primary qualify references returning
  select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window
  with`.split(/\s+/),
);

/** A name with its databases and schemas as a worksheet writes it: quotes only where they are needed. */
export function relationText(path: readonly string[]): string {
  return path
    .map((name) => (/^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : quoteIdentifier(name)))
    .join('.');
}
