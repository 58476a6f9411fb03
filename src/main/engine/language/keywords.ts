/** Words that end a FROM item or a select item, so that they are never taken for an alias. */
export const NO_ALIAS = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect
into lambda lateral leading limit not null offset on only or order pivot placing primary qualify references returning
select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window
with anti asof at authorization by cross full glob ilike inner is isnull join left like natural notnull outer overlaps
positional right semi similar tablesample between values set filter over within over ignore respect`.split(/\s+/),
);

/** Words that stand between two FROM items. */
export const JOIN_WORDS = new Set(
  'join natural asof positional cross inner left right full outer semi anti lateral'.split(' '),
);

/** Words that begin a query inside brackets. */
export const QUERY_STARTS = new Set(
  'select from with values pivot unpivot summarize describe show table insert update delete'.split(' '),
);

export const SET_OPERATORS = new Set(['union', 'except', 'intersect']);

/** DuckDB's reserved words: a name that is one of them must be quoted. From `duckdb_keywords()` of v1.5.5. */
export const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default
deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect
into lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary
qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot
using variadic when where window with`.split(/\s+/),
);
