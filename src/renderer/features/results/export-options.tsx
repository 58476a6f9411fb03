import { type ExportFormat, PARQUET_COMPRESSIONS } from '../../../shared/export';

export type OptionValues = Record<string, string | number | boolean>;

interface ExportOptionsProps {
  format: ExportFormat;
  values: OptionValues;
  onChange(values: OptionValues): void;
}

type Field =
  | { name: string; label: string; kind: 'choice'; choices: [value: string, label: string][] }
  | { name: string; label: string; kind: 'check' | 'text' | 'number' };

const FIELDS: Partial<Record<ExportFormat, Field[]>> = {
  parquet: [
    {
      name: 'compression',
      label: 'Compression',
      kind: 'choice',
      choices: PARQUET_COMPRESSIONS.map((one) => [one, one]),
    },
  ],
  csv: [
    {
      name: 'delimiter',
      label: 'Delimiter',
      kind: 'choice',
      choices: [
        [',', 'comma'],
        [';', 'semicolon'],
        ['\t', 'tab'],
        ['|', 'bar'],
      ],
    },
    {
      name: 'decimal',
      label: 'Decimal sign',
      kind: 'choice',
      choices: [
        ['.', 'point'],
        [',', 'comma'],
      ],
    },
    {
      name: 'lineEnd',
      label: 'Line end',
      kind: 'choice',
      choices: [
        ['lf', 'LF (Unix)'],
        ['crlf', 'CRLF (Windows)'],
      ],
    },
    { name: 'nullText', label: 'NULL is written as', kind: 'text' },
    { name: 'header', label: 'Header line', kind: 'check' },
    { name: 'bom', label: 'Byte order mark (for Excel)', kind: 'check' },
  ],
  excel: [
    { name: 'sheetName', label: 'Sheet', kind: 'text' },
    { name: 'querySheet', label: 'A further sheet with the SQL', kind: 'check' },
  ],
  insert: [
    { name: 'table', label: 'Table', kind: 'text' },
    { name: 'batchSize', label: 'Rows a statement', kind: 'number' },
    { name: 'createTable', label: 'With CREATE TABLE', kind: 'check' },
  ],
};

/** The options of the chosen format, one field each. */
export function ExportOptions({ format, values, onChange }: ExportOptionsProps) {
  const fields = FIELDS[format];
  if (!fields) return null;
  return (
    <div className="export-options">
      {fields.map((field) => (
        <OptionField
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </div>
  );
}

interface OptionFieldProps {
  field: Field;
  value: string | number | boolean | undefined;
  onChange(value: string | number | boolean): void;
}

function OptionField({ field, value, onChange }: OptionFieldProps) {
  const id = `export-${field.name}`;
  if (field.kind === 'check') {
    return (
      <label className="check">
        <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />
        <span>{field.label}</span>
      </label>
    );
  }
  return (
    <label htmlFor={id}>
      <span>{field.label}</span>
      {field.kind === 'choice' ? (
        <select id={id} className="select" value={String(value)} onChange={(event) => onChange(event.target.value)}>
          {field.choices.map(([one, label]) => (
            <option key={one} value={one}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="select"
          type={field.kind}
          min={1}
          value={String(value ?? '')}
          onChange={(event) => onChange(field.kind === 'number' ? Number(event.target.value) : event.target.value)}
        />
      )}
    </label>
  );
}
