import { useState } from 'react';
import type { LakeTableName, LakeTablePage, PartitionField } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { showError } from '../../ui/toaster';
import { PartitionEditor, partitionText } from './partition-editor';
import { useOfLake } from './use-lake-table';

const readFiles = (table: LakeTableName) => api.lake.files.query({ schema: table.schema, name: table.name });

/** How a table lies on the disk or in the bucket: its partitioning and the files of its current version. */
export function TableFiles({ page }: { page: LakeTablePage }) {
  const files = useOfLake(page, readFiles);
  const [edited, setEdited] = useState<PartitionField[]>();
  const keep = async (partition: PartitionField[]) => {
    try {
      const table = { schema: page.schema, name: page.name };
      await api.lake.change.mutate({ table, change: { change: 'partition', partition } });
      setEdited(undefined);
    } catch (failure) {
      showError(callError(failure));
    }
  };
  return (
    <div className="lake-section">
      <div className="lake-line">
        <b>Partitioned by</b>
        {edited ? (
          <>
            <PartitionEditor columns={page.columns} value={edited} onChange={setEdited} />
            <Button onClick={() => tried(keep(edited))}>Set</Button>
            <Button look="quiet" onClick={() => setEdited(undefined)}>
              Cancel
            </Button>
          </>
        ) : (
          <>
            <span className="code">{partitionText(page.partition)}</span>
            <Button look="quiet" icon="edit" onClick={() => setEdited(page.partition)}>
              Change
            </Button>
          </>
        )}
      </div>
      {edited ? (
        <p className="note">It holds for what is written from now on; files that are there stay as they are.</p>
      ) : null}
      <p className="note numbers">
        {formatCount(page.files)} files, {formatBytes(page.bytes)}
        {page.deletedRows > 0 ? ` · ${formatCount(page.deletedRows)} rows are deleted but still in files` : ''}
        {page.inlinedRows > 0 ? ` · ${formatCount(page.inlinedRows)} rows lie in the catalog` : ''}
      </p>
      {files.error ? <ErrorBox error={files.error} /> : null}
      <table className="lake-list">
        <thead>
          <tr>
            <th>File</th>
            <th>Partition</th>
            <th className="number">Rows</th>
            <th className="number">Deleted</th>
            <th className="number">Size</th>
            <th className="number">Since version</th>
          </tr>
        </thead>
        <tbody>
          {(files.value ?? []).map((file) => (
            <tr key={file.path}>
              <td className="code path" title={file.path}>
                {file.path}
              </td>
              <td className="code">{file.partition ?? ''}</td>
              <td className="number">{formatCount(file.rows)}</td>
              <td className="number">{file.deleted === 0 ? '' : formatCount(file.deleted)}</td>
              <td className="number">{formatBytes(file.bytes)}</td>
              <td className="number">{file.snapshot}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {files.value && files.value.length < page.files ? (
        <p className="note">The {formatCount(files.value.length)} largest files are shown.</p>
      ) : null}
    </div>
  );
}
