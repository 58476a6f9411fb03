import type { ColumnInfo } from '../../../../shared/columns';
import type { ViewRequest } from '../../../../shared/results';
import type { TimeBin } from '../../../../shared/sql/dimension-sql';
import { quoteIdentifier, quoteLiteral } from '../../../../shared/sql/quote';
import type { PivotField } from './pivot-spec';

/** What narrows the result to the rows behind a cell. */
export type PivotFilter = Pick<ViewRequest, 'where' | 'values'>;

/** The rows of some labels: values for plain fields, a half-open span of time for fields by a calendar step. */
export function pivotFilter(
  fields: readonly PivotField[],
  labels: readonly (string | null)[],
  columns: readonly ColumnInfo[],
): PivotFilter {
  const values: NonNullable<ViewRequest['values']> = [];
  const spans: string[] = [];
  fields.forEach((field, at) => {
    const label = labels[at] ?? null;
    const column = columns[field.column];
    if (!column) return;
    if (!field.bin || field.bin === 'none' || label === null) {
      values.push({ column: field.column, values: [label] });
      return;
    }
    const name = quoteIdentifier(column.name);
    const [from, to] = spanOf(label, field.bin);
    spans.push(`${name} >= ${quoteLiteral(from)} AND ${name} < ${quoteLiteral(to)}`);
  });
  return { ...(values.length > 0 ? { values } : {}), ...(spans.length > 0 ? { where: spans.join(' AND ') } : {}) };
}

/** First moment of a period and of the next, as ISO text, from the period's name (`2025-07`, `2025-Q3`). */
export function spanOf(label: string, bin: TimeBin): [string, string] {
  const quarter = /^(-?\d+)-Q([1-4])$/.exec(label);
  const full = quarter ? `${quarter[1]}-${String((Number(quarter[2]) - 1) * 3 + 1).padStart(2, '0')}-01` : label;
  const iso = bin === 'year' ? `${full}-01-01` : bin === 'month' ? `${full}-01` : full;
  const start = new Date(`${iso.length <= 10 ? `${iso}T00:00:00` : iso.replace(' ', 'T')}Z`);
  const end = new Date(start);
  const steps: Partial<Record<TimeBin, () => void>> = {
    second: () => end.setUTCSeconds(end.getUTCSeconds() + 1),
    minute: () => end.setUTCMinutes(end.getUTCMinutes() + 1),
    hour: () => end.setUTCHours(end.getUTCHours() + 1),
    day: () => end.setUTCDate(end.getUTCDate() + 1),
    week: () => end.setUTCDate(end.getUTCDate() + 7),
    month: () => end.setUTCMonth(end.getUTCMonth() + 1),
    quarter: () => end.setUTCMonth(end.getUTCMonth() + 3),
    year: () => end.setUTCFullYear(end.getUTCFullYear() + 1),
  };
  steps[bin]?.();
  const text = (moment: Date) =>
    moment.toISOString().slice(0, bin === 'second' || bin === 'minute' || bin === 'hour' ? 19 : 10);
  return [text(start).replace('T', ' '), text(end).replace('T', ' ')];
}
