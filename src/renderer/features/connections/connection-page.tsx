import { useEffect, useState } from 'react';
import { CONNECTION_LABELS } from '../../../shared/connection-fields';
import {
  CONNECTION_TYPES,
  type ConnectionAccess,
  type ConnectionEnvironment,
  type ConnectionType,
} from '../../../shared/connections';
import type { ErrorShape } from '../../../shared/errors';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import type { TabInput } from '../../app/workbench/tab';
import { changeTab, closeTab } from '../../app/workbench/workbench-store';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { Icon } from '../../ui/icon';
import { Segmented } from '../../ui/segmented';
import { showMessage } from '../../ui/toaster';
import { ConnectionFields } from './connection-fields-view';
import { type ConnectionDraft, draftOf, draftProblem, newDraft } from './connection-form';
import { connectionIcon } from './connection-rows';
import { useConnectionTest } from './connection-test';
import { TestView } from './connection-test-view';
import { useConnections } from './connections-store';
import './connections.css';

/** The form of a connection: which system, where, how to sign in; tested before it is saved. */
export function ConnectionPage({ input }: { input: TabInput; active: boolean }) {
  const name = input.data?.name as string | undefined;
  const info = useConnections((state) => state.connections.find((one) => one.name === name));
  const [draft, setDraft] = useState<ConnectionDraft | undefined>(() => (info ? draftOf(info) : undefined));
  useEffect(() => {
    if (info) setDraft((now) => now ?? draftOf(info));
  }, [info]);
  if (name !== undefined && !draft) {
    return (
      <div className="page">
        <p>There is no connection {name} in this project any more.</p>
        <Button onClick={() => closeTab(input.key)}>Close</Button>
      </div>
    );
  }
  if (!draft) return <TypeChoice onChoose={(type) => setDraft(newDraft(type))} />;
  return <ConnectionEditor input={input} before={name} draft={draft} onChange={setDraft} />;
}

const NOTES: Record<ConnectionType, string> = {
  folder: 'Files of another folder',
  s3: 'Buckets of AWS, MinIO, R2',
  gcs: 'Buckets of Google Cloud',
  azure: 'Containers of Azure',
  postgres: 'Schemas and tables',
  mysql: 'Schemas and tables',
  sqlite: 'Tables of a file',
  duckdb: 'Tables of a file',
  http: 'Records of a web API',
  mongodb: 'Collections',
};

function TypeChoice({ onChoose }: { onChoose(type: ConnectionType): void }) {
  return (
    <div className="page connection-types">
      <h1>Connect to a system</h1>
      <p>It is read only until you say otherwise. Passwords go to the keychain of this machine, never into a file.</p>
      <div className="choices">
        {CONNECTION_TYPES.map((type) => (
          <button key={type} type="button" className="choice" onClick={() => onChoose(type)}>
            <Icon name={connectionIcon({ type })} size={16} />
            <b>{CONNECTION_LABELS[type]}</b>
            <span>{NOTES[type]}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

interface EditorProps {
  input: TabInput;
  /** The name under which it is saved; undefined for a new one. */
  before: string | undefined;
  draft: ConnectionDraft;
  onChange(draft: ConnectionDraft): void;
}

function ConnectionEditor({ input, before, draft, onChange }: EditorProps) {
  const [error, setError] = useState<ErrorShape>();
  const [saving, setSaving] = useState(false);
  const test = useConnectionTest();
  const problem = draftProblem(draft);
  const asked = input.data?.test;
  const { start } = test;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each asking of the menu starts one test
  useEffect(() => {
    if (asked !== undefined) void start(draft);
  }, [asked]);

  const save = async () => {
    setSaving(true);
    setError(undefined);
    try {
      const { name, secrets, ...config } = draft;
      const info = await api.connections.save.mutate({
        name,
        config,
        secrets,
        ...(before ? { previous: before } : {}),
      });
      await useConnections.getState().load();
      onChange(draftOf(info));
      changeTab(input.key, { title: info.name, data: { name: info.name } });
      showMessage(`${info.name} is saved; in SQL it is called ${info.alias}.`);
    } catch (thrown) {
      setError(callError(thrown));
    } finally {
      setSaving(false);
    }
  };
  return (
    <form
      className="page connection-page"
      aria-label={`Connection ${draft.name || 'new'}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem && !saving) tried(save());
      }}
    >
      <h1>
        <Icon name={connectionIcon(draft)} size={16} /> {before ?? `New: ${CONNECTION_LABELS[draft.type]}`}
      </h1>
      <NameAndRights draft={draft} onChange={onChange} />
      <ConnectionFields draft={draft} onChange={onChange} />
      {error ? <ErrorBox error={error} /> : null}
      <div className="connection-actions">
        <Button type="submit" look="primary" disabled={problem !== undefined || saving}>
          {saving ? 'Saving…' : 'Save'}
        </Button>
        <Button icon="tick" disabled={test.running} onClick={() => void test.start(draft)}>
          {test.running ? 'Testing…' : 'Test'}
        </Button>
        {test.running ? <Button onClick={test.cancel}>Cancel</Button> : null}
        <span className="note">{problem ?? 'Saved in millrace.yaml; secrets in the keychain of this machine.'}</span>
      </div>
      <TestView test={test} name={before} />
    </form>
  );
}

const ENVIRONMENTS: { value: ConnectionEnvironment; label: string }[] = [
  { value: 'dev', label: 'dev' },
  { value: 'test', label: 'test' },
  { value: 'prod', label: 'prod' },
];
const ACCESS: { value: ConnectionAccess; label: string }[] = [
  { value: 'read', label: 'Read only' },
  { value: 'write', label: 'Read and write' },
];

function NameAndRights({ draft, onChange }: Pick<EditorProps, 'draft' | 'onChange'>) {
  return (
    <div className="connection-head">
      <label className="connection-field">
        <span>Name</span>
        <input
          value={draft.name}
          placeholder="shop_db"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
        />
      </label>
      <div className="connection-field">
        <span>Access</span>
        <Segmented
          label="Access"
          value={draft.access}
          options={ACCESS}
          onChange={(access) => onChange({ ...draft, access })}
        />
      </div>
      <div className="connection-field">
        <span>Environment</span>
        <Segmented
          label="Environment"
          value={draft.environment}
          options={ENVIRONMENTS}
          onChange={(environment) => onChange({ ...draft, environment })}
        />
      </div>
    </div>
  );
}
