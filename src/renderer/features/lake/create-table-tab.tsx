import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { CreateTablePlan, PartitionField, WriteMode } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import type { TabInput } from '../../app/workbench/tab';
import { closeTab } from '../../app/workbench/workbench-store';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { showMessage } from '../../ui/toaster';
import { CreatePreview } from './create-preview';
import { openLakeTable, type TableSource } from './open-lake';
import { PartitionEditor } from './partition-editor';
import { takeFocus } from './take-focus';
import './lake.css';

interface Draft {
  into: string;
  sql: string;
  mode: WriteMode;
  key: string;
  latestBy: string;
  partition: PartitionField[];
  evolve: boolean;
}

const MODES = [
  { value: 'append', label: 'Append', title: 'Adds the rows' },
  { value: 'replace', label: 'Replace', title: 'The rows take the place of those that are there' },
  { value: 'merge', label: 'Merge', title: 'Rows with the same key are changed, others are added' },
] as const;
const LOOK_AFTER_MILLISECONDS = 350;

/** Makes or fills a lake table from rows: name, way and key at the left, what will be written at the right. */
export function CreateTableTab({ input }: { input: TabInput; active: boolean }) {
  const source = input.data?.source as TableSource;
  const [draft, setDraft] = useState<Draft>(() => firstDraft(source, input.data?.into as string | undefined));
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const { plan, error, looking } = usePlan(source, draft);
  const write = useWrite(source, draft, input.key);
  const columns = (plan?.columns ?? []).map((column) => ({ name: column.name, type: column.type }));
  const exists = plan?.exists === true;
  return (
    <form
      className="lake-create"
      aria-label={input.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (plan && !write.running) tried(write.start());
      }}
    >
      <div className="lake-create-form">
        <h1>Table from {source.label}</h1>
        {'sql' in source ? (
          <label className="lake-field">
            <span>Query</span>
            <textarea
              rows={6}
              spellCheck={false}
              value={draft.sql}
              placeholder="select … from …"
              onChange={(event) => set({ sql: event.target.value })}
            />
          </label>
        ) : null}
        <label className="lake-field">
          <span>Table</span>
          <span className="text-field">
            <input
              ref={takeFocus}
              spellCheck={false}
              value={draft.into}
              placeholder="raw.orders"
              onChange={(event) => set({ into: event.target.value })}
            />
          </span>
        </label>
        <div className="lake-field">
          <span>How</span>
          <Segmented<WriteMode>
            label="How"
            value={draft.mode}
            options={[...MODES]}
            onChange={(mode) => set({ mode })}
          />
        </div>
        {draft.mode === 'merge' ? (
          <>
            <label className="lake-field">
              <span>Key</span>
              <span className="text-field">
                <input
                  spellCheck={false}
                  value={draft.key}
                  placeholder="order_id, line"
                  onChange={(event) => set({ key: event.target.value })}
                />
              </span>
            </label>
            <label className="lake-field">
              <span>Latest by</span>
              <select
                className="select"
                value={draft.latestBy}
                onChange={(event) => set({ latestBy: event.target.value })}
              >
                <option value="">(one row a key)</option>
                {columns.map((column) => (
                  <option key={column.name}>{column.name}</option>
                ))}
              </select>
            </label>
          </>
        ) : null}
        {exists ? (
          <label className="lake-check">
            <input type="checkbox" checked={draft.evolve} onChange={(event) => set({ evolve: event.target.checked })} />
            New columns are added, narrow ones widened
          </label>
        ) : (
          <div className="lake-field">
            <span>Partition by</span>
            <PartitionEditor columns={columns} value={draft.partition} onChange={(partition) => set({ partition })} />
          </div>
        )}
        {write.error ? <ErrorBox error={write.error} /> : null}
        <div className="lake-line">
          <Button type="submit" look="primary" icon="layers" disabled={!plan || write.running}>
            {write.running ? 'Writing…' : exists ? `Write to ${draft.into}` : `Create ${draft.into}`}
          </Button>
          {write.running ? <Button onClick={write.cancel}>Cancel</Button> : null}
        </div>
        <p className="note">One transaction: the table is the old or the new one, never between.</p>
      </div>
      <CreatePreview plan={plan} error={error} looking={looking} />
    </form>
  );
}

function firstDraft(source: TableSource, into: string | undefined): Draft {
  const base = source.label
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_');
  return {
    into: into ?? `raw.${/^[a-z]/.test(base) ? base.replace(/_+$/, '') : 'new_table'}`,
    sql: 'sql' in source ? source.sql : '',
    mode: 'append',
    key: '',
    latestBy: '',
    partition: [],
    evolve: false,
  };
}

/** The request that the form says; undefined while it says none. */
function requestOf(source: TableSource, draft: Draft) {
  const parts = draft.into.split('.').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  const [schema, name] = parts.length === 3 && parts[0] === 'lake' ? parts.slice(1) : parts;
  if (!schema || !name || parts.length > 3) return undefined;
  const from =
    'sql' in source
      ? { sql: draft.sql }
      : 'result' in source
        ? { result: source.result }
        : { relation: source.relation };
  if ('sql' in from && from.sql.trim() === '') return undefined;
  const key = draft.key
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return {
    into: { schema, name },
    from,
    mode: draft.mode,
    ...(draft.mode === 'merge' ? { key } : {}),
    ...(draft.mode === 'merge' && draft.latestBy !== '' ? { latestBy: draft.latestBy } : {}),
    ...(draft.partition.length > 0 ? { partition: draft.partition } : {}),
    ...(draft.evolve ? { evolve: true } : {}),
  };
}

/** What the form would do, looked at anew a moment after the last change. */
function usePlan(source: TableSource, draft: Draft) {
  const [plan, setPlan] = useState<CreateTablePlan>();
  const [error, setError] = useState<ErrorShape>();
  const [looking, setLooking] = useState(false);
  const turn = useRef(0);
  useEffect(() => {
    turn.current += 1;
    const own = turn.current;
    const request = requestOf(source, draft);
    if (!request) {
      setError(undefined);
      return;
    }
    setLooking(true);
    const timer = setTimeout(() => {
      api.lake.planCreate.mutate(request).then(
        (found) => {
          if (turn.current !== own) return;
          setPlan(found);
          setError(undefined);
          setLooking(false);
        },
        (failure: unknown) => {
          if (turn.current !== own) return;
          setPlan(undefined);
          setError(callError(failure));
          setLooking(false);
        },
      );
    }, LOOK_AFTER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [source, draft]);
  return { plan, error, looking };
}

function useWrite(source: TableSource, draft: Draft, tab: string) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<ErrorShape>();
  const task = useRef('');
  const start = useCallback(async () => {
    const request = requestOf(source, draft);
    if (!request) return;
    task.current = crypto.randomUUID();
    setRunning(true);
    setError(undefined);
    try {
      const outcome = await api.lake.create.mutate({ ...request, task: task.current });
      const { schema, name } = outcome.table;
      showMessage(`${schema}.${name}: ${formatCount(outcome.rows)} rows written.`);
      openLakeTable(schema, name);
      closeTab(tab);
    } catch (failure) {
      setError(callError(failure));
    } finally {
      setRunning(false);
    }
  }, [source, draft, tab]);
  return { running, error, start, cancel: () => tried(api.lake.cancel.mutate({ task: task.current })) };
}
