import { useCallback, useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { FileDescription, FileOptions, FileReference } from '../../../shared/files';
import { api, callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { runCommand } from '../../app/commands/registry';
import type { TabInput } from '../../app/workbench/tab';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { SplitPane } from '../../ui/split-pane';
import { showError } from '../../ui/toaster';
import { referenceKey, useExplore } from './explore-store';
import { FileOptionsPanel } from './file-options';
import { FilePreview } from './file-preview';
import './file-tab.css';

function referenceOf(input: TabInput): FileReference {
  const { path, part } = input.data as { path: string; part?: string };
  return part === undefined ? { path } : { path, part };
}

/** A file's rows with the options by which they are read, and the SQL that reads them so. */
export function FileTab({ input, active }: { input: TabInput; active: boolean }) {
  const [reference] = useState(() => referenceOf(input));
  const [description, setDescription] = useState<FileDescription>();
  const [error, setError] = useState<ErrorShape>();
  const [trial, setTrial] = useState<{ options: FileOptions; description: FileDescription; sql: string }>();
  const [width, setWidth] = useState(300);

  const read = useCallback(async () => {
    try {
      setDescription(await api.explorer.describe.query(reference));
      setError(undefined);
      setTrial(undefined);
    } catch (failure) {
      setError(callError(failure));
    }
  }, [reference]);
  useEffect(() => {
    void read();
    return onBackendEvent((event) => {
      if (event.type === 'files' && (event.paths.length === 0 || event.paths.includes(reference.path))) void read();
      if (event.type === 'file-check' && event.path === reference.path) void read();
    });
  }, [read, reference]);

  const tryOptions = async (options: FileOptions) => {
    try {
      const preview = await api.explorer.preview.mutate({ reference, options });
      setTrial({ options, ...preview });
    } catch (failure) {
      showError(callError(failure));
    }
  };
  const keep = async (options: FileOptions) => {
    try {
      setDescription(await api.explorer.setOptions.mutate({ reference, options }));
      setTrial(undefined);
      setError(undefined);
      void useExplore.getState().loadDescription(reference);
    } catch (failure) {
      showError(callError(failure));
    }
  };

  const shown = trial?.description ?? description;
  if (!shown) {
    if (!error) return <div className="file-loading skeleton" aria-busy />;
    return <FileFailure error={error} reference={reference} onKeep={keep} onAgain={() => void read()} />;
  }
  const sql = trial?.sql ?? `from ${shown.relation};`;
  return (
    <div className="file-tab">
      <FileToolbar reference={reference} description={shown} />
      <SplitPane
        label="Width of the file options"
        direction="columns"
        fixed="second"
        size={width}
        onSize={setWidth}
        first={<FilePreview sessionKey={input.key} sql={sql} active={active} />}
        second={
          <FileOptionsPanel
            description={shown}
            changed={trial !== undefined}
            onTry={(options) => void tryOptions(options)}
            onKeep={(options) => void keep(options)}
            onBack={() => setTrial(undefined)}
          />
        }
      />
    </div>
  );
}

function FileToolbar({ reference, description }: { reference: FileReference; description: FileDescription }) {
  const key = referenceKey(reference);
  const counted = useExplore((state) => state.counts[key]);
  const rows = counted ?? description.rowCount;
  return (
    <div className="toolbar" role="toolbar" aria-label="File">
      <Button
        look="primary"
        icon="code"
        onClick={() => void runCommand('worksheet.query', `from ${description.relation};`)}
      >
        Query it
      </Button>
      <span className="file-facts numbers">
        {description.format} · {description.columns.length} columns
        {rows === undefined ? '' : ` · ${formatCount(rows)} rows`}
      </span>
      {rows === undefined ? (
        <Button
          look="quiet"
          onClick={() =>
            void useExplore
              .getState()
              .count(reference)
              .catch((error) => showError(callError(error)))
          }
        >
          Count rows
        </Button>
      ) : null}
      <span className="gap" />
      <code className="file-relation" title={description.spelledOut}>
        {description.relation}
      </code>
    </div>
  );
}

interface FileFailureProps {
  error: ErrorShape;
  reference: FileReference;
  onKeep(options: FileOptions): void;
  onAgain(): void;
}

/** A file that cannot be read as it is: the error, and the ways out that usually help. */
function FileFailure({ error, reference, onKeep, onAgain }: FileFailureProps) {
  const isText = /\.(csv|tsv|txt|psv)(\.(gz|zst))?$/i.test(reference.path);
  return (
    <ErrorBox error={error}>
      <Button onClick={onAgain}>Read it again</Button>
      {isText ? (
        <>
          <Button onClick={() => onKeep({ allText: true })}>Read every column as text</Button>
          <Button onClick={() => onKeep({ encoding: 'CP1252' })}>Read it as Windows-1252</Button>
        </>
      ) : null}
    </ErrorBox>
  );
}
