import { useState } from 'react';
import type { LakeSnapshot, LakeTableName, LakeTablePage } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import { runCommand } from '../../app/commands/registry';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { showError, showMessage } from '../../ui/toaster';
import { SnapshotDiff } from './snapshot-diff';
import { sqlName } from './sql-name';
import { useOfLake } from './use-lake-table';

const readSnapshots = (table: LakeTableName) => api.lake.snapshots.query({ table });

/** The versions of a table: looked into, compared, and brought back. */
export function TableSnapshots({ page }: { page: LakeTablePage }) {
  const snapshots = useOfLake(page, readSnapshots);
  const [pair, setPair] = useState<{ from: number; to: number }>();
  if (snapshots.error) return <ErrorBox error={snapshots.error} />;
  const list = snapshots.value ?? [];
  return (
    <div className="lake-section">
      {pair ? (
        <SnapshotDiff key={`${pair.from}-${pair.to}`} page={page} pair={pair} onClose={() => setPair(undefined)} />
      ) : null}
      <table className="lake-list">
        <thead>
          <tr>
            <th className="number">Version</th>
            <th>Time</th>
            <th>What</th>
            <th className="number">Rows</th>
            <th>Message</th>
            <th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {list.map((one, index) => (
            <SnapshotRow
              key={one.id}
              table={page}
              snapshot={one}
              newest={index === 0}
              before={list[index + 1]?.id}
              onCompare={(from, to) => setPair({ from, to })}
            />
          ))}
        </tbody>
      </table>
      {snapshots.value?.length === 0 ? <p className="note">Every snapshot has expired.</p> : null}
    </div>
  );
}

interface RowProps {
  table: LakeTableName;
  snapshot: LakeSnapshot;
  newest: boolean;
  before: number | undefined;
  onCompare(from: number, to: number): void;
}

function SnapshotRow({ table, snapshot, newest, before, onCompare }: RowProps) {
  const [restoring, setRestoring] = useState(false);
  const gone = snapshot.changes.includes('dropped');
  const restore = async () => {
    setRestoring(true);
    try {
      const outcome = await api.lake.restore.mutate({
        table: { schema: table.schema, name: table.name },
        version: { version: snapshot.id },
      });
      showMessage(
        `${table.schema}.${table.name} has its ${formatCount(outcome.rows)} rows of version ${snapshot.id} again.`,
      );
    } catch (failure) {
      showError(callError(failure));
    } finally {
      setRestoring(false);
    }
  };
  return (
    <tr className={snapshot.upkeep ? 'quiet' : ''}>
      <td className="number">{snapshot.id}</td>
      <td className="nowrap">{new Date(snapshot.time).toLocaleString()}</td>
      <td>
        {snapshot.changes.map((change) => (
          <span key={change} className="chip">
            {change}
          </span>
        ))}
      </td>
      <td className="number nowrap">
        {snapshot.rowsAdded ? <span className="added">+{formatCount(snapshot.rowsAdded)}</span> : null}{' '}
        {snapshot.rowsRemoved ? <span className="removed">−{formatCount(snapshot.rowsRemoved)}</span> : null}
      </td>
      <td className="message">
        {snapshot.message ?? ''}
        {snapshot.run ? <span className="run"> run {snapshot.run}</span> : null}
      </td>
      <td className="lake-row-buttons">
        {gone ? null : (
          <Button
            look="quiet"
            icon="code"
            onClick={() =>
              void runCommand('worksheet.query', `from ${sqlName(table)} at (version => ${snapshot.id}) limit 1000;`)
            }
          >
            Query as of
          </Button>
        )}
        {before === undefined || gone ? null : (
          <Button look="quiet" icon="exchange" onClick={() => onCompare(before, snapshot.id)}>
            What changed
          </Button>
        )}
        {newest || gone ? null : (
          <Button look="quiet" icon="history" disabled={restoring} onClick={() => tried(restore())}>
            {restoring ? 'Restoring…' : 'Restore'}
          </Button>
        )}
      </td>
    </tr>
  );
}
