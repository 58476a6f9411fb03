import type { ColumnInfo } from '../../../../shared/columns';
import { type Aggregate, aggregatesOf } from '../../../../shared/sql/aggregate-sql';
import { TIME_BINS, type TimeBin } from '../../../../shared/sql/dimension-sql';
import { axisFamily } from '../../../../shared/sql/result-columns';
import { Segmented } from '../../../ui/segmented';
import { SelectField } from '../parts/select-field';
import { type ChartMark, type ChartSpec, fieldsOf, measuredField, withField, withMark } from './chart-spec';

const MARKS: { value: ChartMark; label: string }[] = [
  { value: 'line', label: 'Line' },
  { value: 'bar', label: 'Bar' },
  { value: 'scatter', label: 'Scatter' },
  { value: 'histogram', label: 'Histogram' },
  { value: 'heatmap', label: 'Heat map' },
];

const AGGREGATE_NAMES: Record<Aggregate | 'none', string> = {
  count: 'count',
  sum: 'sum',
  avg: 'average',
  min: 'min',
  max: 'max',
  distinct: 'distinct',
  none: 'each row',
};

interface ChartToolsProps {
  spec: ChartSpec;
  columns: readonly ColumnInfo[];
  onChange(spec: ChartSpec): void;
}

/** The choice of mark, and of a column for each of its fields. */
export function ChartTools({ spec, columns, onChange }: ChartToolsProps) {
  const field = measuredField(spec.mark);
  const measured = field && spec[field] !== undefined ? columns[spec[field]] : undefined;
  const x = spec.x === undefined ? undefined : columns[spec.x];
  const y = spec.mark === 'heatmap' && spec.y !== undefined ? columns[spec.y] : undefined;
  const grouped = field !== undefined && spec.aggregate !== 'none';
  const overTime = grouped && [x, y].some((column) => column && axisFamily(column) === 'time');
  const single: (Aggregate | 'none')[] =
    spec.mark === 'line' && measured && axisFamily(measured) === 'number' ? ['none'] : [];
  return (
    <>
      <Segmented
        label="Kind of chart"
        value={spec.mark}
        options={MARKS}
        onChange={(mark) => onChange(withMark(spec, mark, columns))}
      />
      {fieldsOf(spec.mark).map((rule) => (
        <SelectField
          key={rule.field}
          label={rule.label}
          value={spec[rule.field] === undefined ? '' : String(spec[rule.field])}
          options={[
            ...(rule.empty === undefined ? [] : [{ value: '', label: rule.empty }]),
            ...columns.flatMap((column, index) =>
              rule.accepts(column) ? [{ value: String(index), label: column.name }] : [],
            ),
          ]}
          onChange={(value) => onChange(withField(spec, rule.field, value === '' ? undefined : Number(value), columns))}
        />
      ))}
      {field && measured ? (
        <SelectField
          label="Aggregate"
          value={spec.aggregate}
          options={[...aggregatesOf(measured), ...single]
            .filter(drawable(measured))
            .map((value) => ({ value, label: AGGREGATE_NAMES[value] }))}
          onChange={(aggregate) => onChange({ ...spec, aggregate })}
        />
      ) : null}
      {overTime ? (
        <SelectField<TimeBin | 'auto'>
          label="By"
          value={spec.bin}
          options={[
            { value: 'auto', label: 'auto' },
            ...TIME_BINS.map((bin) => ({ value: bin, label: bin === 'none' ? 'each moment' : bin })),
          ]}
          onChange={(bin) => onChange({ ...spec, bin })}
        />
      ) : null}
    </>
  );
}

/** The smallest and largest of something that is no number cannot be drawn as a height. */
function drawable(column: ColumnInfo): (aggregate: Aggregate | 'none') => boolean {
  return (aggregate) => axisFamily(column) === 'number' || (aggregate !== 'min' && aggregate !== 'max');
}
