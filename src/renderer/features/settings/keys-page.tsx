import { useState } from 'react';
import type { Command } from '../../app/commands/command';
import { chordOf, normalizeChord, showChord } from '../../app/commands/key-chord';
import { allCommands, chordsOf } from '../../app/commands/registry';
import { useSettings } from '../../app/settings-store';
import type { TabInput } from '../../app/workbench/tab';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/text-field';
import { FIXED_KEYS } from './fixed-keys';
import './settings.css';

/** Every command with its keys; each can be given others, or none. */
export function KeysPage(_props: { input: TabInput }) {
  const [filter, setFilter] = useState('');
  const settings = useSettings((state) => state.settings);
  const wanted = filter.toLowerCase();
  const commands = allCommands()
    .filter((command) => !command.hidden)
    .filter((command) =>
      `${command.category} ${command.title} ${chordsOf(command).map(showChord).join(' ')} ${chordsOf(command).join(' ')}`
        .toLowerCase()
        .includes(wanted),
    )
    .sort((a, b) => a.category.localeCompare(b.category));
  const fixed = FIXED_KEYS.filter(([title, keys]) => `${title} ${keys}`.toLowerCase().includes(wanted));
  return (
    <div className="page">
      <h1>Keys</h1>
      <p>
        {settings.keymap === 'datagrip' ? 'DataGrip' : 'VS Code'} keys. Where a browser keeps a key for itself, the
        second one serves.
      </p>
      <TextField label="Filter commands and keys" icon="search" width={320} value={filter} onChange={setFilter} />
      <table className="keys">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col">Keys</th>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {commands.map((command) => (
            <KeyRow key={command.id} command={command} own={settings.keys[command.id]} />
          ))}
        </tbody>
      </table>
      {commands.length === 0 && fixed.length === 0 ? <p>Nothing matches “{filter}”.</p> : null}
      {fixed.length > 0 ? (
        <>
          <h2>In the result grid and the trees</h2>
          <table className="keys">
            <tbody>
              {fixed.map(([title, keys]) => (
                <tr key={title}>
                  <td>{title}</td>
                  <td colSpan={2}>
                    <kbd>{showChord(keys)}</kbd>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
    </div>
  );
}

function KeyRow({ command, own }: { command: Command; own: string | undefined }) {
  const [recording, setRecording] = useState(false);
  const store = (keys: string | null) => useSettings.getState().changeKey(command.id, keys);
  return (
    <tr>
      <td>
        {command.title} <span className="category">{command.category}</span>
      </td>
      <td>
        {recording ? (
          <KeyRecorder
            onChord={(chord) => {
              setRecording(false);
              if (chord !== undefined) void store(normalizeChord(chord));
            }}
          />
        ) : (
          chordsOf(command).map((chord) => <kbd key={chord}>{showChord(chord)}</kbd>)
        )}
        <KeyClash command={command} />
      </td>
      <td className="change">
        <Button look="quiet" onClick={() => setRecording(!recording)}>
          Change
        </Button>
        {own === undefined ? (
          <Button look="quiet" disabled={chordsOf(command).length === 0} onClick={() => void store('')}>
            Remove
          </Button>
        ) : (
          <Button look="quiet" onClick={() => void store(null)}>
            As it was
          </Button>
        )}
      </td>
    </tr>
  );
}

/** Names other commands with the same chord: of these the last one that can run gets the key. */
function KeyClash({ command }: { command: Command }) {
  const mine = chordsOf(command);
  const others = allCommands().filter(
    (other) => other.id !== command.id && chordsOf(other).some((chord) => mine.includes(chord)),
  );
  if (others.length === 0) return null;
  return <span className="clash">also: {others.map((other) => other.title).join(', ')}</span>;
}

function KeyRecorder({ onChord }: { onChord(chord: string | undefined): void }) {
  return (
    <span className="text-field">
      <input
        // biome-ignore lint/a11y/noAutofocus: the next key is what was asked for
        autoFocus
        readOnly
        data-recording
        aria-label="Press the new key"
        placeholder="Press the new key; Esc leaves"
        onBlur={() => onChord(undefined)}
        onKeyDown={(event) => {
          event.preventDefault();
          event.stopPropagation();
          const chord = chordOf(event.nativeEvent);
          if (chord !== undefined) onChord(chord === 'Esc' ? undefined : chord);
        }}
      />
    </span>
  );
}
