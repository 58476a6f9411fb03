import { api } from '../api/client';
import { onBackendEvent, onConnection, onEventsMissed, openEventStream } from '../api/events';
import { desktop } from '../desktop/desktop';
import { useApp } from './app-store';
import { useSettings } from './settings-store';

let started = false;

async function readProject(): Promise<void> {
  const [project, status] = await Promise.all([api.project.info.query(), api.project.status.query()]);
  useApp.getState().set({ project, status, connected: true });
  document.title = `${project.name} — Millrace`;
}

/** Reads settings and project, then opens the event stream. Throws where the backend does not answer. */
export async function startWorkbench(): Promise<void> {
  await useSettings.getState().load();
  await readProject();
  if (started) return;
  started = true;
  const { set } = useApp.getState();
  onBackendEvent((event) => {
    if (event.type === 'status') set({ status: event.status, connected: true });
    if (event.type === 'project') void readProject();
    if (event.type === 'settings') void useSettings.getState().load();
    if (event.type === 'engine') set({ connected: event.state !== 'lost' });
  });
  onConnection((connected) => set({ connected }));
  onEventsMissed(() => void readProject());
  desktop?.onBackend((state) => set({ connected: state === 'ready' }));
  openEventStream();
}
