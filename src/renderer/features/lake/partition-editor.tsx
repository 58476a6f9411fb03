import { PARTITION_TRANSFORMS, type PartitionField } from '../../../shared/lake';
import { Button, IconButton } from '../../ui/button';

interface EditorProps {
  columns: { name: string; type: string }[];
  value: PartitionField[];
  onChange(value: PartitionField[]): void;
}

/** The fields of a partitioning, in their order. */
export function PartitionEditor({ columns, value, onChange }: EditorProps) {
  const set = (index: number, field: PartitionField) => onChange(value.map((one, at) => (at === index ? field : one)));
  const first = columns[0]?.name ?? '';
  return (
    <span className="partition-editor">
      {value.map((field, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a field is its place
        <span key={index} className="partition-field">
          <select
            className="select"
            aria-label="How"
            value={field.transform}
            onChange={(event) => set(index, withTransform(field, event.target.value as PartitionField['transform']))}
          >
            {transformsOf(columns.find((column) => column.name === field.column)?.type ?? '').map((one) => (
              <option key={one} value={one}>
                {one === 'identity' ? 'value' : one}
              </option>
            ))}
          </select>
          <select
            className="select"
            aria-label="Column"
            value={field.column}
            onChange={(event) => set(index, { column: event.target.value, transform: 'identity' })}
          >
            {columns.map((column) => (
              <option key={column.name}>{column.name}</option>
            ))}
          </select>
          {field.transform === 'bucket' ? (
            <input
              className="select buckets"
              type="number"
              min={1}
              aria-label="Buckets"
              value={field.buckets ?? 16}
              onChange={(event) => set(index, { ...field, buckets: Math.max(1, Number(event.target.value)) })}
            />
          ) : null}
          <IconButton
            icon="cross"
            label="Take this field out"
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          />
        </span>
      ))}
      <Button
        look="quiet"
        icon="add"
        disabled={first === ''}
        onClick={() => onChange([...value, { column: first, transform: 'identity' }])}
      >
        {value.length === 0 ? 'Partition' : 'Add'}
      </Button>
    </span>
  );
}

function withTransform(field: PartitionField, transform: PartitionField['transform']): PartitionField {
  return { column: field.column, transform, ...(transform === 'bucket' ? { buckets: field.buckets ?? 16 } : {}) };
}

function transformsOf(type: string): PartitionField['transform'][] {
  const isTime = /^(DATE|TIMESTAMP)/.test(type);
  return PARTITION_TRANSFORMS.filter((one) => isTime || one === 'identity' || one === 'bucket');
}

/** `year(at), bucket(16, id)`, or that there is none. */
export function partitionText(partition: PartitionField[]): string {
  if (partition.length === 0) return 'nothing';
  return partition
    .map(({ column, transform, buckets }) => {
      if (transform === 'identity') return column;
      return transform === 'bucket' ? `bucket(${buckets ?? 16}, ${column})` : `${transform}(${column})`;
    })
    .join(', ');
}
