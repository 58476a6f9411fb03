import type { ReactNode } from 'react';
import type { UserSettings } from '../../../shared/project';
import { useApp } from '../../app/app-store';
import { runCommand } from '../../app/commands/registry';
import { useSettings } from '../../app/settings-store';
import { Button } from '../../ui/button';
import { formatBytes } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import './settings.css';

function Setting({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="setting">
      <div>
        <b>{title}</b>
        {note ? <span>{note}</span> : null}
      </div>
      <div className="control">{children}</div>
    </div>
  );
}

/** The user's own settings; each holds at once and for every project on this machine. */
export function SettingsPage() {
  const { settings, change } = useSettings();
  return (
    <div className="page">
      <h1>Settings</h1>
      <p>They hold for you on this machine, in every project. What belongs to a project stands in its millrace.yaml.</p>
      <h2>Look</h2>
      <Setting title="Theme">
        <Segmented<UserSettings['theme']>
          label="Theme"
          value={settings.theme}
          options={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'system', label: 'As the system' },
          ]}
          onChange={(theme) => void change({ theme })}
        />
      </Setting>
      <Setting title="Time zone" note="Times with a zone are shown in it, and queries run with it.">
        <Button onClick={() => void runCommand('settings.timeZone')}>{settings.timeZone}</Button>
      </Setting>
      <h2>Editor</h2>
      <Setting title="Wrap long lines">
        <Toggle
          label="Wrap long lines"
          on={settings.editor.wordWrap}
          onChange={(wordWrap) => void change({ editor: { ...settings.editor, wordWrap } })}
        />
      </Setting>
      <Setting title="Ligatures" note="Draws != and >= as one sign.">
        <Toggle
          label="Ligatures"
          on={settings.editor.ligatures}
          onChange={(ligatures) => void change({ editor: { ...settings.editor, ligatures } })}
        />
      </Setting>
      <h2>Keys</h2>
      <Setting title="Keymap" note="Single keys can be changed on the keys page.">
        <Segmented
          label="Keymap"
          value={settings.keymap === 'unset' ? 'vscode' : settings.keymap}
          options={[
            { value: 'vscode', label: 'VS Code' },
            { value: 'datagrip', label: 'DataGrip' },
          ]}
          onChange={(keymap) => void change({ keymap: keymap as UserSettings['keymap'] })}
        />
        <Button icon="keyboard" onClick={() => void runCommand('settings.keys')}>
          All keys
        </Button>
      </Setting>
      <EngineFacts />
    </div>
  );
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange(on: boolean): void }) {
  return <input type="checkbox" aria-label={label} checked={on} onChange={(event) => onChange(event.target.checked)} />;
}

function EngineFacts() {
  const status = useApp((state) => state.status);
  const project = useApp((state) => state.project);
  if (!status || !project) return null;
  const facts: [string, string][] = [
    ['Millrace', project.version],
    ['DuckDB', status.version],
    ['Memory', `${formatBytes(status.memoryBytes)} of ${formatBytes(status.memoryLimitBytes)}`],
    ['Temporary files', formatBytes(status.temporaryBytes)],
    ['Queries', `${status.running} running, ${status.queued} waiting`],
    ['Project', project.folder],
    ['Trust', project.trusted ? 'trusted on this machine' : 'restricted'],
  ];
  return (
    <>
      <h2>Engine</h2>
      <p>
        Limits stand in millrace.yaml, for example <code>engine: {'{ memory: 8GB, threads: 4 }'}</code>, and hold from
        the next start. <code>millrace doctor</code> in a terminal checks this installation.
      </p>
      <dl className="facts numbers">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
