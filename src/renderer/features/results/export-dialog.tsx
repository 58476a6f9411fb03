import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { ExportJob } from '../../../shared/events';
import { EXPORT_DEFAULTS, EXPORT_FORMAT_DETAILS, EXPORT_FORMATS, type ExportFormat } from '../../../shared/export';
import type { ResultInfo } from '../../../shared/results';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import { hideOverlay } from '../../app/overlay-registry';
import { desktop } from '../../desktop/desktop';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { exportName, startExport, useExports } from './export-jobs';
import { ExportOptions, type OptionValues } from './export-options';
import './export-dialog.css';

function close(): void {
  hideOverlay('export');
}

/** Where the file goes: chosen in the native dialog of the desktop, which asks before it replaces; else what was typed. */
async function chooseTarget(result: ResultInfo, format: ExportFormat, typed: string) {
  if (!desktop) return typed.trim() === '' ? {} : { path: typed.trim() };
  const { extension, label } = EXPORT_FORMAT_DETAILS[format];
  const path = await desktop.saveDialog({
    suggestedName: `${exportName(result)}.${extension}`,
    filters: [{ name: label, extensions: [extension] }],
  });
  return path === null ? undefined : { path, overwrite: true };
}

/** Writes a kept result to a file without running its query again. */
export function ExportDialog({ result }: { result: ResultInfo }) {
  const [format, setFormat] = useState<ExportFormat>('parquet');
  const [options, setOptions] = useState<OptionValues>({});
  const [path, setPath] = useState('');
  const [error, setError] = useState<ErrorShape>();
  const job = useExports((state) => (state.watched === undefined ? undefined : state.jobs[state.watched]));
  const details = EXPORT_FORMAT_DETAILS[format];
  const running = job?.state === 'running';
  useEffect(() => () => useExports.setState({ watched: undefined }), []);

  const begin = async (overwrite = false) => {
    setError(undefined);
    try {
      const target = overwrite && job ? { path: job.file, overwrite } : await chooseTarget(result, format, path);
      if (!target) return;
      useExports.setState({ watched: undefined });
      await startExport(result, { format, options: { ...EXPORT_DEFAULTS[format], ...options }, ...target });
    } catch (failure) {
      setError(callError(failure));
    }
  };
  const cancel = async () => {
    if (job) await api.exports.cancel.mutate({ id: job.id });
  };
  return (
    <Dialog label={`Export ${result.name}`} onClose={close} onSubmit={() => void begin()}>
      <h2>
        Export {result.name} <span className="numbers">{formatCount(result.rowCount)} rows</span>
      </h2>
      <fieldset className="formats" disabled={running}>
        <legend className="visually-hidden">Format</legend>
        {EXPORT_FORMATS.map((one) => (
          <label key={one} className={one === format ? 'on' : ''}>
            <input
              type="radio"
              name="format"
              autoFocus={one === format}
              checked={one === format}
              onChange={() => {
                setFormat(one);
                setOptions({});
              }}
            />
            {EXPORT_FORMAT_DETAILS[one].label}
          </label>
        ))}
      </fieldset>
      <p className="note">{details.note}</p>
      <ExportOptions format={format} values={{ ...EXPORT_DEFAULTS[format], ...options }} onChange={setOptions} />
      {desktop ? null : (
        <label className="export-path">
          <span>File</span>
          <input
            className="select"
            value={path}
            disabled={running}
            placeholder={`empty: download by the browser; or a path such as ${exportName(result)}.${details.extension}`}
            onChange={(event) => setPath(event.target.value)}
          />
        </label>
      )}
      {result.state === 'cut' ? (
        <p className="note warn">This result was cut: the file will hold the rows that are kept, not all.</p>
      ) : null}
      {error ? <ErrorBox error={error} /> : null}
      {job ? <JobState job={job} onReplace={() => void begin(true)} /> : null}
      <div className="dialog-actions">
        {running ? (
          <>
            <Button look="quiet" onClick={close}>
              Go on in the background
            </Button>
            <Button icon="stop" onClick={() => tried(cancel())}>
              Cancel
            </Button>
          </>
        ) : (
          <Button onClick={close}>{job?.state === 'done' ? 'Close' : 'Leave'}</Button>
        )}
        <button type="submit" className="button primary" disabled={running}>
          Export
        </button>
      </div>
    </Dialog>
  );
}

function JobState({ job, onReplace }: { job: ExportJob; onReplace(): void }) {
  if (job.state === 'failed' && job.error) {
    return (
      <ErrorBox error={job.error}>
        {job.error.code === 'FILE_CHANGED' ? <Button onClick={onReplace}>Replace it</Button> : null}
      </ErrorBox>
    );
  }
  if (job.state === 'cancelled') return <p className="note">Cancelled; no file was left.</p>;
  if (job.state === 'running') {
    const share = job.totalRows > 0 ? job.rows / job.totalRows : 0;
    return (
      <p className="job numbers" role="status">
        <progress max={1} value={share} aria-label="Progress of the export" /> {formatCount(job.rows)} of{' '}
        {formatCount(job.totalRows)} rows · {formatBytes(job.bytes)}
      </p>
    );
  }
  return (
    <div className="job done" role="status">
      <p className="numbers">
        {formatCount(job.rows)} rows · {formatBytes(job.bytes)} written
        {job.download ? '; your browser downloads the file' : ` to ${job.file}`}
      </p>
      {job.notes.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
      {desktop && !job.download ? (
        <Button onClick={() => void desktop?.revealFile(job.file)}>Show in the file manager</Button>
      ) : null}
    </div>
  );
}
