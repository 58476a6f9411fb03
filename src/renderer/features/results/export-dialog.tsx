import { useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { ExportJob } from '../../../shared/events';
import { EXPORT_DEFAULTS, EXPORT_FORMAT_DETAILS, EXPORT_FORMATS, type ExportFormat } from '../../../shared/export';
import type { ResultInfo } from '../../../shared/results';
import { api, callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { hideOverlay } from '../../app/overlay-registry';
import { useSettings } from '../../app/settings-store';
import { desktop } from '../../desktop/desktop';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { ExportOptions, type OptionValues } from './export-options';
import { tabTitle } from './result-tabs';
import './export-dialog.css';

function close(): void {
  hideOverlay('export');
}

/** Starts an export where the user wants it: a native dialog in the desktop, else a path or the browser's download. */
async function start(result: ResultInfo, format: ExportFormat, options: OptionValues, path: string | undefined) {
  const { timeZone } = useSettings.getState().settings;
  return api.exports.start.mutate({
    result: result.id,
    format,
    options,
    timeZone,
    ...(path === undefined ? { name: fileName(result) } : { path, overwrite: desktop !== undefined }),
  });
}

function fileName(result: ResultInfo): string {
  const about = tabTitle(result)
    .replace(/^_\d+\s*/, '')
    .replace(/\.\w+$/, '');
  return about.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').replaceAll(/^-|-$/g, '') || `result${result.name}`;
}

/** The job's state as its events tell it; a finished download is fetched. */
function useJob(job: ExportJob | undefined): ExportJob | undefined {
  const [latest, setLatest] = useState<ExportJob>();
  useEffect(() => {
    setLatest(job);
    if (!job) return;
    return onBackendEvent((event) => {
      if (event.type !== 'export' || event.job.id !== job.id) return;
      setLatest(event.job);
      if (event.job.state === 'done' && event.job.download) download(event.job);
    });
  }, [job]);
  return latest;
}

function download(job: ExportJob): void {
  const link = document.createElement('a');
  link.href = `/api/exports/${job.id}/download`;
  link.download = '';
  link.click();
}

/** Writes a kept result to a file without running its query again. */
export function ExportDialog({ result }: { result: ResultInfo }) {
  const [format, setFormat] = useState<ExportFormat>('parquet');
  const [options, setOptions] = useState<OptionValues>({});
  const [path, setPath] = useState('');
  const [started, setStarted] = useState<ExportJob>();
  const [error, setError] = useState<ErrorShape>();
  const job = useJob(started);
  const details = EXPORT_FORMAT_DETAILS[format];
  const running = job?.state === 'running';

  const begin = async () => {
    setError(undefined);
    try {
      let target = path.trim() === '' ? undefined : path.trim();
      if (desktop) {
        const chosen = await desktop.saveDialog({
          suggestedName: `${fileName(result)}.${details.extension}`,
          filters: [{ name: details.label, extensions: [details.extension] }],
        });
        if (chosen === null) return;
        target = chosen;
      }
      setStarted(await start(result, format, { ...EXPORT_DEFAULTS[format], ...options }, target));
    } catch (failure) {
      setError(callError(failure));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the dialog inside has the roles; the layer only ends it
    <div
      className="dialog-layer"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && close()}
    >
      <form
        className="dialog export-dialog"
        role="dialog"
        aria-modal="true"
        aria-label={`Export ${result.name}`}
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
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
                // biome-ignore lint/a11y/noAutofocus: the dialog was asked for
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
              placeholder="empty: download by the browser; or a path in the project"
              onChange={(event) => setPath(event.target.value)}
            />
          </label>
        )}
        {result.state === 'cut' ? (
          <p className="note warn">This result was cut: the file will hold the rows that are kept, not all.</p>
        ) : null}
        {error ? <ErrorBox error={error} /> : null}
        {job ? <JobState job={job} /> : null}
        <div className="dialog-actions">
          {running && job ? (
            <Button icon="stop" onClick={() => void api.exports.cancel.mutate({ id: job.id })}>
              Cancel
            </Button>
          ) : (
            <Button onClick={close}>{job?.state === 'done' ? 'Close' : 'Leave'}</Button>
          )}
          <button type="submit" className="button primary" disabled={running}>
            Export
          </button>
        </div>
      </form>
    </div>
  );
}

function JobState({ job }: { job: ExportJob }) {
  if (job.state === 'failed' && job.error) return <ErrorBox error={job.error} />;
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
