import { api, callError, fetchRoute } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import { pick } from '../../app/palette/palette-store';
import { desktop } from '../../desktop/desktop';
import { showError, showMessage } from '../../ui/toaster';
import { openRelation } from './explore-menu';

/** Opens files by path, wherever they lie: a worksheet in an editor, anything else as a preview of its rows. */
export async function openPaths(paths: string[]): Promise<void> {
  for (const asked of paths) {
    if (asked.toLowerCase().endsWith('.sql')) await runCommand('worksheet.open', asked);
    else await openData(await api.explorer.openFile.mutate({ path: asked }));
  }
}

/** A workbook or database file of several relations asks which. */
async function openData(path: string): Promise<void> {
  // What cannot be read shows why in its tab.
  const parts = await api.explorer.parts.query({ path }).catch(() => []);
  const [only] = parts;
  if (parts.length > 1) {
    pick({
      placeholder: `Which table of ${path.split('/').at(-1)}?`,
      items: parts.map(({ part, kind }) => ({
        id: part,
        label: part,
        detail: kind,
        icon: 'table',
        run: () => openRelation({ path, part }),
      })),
    });
  } else openRelation(only ? { path, part: only.part } : { path });
}

/** The path under which the backend reads a dropped file: its own in the desktop, that of an upload in a browser. */
async function pathOf(file: File): Promise<string> {
  const own = desktop?.pathForFile(file);
  if (own) return own;
  const response = await fetchRoute(`/api/uploads?${new URLSearchParams({ name: file.name })}`, {
    method: 'POST',
    body: file,
  });
  const { path } = (await response.json()) as { path: string };
  showMessage(`${file.name} was copied to ${path}`);
  return path;
}

/** Lets files be dropped anywhere on the window, and opens those that the system hands to the desktop. */
export function acceptFiles(): () => void {
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  };
  const drop = (event: DragEvent) => {
    document.body.classList.remove('dropping');
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    Promise.all(files.map(pathOf))
      .then(openPaths)
      .catch((error) => showError(callError(error)));
  };
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', drop);
  const stopSystem = desktop?.onOpenFiles((paths) => void openPaths(paths));
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
    stopSystem?.();
  };
}
