import { useState } from 'react';
import type { FileDescription, FileFormat, FileOptions, FileReference } from '../../../shared/files';
import { callError } from '../../api/client';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { showError } from '../../ui/toaster';
import { copyText } from './explore-menu';
import { FileCheckView } from './file-check';
import { OptionFields } from './option-fields';
import type { OpenFile } from './use-file';

interface FileOptionsPanelProps {
  reference: FileReference;
  file: OpenFile;
}

/** How a file is read: questions that only a person can answer, the options, types by column, and the SQL. */
export function FileOptionsPanel({ reference, file }: FileOptionsPanelProps) {
  const description = file.trial?.description ?? file.description;
  const format = description?.format ?? formatOfName(reference.path);
  const options = file.trial?.options ?? file.stored;
  const change = (patch: { [K in keyof FileOptions]?: FileOptions[K] | undefined }) => {
    const merged = Object.entries({ ...options, ...patch }).filter(([, value]) => value !== undefined);
    file.tryOptions(Object.fromEntries(merged) as FileOptions);
  };
  const isText = ['csv', 'json', 'ndjson', 'excel'].includes(format);
  return (
    <aside className="file-options" aria-label="File options">
      {description?.questions.map((question) => (
        <section key={question.columns.join()} className="question" aria-label="A question about this file">
          <p>
            <b>{question.columns.join(', ')}</b>: is <code>{question.example}</code> day first or month first? Both fit
            every value.
          </p>
          {question.choices.map((choice) => (
            <Button key={choice.label} onClick={() => file.keep({ ...options, ...choice.options })}>
              {choice.label}
            </Button>
          ))}
        </section>
      ))}
      <FileCheckView
        check={file.trial ? undefined : file.description?.check}
        onText={(columns) => file.keep(withText(options, columns))}
        onCancel={file.cancelCheck}
        onCheck={file.check}
      />
      {isText ? (
        <OptionFields format={format} options={options} detected={description?.detected ?? {}} onChange={change} />
      ) : (
        <p className="note">This format carries its own types; there is nothing to set.</p>
      )}
      {isText && description ? <ColumnTypes description={description} options={options} onChange={change} /> : null}
      {isText ? <KeepOptions file={file} options={options} /> : null}
      {description ? <Notes description={description} /> : null}
      {description ? <AsSql sql={description.spelledOut} /> : null}
    </aside>
  );
}

/** The format that a file's name tells, where its content could not be read. */
function formatOfName(path: string): FileFormat {
  if (/\.(csv|tsv|tab|txt|psv)(\.(gz|zst))?$/i.test(path)) return 'csv';
  if (/\.(ndjson|jsonl)(\.(gz|zst))?$/i.test(path)) return 'ndjson';
  if (/\.json(\.(gz|zst))?$/i.test(path)) return 'json';
  return /\.xlsx$/i.test(path) ? 'excel' : 'other';
}

/** Trying is not keeping: only the button writes to millrace.yaml. */
function KeepOptions({ file, options }: { file: OpenFile; options: FileOptions }) {
  const { trial } = file;
  return (
    <>
      {trial?.state === 'reading' ? (
        <p className="note" role="status">
          <span className="state-dot busy" /> Reading the file so…
        </p>
      ) : null}
      <div className="actions">
        <Button disabled={trial?.state !== 'read'} onClick={() => file.keep(options)}>
          Keep in millrace.yaml
        </Button>
        <Button look="quiet" disabled={trial === undefined} onClick={file.dropTrial}>
          Undo
        </Button>
        {Object.keys(file.stored).length > 0 && trial === undefined ? (
          <Button look="quiet" onClick={() => file.tryOptions({})}>
            As detected
          </Button>
        ) : null}
      </div>
    </>
  );
}

const SHOWN_NOTES = 20;

/** Why columns are read as they are, where a reader may wonder. */
function Notes({ description }: { description: FileDescription }) {
  const notes = description.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <>
      <h3>Worth knowing</h3>
      <ul className="notes">
        {notes.slice(0, SHOWN_NOTES).map((note) => (
          <li key={`${note.column} ${note.text}`}>
            <b>{note.column}</b> {note.text}
          </li>
        ))}
      </ul>
      {notes.length > SHOWN_NOTES ? <p className="note">and {notes.length - SHOWN_NOTES} more columns.</p> : null}
    </>
  );
}

function AsSql({ sql }: { sql: string }) {
  return (
    <>
      <h3>As SQL</h3>
      <pre className="sql">{sql.length > SHOWN_SQL ? `${sql.slice(0, SHOWN_SQL)}…` : sql}</pre>
      <Button
        look="quiet"
        icon="clipboard"
        onClick={() =>
          void copyText(`from ${sql};`, 'SQL copied').catch((error: unknown) => showError(callError(error)))
        }
      >
        Copy
      </Button>
    </>
  );
}

/** Characters of SQL that are drawn; all of it is copied. */
const SHOWN_SQL = 4_000;

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
  const altered = new Set(description.check?.altered.map((one) => one.column));
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
            <span title={altered.has(column.name) ? `${column.name}: its type would alter values` : column.name}>
              {altered.has(column.name) ? <Icon name="warning" size={11} /> : null}
              {column.name}
            </span>
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
