import { callError, fetchRoute } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import { desktop } from '../../desktop/desktop';
import { showError, showMessage } from '../../ui/toaster';
import { openRelation } from './explore-menu';

/** Opens files by path: a worksheet in an editor, anything else as a preview of its rows. */
export async function openPaths(paths: string[]): Promise<void> {
  for (const path of paths) {
    if (path.toLowerCase().endsWith('.sql')) await runCommand('worksheet.open', path);
    else openRelation({ path: path.replaceAll('\\', '/') });
  }
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
