import { quoteIdentifier } from '../../../shared/sql/quote';

/** How a column becomes another type, and the condition of the values that it would change. */
export interface ValueFit {
  /** Gives NULL or nonsense where `misfit` holds. */
  expression: string;
  /** SQL, true for values that do not fit. */
  misfit: string;
  /** The value as text, for reports. */
  shown: string;
}

const WHOLE = /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/;
const NUMBER = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|DECIMAL\(.*\)|DOUBLE|FLOAT)$/;

/**
 * How values of one type fit another, proved value by value: nothing is rounded, cut or read otherwise. `strict` also
 * keeps apart what JSON keeps apart: a number is no text there.
 */
export function valueFit(column: string, from: string, to: string, strict: boolean): ValueFit {
  const name = quoteIdentifier(column);
  const source = from.toUpperCase();
  const target = to.toUpperCase();
  if (source === 'JSON') return jsonFit(name, to, strict);
  const cast = `TRY_CAST(${name} AS ${to})`;
  const shown = `${name}::VARCHAR`;
  if (source === 'VARCHAR') {
    return { expression: cast, misfit: `${name} IS NOT NULL AND ${textMisfit(name, cast, target)}`, shown };
  }
  // What comes back as it was has lost nothing. A text, of which a list or struct would be cut, is not compared so.
  return {
    expression: cast,
    misfit: `${name} IS NOT NULL AND (${cast} IS NULL OR TRY_CAST(${cast} AS ${from}) IS DISTINCT FROM ${name})`,
    shown,
  };
}

function jsonFit(name: string, to: string, strict: boolean): ValueFit {
  const target = to.toUpperCase();
  const text = `(${name} ->> '$')`;
  const kind = `json_type(${name})`;
  const present = `${name} IS NOT NULL AND ${kind} <> 'NULL'`;
  if (target === 'VARCHAR') {
    const others = strict ? `${kind} <> 'VARCHAR'` : 'false';
    return { expression: text, misfit: `${present} AND ${others}`, shown: text };
  }
  const cast = `TRY_CAST(${text} AS ${to})`;
  const wrongKind = NUMBER.test(target)
    ? `${kind} NOT IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT')`
    : target === 'BOOLEAN'
      ? `${kind} <> 'BOOLEAN'`
      : 'false';
  return {
    expression: cast,
    misfit: `${present} AND (${wrongKind} OR ${textMisfit(text, cast, target)})`,
    shown: text,
  };
}

function textMisfit(text: string, cast: string, target: string): string {
  if (WHOLE.test(target)) return `(${cast} IS NULL OR ${cast}::VARCHAR IS DISTINCT FROM ${text})`;
  if (!NUMBER.test(target)) return `${cast} IS NULL`;
  const plain = (value: string) => `rtrim(rtrim(regexp_replace(${value}, '^(-?[0-9]+)$', '\\1.'), '0'), '.')`;
  return `(${cast} IS NULL OR ${plain(`${cast}::VARCHAR`)} IS DISTINCT FROM ${plain(text)})`;
}
