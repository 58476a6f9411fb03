import { useEffect, useState } from 'react';
import type { FileDescription, FileOptions } from '../../../shared/files';
import { Button } from '../../ui/button';
import { FileCheckView } from './file-check';
import { OptionFields } from './option-fields';

interface FileOptionsPanelProps {
  description: FileDescription;
  /** The rows on show are read with options that are not stored yet. */
  changed: boolean;
  onTry(options: FileOptions): void;
  onKeep(options: FileOptions): void;
  onBack(): void;
}

/** How a file is read: questions that only a person can answer, the options, types by column, and the SQL. */
export function FileOptionsPanel({ description, changed, onTry, onKeep, onBack }: FileOptionsPanelProps) {
  const [options, setOptions] = useState<FileOptions>(description.options);
  useEffect(() => setOptions(description.options), [description.options]);

  const change = (patch: { [K in keyof FileOptions]?: FileOptions[K] | undefined }) => {
    const merged = { ...options, ...patch };
    const next = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as FileOptions;
    setOptions(next);
    onTry(next);
  };
  const isText = ['csv', 'json', 'ndjson', 'excel'].includes(description.format);
  return (
    <aside className="file-options" aria-label="File options">
      {description.questions.map((question) => (
        <fieldset key={question.columns.join()} className="question">
          <legend className="visually-hidden">A question about this file</legend>
          <p>
            <b>{question.columns.join(', ')}</b>: is <code>{question.example}</code> day first or month first? Both fit
            every value.
          </p>
          {question.choices.map((choice) => (
            <Button key={choice.label} onClick={() => onKeep({ ...options, ...choice.options })}>
              {choice.label}
            </Button>
          ))}
        </fieldset>
      ))}
      <FileCheckView check={description.check} onText={(columns) => onKeep(withText(options, columns))} />
      {isText ? (
        <>
          <OptionFields
            format={description.format}
            options={options}
            detected={description.detected}
            onChange={change}
          />
          <ColumnTypes description={description} options={options} onChange={change} />
        </>
      ) : (
        <p className="note">This format carries its own types; there is nothing to set.</p>
      )}
      {isText ? (
        <div className="actions">
          <Button disabled={!changed} onClick={() => onKeep(options)}>
            Keep in millrace.yaml
          </Button>
          <Button look="quiet" disabled={!changed} onClick={onBack}>
            Back
          </Button>
        </div>
      ) : null}
      <h3>As SQL</h3>
      <pre className="sql">{description.spelledOut}</pre>
      <Button
        look="quiet"
        icon="clipboard"
        onClick={() => void navigator.clipboard.writeText(`from ${description.spelledOut};`)}
      >
        Copy
      </Button>
    </aside>
  );
}

function withText(options: FileOptions, columns: string[]): FileOptions {
  const types = { ...options.types };
  for (const column of columns) types[column] = 'VARCHAR';
  return { ...options, types };
}

const TYPES = [
  'VARCHAR',
  'BOOLEAN',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'DECIMAL(18,2)',
  'DECIMAL(38,10)',
  'DOUBLE',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'UUID',
  'JSON',
];

interface ColumnTypesProps {
  description: FileDescription;
  options: FileOptions;
  onChange(patch: FileOptions): void;
}

const SHOWN = 200;

function ColumnTypes({ description, options, onChange }: ColumnTypesProps) {
  const [filter, setFilter] = useState('');
  const columns = description.columns.filter((column) => column.name.toLowerCase().includes(filter.toLowerCase()));
  const setType = (name: string, type: string) => {
    const types = { ...options.types };
    if (type === '') delete types[name];
    else types[name] = type;
    onChange({ types });
  };
  return (
    <>
      <h3>Types</h3>
      {description.columns.length > 20 ? (
        <span className="text-field">
          <input
            aria-label="Filter columns"
            placeholder="Filter columns"
            onChange={(event) => setFilter(event.target.value)}
          />
        </span>
      ) : null}
      {columns.slice(0, SHOWN).map((column) => {
        const set = options.types?.[column.name];
        const choices = set === undefined || TYPES.includes(set) ? TYPES : [...TYPES, set];
        return (
          <label key={column.name} className="field">
            <span title={column.name}>{column.name}</span>
            <select
              className="select"
              value={set ?? ''}
              disabled={options.allText ?? false}
              onChange={(event) => setType(column.name, event.target.value)}
            >
              <option value="">{column.type} · detected</option>
              {choices.map((type) => (
                <option key={type} value={type}>
                  {type}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      {columns.length > SHOWN ? (
        <p className="note">
          {SHOWN} of {columns.length} columns; filter by name for the others.
        </p>
      ) : null}
    </>
  );
}
