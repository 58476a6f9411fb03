import { useEffect, useState } from 'react';
import { api, callError } from '../../api/client';
import { desktop } from '../../desktop/desktop';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { showError, showMessage } from '../../ui/toaster';
import { useApp } from '../app-store';
import { useSettings } from '../settings-store';

async function trust(): Promise<void> {
  try {
    useApp.getState().set({ project: await api.project.trust.mutate() });
    showMessage('This folder is trusted on this machine now.');
  } catch (error) {
    showError(callError(error));
  }
}

/** Bars below the title: an engine that is away, a folder that is not trusted, a broken millrace.yaml, the choice of keys. */
export function Notices() {
  return (
    <div className="notices">
      <EngineAway />
      <Restricted />
      <BrokenConfig />
      <KeymapChoice />
    </div>
  );
}

const PATIENCE = 1_500;

/** Said only when it takes longer than a reconnection does. */
function EngineAway() {
  const away = useApp((state) => state.project !== undefined && !state.connected);
  const trouble = useApp((state) => state.trouble);
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!away) return setLong(false);
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [away]);
  if (!away || !(long || trouble)) return null;
  return (
    <div className="notice-bar fail" role="alert">
      <Icon name="error" />
      <p>
        <b>{trouble?.message ?? 'The engine does not answer.'}</b> {trouble?.hint ?? WAITING}{' '}
        {trouble?.code === 'UNAUTHORIZED' ? 'Open it in this browser, and this window goes on too. ' : ''}
        What you type is kept.
      </p>
    </div>
  );
}

const WAITING = desktop
  ? 'It is being started again, and this window goes on by itself.'
  : 'This window goes on by itself once `millrace serve` answers on this port again.';

function Restricted() {
  const restricted = useApp((state) => state.project?.trusted === false);
  if (!restricted) return null;
  return (
    <div className="notice-bar" role="status">
      <Icon name="shield" />
      <p>
        <b>Restricted.</b> This folder was neither made nor trusted on this machine. Its SQL runs by your hand only and
        reads this folder alone, without network.
      </p>
      <Button onClick={() => void trust()}>Trust this folder</Button>
    </div>
  );
}

function BrokenConfig() {
  const problem = useApp((state) => state.project?.problem);
  if (!problem) return null;
  return (
    <div className="notice-bar" role="status">
      <Icon name="warning" />
      <p>
        <b>{problem.message}</b> {problem.hint} Until then what it last said holds.
      </p>
    </div>
  );
}

function KeymapChoice() {
  const { loaded, settings, change } = useSettings();
  if (!loaded || settings.keymap !== 'unset') return null;
  return (
    <div className="notice-bar calm" role="status">
      <Icon name="keyboard" />
      <p>Which keys are in your fingers? They can be changed one by one in the settings.</p>
      <Button onClick={() => void change({ keymap: 'vscode' })}>VS Code keys</Button>
      <Button onClick={() => void change({ keymap: 'datagrip' })}>DataGrip keys</Button>
    </div>
  );
}
