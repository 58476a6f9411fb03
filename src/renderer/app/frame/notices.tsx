import { api, callError } from '../../api/client';
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

/** Bars below the title: a folder that is not trusted, and the choice of keys at the first start. */
export function Notices() {
  const project = useApp((state) => state.project);
  const { loaded, settings, change } = useSettings();
  return (
    <div style={{ gridColumn: '1 / -1' }}>
      {project && !project.trusted ? (
        <div className="notice-bar" role="status">
          <Icon name="shield" />
          <p>
            <b>Restricted.</b> This folder was neither made nor trusted on this machine. Its SQL runs by your hand only
            and reads this folder alone, without network.
          </p>
          <Button look="primary" onClick={() => void trust()}>
            Trust this folder
          </Button>
        </div>
      ) : null}
      {loaded && settings.keymap === 'unset' ? (
        <div className="notice-bar" role="status">
          <Icon name="keyboard" />
          <p>Which keys are in your fingers? They can be changed one by one in the settings.</p>
          <Button onClick={() => void change({ keymap: 'vscode' })}>VS Code keys</Button>
          <Button onClick={() => void change({ keymap: 'datagrip' })}>DataGrip keys</Button>
        </div>
      ) : null}
    </div>
  );
}
