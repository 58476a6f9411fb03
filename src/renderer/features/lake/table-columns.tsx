import { useState } from 'react';
import type { LakeColumn, LakeTablePage, TableChange } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import { Button, IconButton } from '../../ui/button';
import { openMenuBelow } from '../../ui/context-menu';
import { showError } from '../../ui/toaster';
import { InlineEdit } from './inline-edit';
import { takeFocus } from './take-focus';

/** Columns with their comments, each of which is edited where it stands. */
export function TableColumns({ page }: { page: LakeTablePage }) {
  const [adding, setAdding] = useState(false);
  const change = (what: TableChange) =>
    api.lake.change
      .mutate({ table: { schema: page.schema, name: page.name }, change: what })
      .catch((error: unknown) => {
        showError(callError(error));
      });
  return (
    <div className="lake-section">
      <InlineEdit
        label="Comment of the table"
        value={page.comment ?? ''}
        placeholder="Add a comment: what a row is, where it comes from"
        onDone={(text) => tried(change({ change: 'comment', comment: text === '' ? null : text }))}
      />
      <table className="lake-list">
        <thead>
          <tr>
            <th>Column</th>
            <th>Type</th>
            <th>Default</th>
            <th>Comment</th>
            <th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {page.columns.map((column) => (
            <ColumnRow key={column.name} column={column} partitioned={isPartitioned(page, column)} change={change} />
          ))}
          {adding ? <NewColumn onDone={() => setAdding(false)} change={change} /> : null}
        </tbody>
      </table>
      {adding ? null : (
        <Button look="quiet" icon="add" onClick={() => setAdding(true)}>
          Add a column
        </Button>
      )}
      <pre className="lake-ddl">{page.ddl}</pre>
    </div>
  );
}

interface RowProps {
  column: LakeColumn;
  partitioned: boolean;
  change(what: TableChange): Promise<unknown>;
}

function ColumnRow({ column, partitioned, change }: RowProps) {
  const [renaming, setRenaming] = useState(false);
  const wider = WIDER[column.type] ?? [];
  return (
    <tr>
      <td className="code">
        {renaming ? (
          <InlineEdit
            label="New name"
            value={column.name}
            open
            onCancel={() => setRenaming(false)}
            onDone={(to) => {
              setRenaming(false);
              if (to !== '' && to !== column.name) tried(change({ change: 'renameColumn', column: column.name, to }));
            }}
          />
        ) : (
          column.name
        )}
        {partitioned ? <span className="chip">partition</span> : null}
      </td>
      <td className="code type">{column.type}</td>
      <td className="code">{column.default ?? ''}</td>
      <td>
        <InlineEdit
          label={`Comment of ${column.name}`}
          value={column.comment ?? ''}
          placeholder="–"
          onDone={(text) =>
            tried(change({ change: 'comment', column: column.name, comment: text === '' ? null : text }))
          }
        />
      </td>
      <td className="row-actions">
        <IconButton
          icon="more"
          label={`Actions of ${column.name}`}
          onClick={(event) =>
            openMenuBelow(
              [
                { label: 'Rename', run: () => setRenaming(true) },
                ...wider.map((type) => ({
                  label: `Widen to ${type}`,
                  run: () => tried(change({ change: 'widenColumn', column: column.name, type })),
                })),
                {
                  label: 'Drop the column (older versions keep it)',
                  disabled: partitioned,
                  run: () => tried(change({ change: 'dropColumn', column: column.name })),
                },
              ],
              event.currentTarget,
            )
          }
        />
      </td>
    </tr>
  );
}

function NewColumn({ change, onDone }: { change: RowProps['change']; onDone(): void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState('VARCHAR');
  const add = async () => {
    if (name.trim() === '') return;
    await change({ change: 'addColumn', column: name.trim(), type });
    onDone();
  };
  return (
    <tr>
      <td>
        <span className="text-field">
          <input
            ref={takeFocus}
            aria-label="Name of the new column"
            value={name}
            placeholder="name"
            onChange={(event) => setName(event.target.value)}
          />
        </span>
      </td>
      <td>
        <select
          className="select"
          aria-label="Type of the new column"
          value={type}
          onChange={(event) => setType(event.target.value)}
        >
          {TYPES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </td>
      <td colSpan={3} className="lake-row-buttons">
        <Button disabled={name.trim() === ''} onClick={() => tried(add())}>
          Add
        </Button>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
      </td>
    </tr>
  );
}

const TYPES = [
  'VARCHAR',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'DECIMAL(18,3)',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE',
  'JSON',
  'BLOB',
];

/** What a type can become with every value kept. */
const WIDER: Record<string, string[]> = {
  TINYINT: ['SMALLINT', 'INTEGER', 'BIGINT'],
  SMALLINT: ['INTEGER', 'BIGINT'],
  INTEGER: ['BIGINT'],
  UTINYINT: ['USMALLINT', 'UINTEGER', 'UBIGINT', 'BIGINT'],
  USMALLINT: ['UINTEGER', 'UBIGINT', 'BIGINT'],
  UINTEGER: ['UBIGINT', 'BIGINT'],
  FLOAT: ['DOUBLE'],
  DATE: ['TIMESTAMP'],
};

function isPartitioned(page: LakeTablePage, column: LakeColumn): boolean {
  return page.partition.some((field) => field.column === column.name);
}
