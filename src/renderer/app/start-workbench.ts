import { api, callError } from '../api/client';
import { onBackendEvent, onConnection, onEventsMissed, openEventStream } from '../api/events';
import { desktop } from '../desktop/desktop';
import { showError } from '../ui/toaster';
import { useApp } from './app-store';
import { reopenSessions } from './sessions/session-run';
import { useSettings } from './settings-store';

let started = false;

async function readProject(): Promise<void> {
  const [project, status] = await Promise.all([api.project.info.query(), api.project.status.query()]);
  useApp.getState().set({ project, status, connected: true, trouble: undefined });
  document.title = `${project.name} — Millrace`;
}

/** Reads anew what a window shows, after the backend was started anew or events were missed. */
async function readAnew(): Promise<void> {
  try {
    await Promise.all([readProject(), reopenSessions()]);
  } catch (error) {
    showError(callError(error));
  }
}

function readQuietly(read: () => Promise<void>): void {
  // The backend went away again: its coming back reads it all once more, and the status bar tells of it meanwhile.
  read().catch(() => undefined);
}

/** The stream broke: a call tells whether the backend is away or refuses this window. */
async function lookWhy(): Promise<void> {
  const { set } = useApp.getState();
  try {
    await api.project.status.query();
    set({ trouble: undefined });
  } catch (error) {
    const shape = callError(error);
    set({ trouble: shape.code === 'ENGINE_LOST' ? undefined : shape });
  }
}

/** Reads settings and project, then opens the event stream. Throws where the backend does not answer. */
export async function startWorkbench(): Promise<void> {
  await Promise.all([useSettings.getState().load(), readProject()]);
  if (started) return;
  started = true;
  const { set } = useApp.getState();
  onBackendEvent((event) => {
    if (event.type === 'status') set({ status: event.status, connected: true, trouble: undefined });
    if (event.type === 'project') readQuietly(readProject);
    if (event.type === 'settings') readQuietly(useSettings.getState().load);
    if (event.type === 'engine') set({ connected: event.state !== 'lost' });
    if (event.type === 'engine' && event.state === 'reopened') void readAnew();
  });
  onConnection((connected) => {
    set(connected ? { connected, trouble: undefined } : { connected });
    if (!connected) void lookWhy();
  });
  onEventsMissed(() => void readAnew());
  desktop?.onBackend((state) => {
    set({
      connected: state === 'ready',
      trouble: state === 'failed' ? STOPPED : undefined,
    });
  });
  openEventStream();
}

const STOPPED = {
  code: 'ENGINE_LOST' as const,
  message: 'The engine stopped and could not be started again.',
  hint: 'Close this window and open the project again; what you typed is kept. `millrace doctor` says what may be wrong.',
};
