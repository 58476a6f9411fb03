import type { ObjectEntry } from '../../../shared/objects';
import { api, callError, fetchRoute } from '../../api/client';
import { desktop } from '../../desktop/desktop';
import { showMessage } from '../../ui/toaster';

/** The folder part of what is listed: `bucket/raw/` of `bucket/raw/2024-0`. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A file of this machine that can be sent to a prefix: by its path in the desktop, by its bytes in a browser. */
export interface Upload {
  name: string;
  send(overwrite: boolean): Promise<unknown>;
}

export function uploadOfFile(connection: string, prefix: string, file: File): Upload {
  const own = desktop?.pathForFile(file);
  if (own) return uploadOfPath(connection, prefix, own);
  const query = { connection, path: `${prefix}${file.name}` };
  return {
    name: file.name,
    send: (overwrite) =>
      fetchRoute(`/api/objects/upload?${new URLSearchParams({ ...query, overwrite: String(overwrite) })}`, {
        method: 'POST',
        body: file,
      }),
  };
}

export function uploadOfPath(connection: string, prefix: string, file: string): Upload {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const path = `${prefix}${name}`;
  return { name, send: (overwrite) => api.objects.upload.mutate({ connection, path, file, overwrite }) };
}

/** Starts them one after another; gives those whose names are taken. */
export async function startUploads(uploads: Upload[], overwrite: boolean): Promise<Upload[]> {
  const taken: Upload[] = [];
  for (const upload of uploads) {
    try {
      await upload.send(overwrite);
    } catch (error) {
      if (callError(error).code !== 'NAME_TAKEN') throw error;
      taken.push(upload);
    }
  }
  return taken;
}

/** Saves objects: where the user says in the desktop, by the browser's own download else. */
export async function downloadObjects(connection: string, entries: ObjectEntry[]): Promise<void> {
  for (const { name, path } of entries) {
    if (desktop) {
      const file = await desktop.saveDialog({ suggestedName: name });
      // The system's dialog has asked whether to replace a file.
      if (file !== null) await api.objects.download.mutate({ connection, path, file, overwrite: true });
      continue;
    }
    const link = document.createElement('a');
    link.href = `/api/objects/download?${new URLSearchParams({ connection, path })}`;
    link.download = name;
    link.click();
  }
}

/** Puts an address on the clipboard from which anybody may read the object for so long. */
export async function copyLink(connection: string, path: string, seconds: number): Promise<void> {
  const link = await api.objects.link.mutate({ connection, path, seconds });
  await navigator.clipboard.writeText(link);
  showMessage(`The link was copied. It is good for ${durationText(seconds)}, for whoever has it.`);
}

export const LINK_TIMES = [3_600, 86_400, 604_800] as const;

export function durationText(seconds: number): string {
  const hours = Math.round(seconds / 3_600);
  if (hours < 24) return hours === 1 ? 'an hour' : `${hours} hours`;
  return hours === 24 ? 'a day' : `${Math.round(hours / 24)} days`;
}
