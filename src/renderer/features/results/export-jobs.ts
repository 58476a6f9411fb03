import { create } from 'zustand';
import type { ExportJob } from '../../../shared/events';
import type { ExportFormat } from '../../../shared/export';
import type { ResultInfo } from '../../../shared/results';
import { api } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { useSettings } from '../../app/settings-store';
import { showError, showMessage } from '../../ui/toaster';
import type { OptionValues } from './export-options';
import { subjectOf } from './tab-title';

interface ExportState {
  /** Exports of this window, by id, as their last event told. */
  jobs: Record<string, ExportJob>;
  /** The one that the open dialog shows; others tell of their end by a message. */
  watched: string | undefined;
}

/** Kept outside the dialog: it may be closed while an export goes on, and a short one ends before its start is answered. */
export const useExports = create<ExportState>()(() => ({ jobs: {}, watched: undefined }));

/** Ids of exports that this window started; those of others are not its business. */
const mine = new Set<string>();

onBackendEvent((event) => {
  if (event.type !== 'export') return;
  useExports.setState(({ jobs }) => ({ jobs: { ...jobs, [event.job.id]: event.job } }));
  if (mine.has(event.job.id)) onEnd(event.job);
});

function onEnd(job: ExportJob): void {
  if (job.state === 'running') return;
  mine.delete(job.id);
  if (job.state === 'done' && job.download) download(job);
  if (useExports.getState().watched === job.id) return;
  if (job.state === 'done' && !job.download) showMessage(`${job.file} was written`);
  if (job.state === 'failed' && job.error) showError(job.error);
}

function download(job: ExportJob): void {
  const link = document.createElement('a');
  link.href = `/api/exports/${job.id}/download`;
  link.download = '';
  link.click();
}

export interface ExportWish {
  format: ExportFormat;
  options: OptionValues;
  /** Absent for a download by the browser. */
  path?: string;
  overwrite?: boolean;
}

/** Starts an export of a kept result; its progress and end come as events. */
export async function startExport(result: ResultInfo, wish: ExportWish): Promise<void> {
  const { timeZone } = useSettings.getState().settings;
  const { path, overwrite = false, ...rest } = wish;
  const job = await api.exports.start.mutate({
    result: result.id,
    ...rest,
    timeZone,
    ...(path === undefined ? { name: exportName(result) } : { path, overwrite }),
  });
  mine.add(job.id);
  const known = useExports.getState().jobs[job.id];
  useExports.setState(({ jobs }) => ({ jobs: { ...jobs, [job.id]: known ?? job }, watched: job.id }));
  if (known) onEnd(known);
}

/** A file name without its ending, of what the result is about. */
export function exportName(result: Pick<ResultInfo, 'name' | 'sql'>): string {
  const about = subjectOf(result.sql)
    .slice(0, 40)
    .replace(/\.\w+$/, '');
  return about.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').replaceAll(/^-+|-+$/g, '') || `result${result.name}`;
}
