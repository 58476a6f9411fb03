import type { ColumnInfo } from '../../../../shared/columns';
import { PivotLabel } from './pivot-cells';
import type { PivotData } from './pivot-data';
import type { PivotSpec } from './pivot-spec';

interface PivotHeadProps {
  data: PivotData;
  spec: PivotSpec;
  columns: readonly ColumnInfo[];
  onSort(sort: PivotSpec['sort']): void;
}

/** The head of a pivot table: a line a column field, and one with the values where it takes one to name them. */
export function PivotHead({ data, spec, columns, onSort }: PivotHeadProps) {
  const values = data.values.length;
  const levels = spec.columns.length;
  const byLabel = spec.sort.by === 'label' ? (spec.sort.descending ? 'descending' : 'ascending') : 'none';
  const corner = (level: number, depth: number) =>
    level === depth - 1
      ? spec.rows.map((field, at) => (
          <th key={field.column} scope="col" className="corner" aria-sort={at === 0 ? byLabel : undefined}>
            <button
              type="button"
              onClick={() => onSort({ by: 'label', descending: spec.sort.by === 'label' && !spec.sort.descending })}
            >
              {columns[field.column]?.name}
              {at === 0 ? <Arrow order={byLabel} /> : null}
            </button>
          </th>
        ))
      : [
          <th key="name" className="corner quiet" colSpan={Math.max(1, spec.rows.length)}>
            {columns[spec.columns[level]?.column ?? -1]?.name}
          </th>,
        ];
  const withValues = values > 1 || levels === 0 || spec.rows.length > 0;
  const depth = levels + (withValues ? 1 : 0);
  return (
    <thead>
      {spec.columns.map((field, level) => (
        <tr key={field.column}>
          {corner(level, depth)}
          {runs(data, level).map((run) => (
            <th
              key={run.start}
              scope="colgroup"
              colSpan={run.length * values}
              className="group"
              title={run.label ?? 'NULL'}
            >
              <PivotLabel text={run.label} />
            </th>
          ))}
          {level === 0 ? (
            <th scope="colgroup" className="group total" colSpan={values} rowSpan={levels}>
              Total
            </th>
          ) : null}
        </tr>
      ))}
      {withValues ? (
        <tr>
          {spec.rows.length > 0 ? corner(depth - 1, depth) : <th className="corner" />}
          {data.columns.flatMap((column) =>
            data.values.map(({ id, name }, value) => (
              <th key={`${column.id}-${id}`} scope="col" className="value">
                {levels === 0 ? (
                  <SortByValue name={name} value={value} spec={spec} onSort={onSort} />
                ) : (
                  <span title={name}>{name}</span>
                )}
              </th>
            )),
          )}
          {levels > 0
            ? data.values.map(({ id, name }, value) => (
                <th key={id} scope="col" className="value total">
                  <SortByValue name={name} value={value} spec={spec} onSort={onSort} />
                </th>
              ))
            : null}
        </tr>
      ) : null}
    </thead>
  );
}

function SortByValue({
  name,
  value,
  spec,
  onSort,
}: { name: string; value: number } & Pick<PivotHeadProps, 'spec' | 'onSort'>) {
  const sorted = spec.sort.by === 'value' && spec.sort.value === value;
  const order = sorted ? (spec.sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <button
      type="button"
      title={`Sort by ${name}`}
      onClick={() => onSort({ by: 'value', value, descending: !(sorted && spec.sort.descending) })}
    >
      {name}
      <Arrow order={order} />
    </button>
  );
}

function Arrow({ order }: { order: 'ascending' | 'descending' | 'none' }) {
  if (order === 'none') return null;
  return <span className="arrow">{order === 'ascending' ? '↑' : '↓'}</span>;
}

/** Neighbouring columns that share their labels down to a level stand under one head. */
function runs(data: PivotData, level: number): { label: string | null; start: number; length: number }[] {
  const found: { label: string | null; start: number; length: number }[] = [];
  data.columns.forEach((column, at) => {
    const before = data.columns[at - 1];
    const same =
      before !== undefined && column.labels.slice(0, level + 1).every((label, place) => label === before.labels[place]);
    const last = found.at(-1);
    if (same && last) last.length += 1;
    else found.push({ label: column.labels[level] ?? null, start: at, length: 1 });
  });
  return found;
}
