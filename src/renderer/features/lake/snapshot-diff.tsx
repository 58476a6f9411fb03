import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { LakeDiff, LakeTablePage } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import { Button, IconButton } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';

interface DiffProps {
  page: LakeTablePage;
  pair: { from: number; to: number };
  onClose(): void;
}

/** Rows that two versions do not share; with a key, changed rows with what they were. */
export function SnapshotDiff({ page, pair, onClose }: DiffProps) {
  const [key, setKey] = useState(() => guessKey(page));
  const [diff, setDiff] = useState<LakeDiff>();
  const [error, setError] = useState<ErrorShape>();
  const { from, to } = pair;
  const { schema, name } = page;
  useEffect(() => {
    let current = true;
    const request = { table: { schema, name }, from, to, ...(key === '' ? {} : { key: [key] }) };
    api.lake.diff.query(request).then(
      (found) => {
        if (!current) return;
        setDiff(found);
        setError(undefined);
      },
      (failure: unknown) => current && setError(callError(failure)),
    );
    return () => {
      current = false;
    };
  }, [schema, name, from, to, key]);
  return (
    <div className="lake-diff">
      <div className="lake-diff-head">
        <b>
          Version {from} → {to}
        </b>
        {diff ? (
          <span className="numbers">
            <span className="added">+{formatCount(diff.added)} added</span>{' '}
            <span className="removed">−{formatCount(diff.removed)} removed</span>{' '}
            {diff.changed === undefined ? null : <span className="changed">~{formatCount(diff.changed)} changed</span>}
          </span>
        ) : (
          <span className="note">Comparing…</span>
        )}
        <span className="gap" />
        <label className="select-field">
          <span>Key</span>
          <select className="select" value={key} onChange={(event) => setKey(event.target.value)}>
            <option value="">whole rows</option>
            {page.columns.map((column) => (
              <option key={column.name}>{column.name}</option>
            ))}
          </select>
        </label>
        {diff && diff.sql !== '' ? (
          <Button look="quiet" icon="code" onClick={() => void runCommand('worksheet.query', `${diff.sql};`)}>
            Open as query
          </Button>
        ) : null}
        <IconButton icon="cross" label="Close the comparison" onClick={onClose} />
      </div>
      {error ? <ErrorBox error={error} /> : null}
      {diff ? <DiffRows diff={diff} /> : null}
    </div>
  );
}

function DiffRows({ diff }: { diff: LakeDiff }) {
  const shape = [
    ...diff.columnsAdded.map((name) => `column ${name} was added`),
    ...diff.columnsRemoved.map((name) => `column ${name} was removed`),
  ];
  const total = diff.added + diff.removed + (diff.changed ?? 0);
  return (
    <>
      {shape.length > 0 ? (
        <p className="note">{shape.join(', ')}; only columns of both versions are compared.</p>
      ) : null}
      {total === 0 ? <p className="note">No row differs.</p> : null}
      <div className="lake-scroll">
        <table className="lake-list cells">
          <thead>
            <tr>
              <th aria-label="Kind" />
              {diff.columns.map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {diff.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own and never move
              <tr key={index} className={row.kind}>
                <td className={row.kind}>{{ added: '+', removed: '−', changed: '~' }[row.kind]}</td>
                {row.cells.map((cell, column) => (
                  <Cell key={diff.columns[column]} now={cell} before={row.before?.[column]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {diff.rows.length < total ? (
        <p className="note">
          {formatCount(diff.rows.length)} of {formatCount(total)} rows are shown; “Open as query” has all of them.
        </p>
      ) : null}
    </>
  );
}

function Cell({ now, before }: { now: string | null; before: string | null | undefined }) {
  if (before === undefined || before === now) return <td>{text(now)}</td>;
  return (
    <td>
      <del>{text(before)}</del> <ins>{text(now)}</ins>
    </td>
  );
}

function text(value: string | null) {
  return value === null ? <i className="null">NULL</i> : value;
}

/** A first column that looks like one is most often the key. */
function guessKey(page: LakeTablePage): string {
  const first = page.columns[0]?.name ?? '';
  return /(^|_)(id|key|code|no)$/i.test(first) ? first : '';
}
