import { useEffect, useRef, useState } from 'react';
import type { FileDescription, FileReference } from '../../../shared/files';
import { callError } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import type { TabInput } from '../../app/workbench/tab';
import { Button, IconButton } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { SplitPane } from '../../ui/split-pane';
import { showError } from '../../ui/toaster';
import { referenceKey } from './explore-data';
import { useExplore } from './explore-store';
import { FileOptionsPanel } from './file-options';
import { FilePreview } from './file-preview';
import { type OpenFile, useFile } from './use-file';
import './file-tab.css';

function referenceOf(input: TabInput): FileReference {
  const { path, part } = input.data as { path: string; part?: string };
  return part === undefined ? { path } : { path, part };
}

/** Below this width of the tab, in pixels, the options make room for the rows until they are asked for. */
const ROOM_FOR_BOTH = 720;

/** A file's rows with the options by which they are read, and the SQL that reads them so. */
export function FileTab({ input }: { input: TabInput }) {
  const [reference] = useState(() => referenceOf(input));
  const file = useFile(reference);
  const [width, setWidth] = useState(300);
  const box = useRef<HTMLDivElement>(null);
  const wide = useIsWide(box);
  const [wanted, setWanted] = useState<boolean>();
  // A file that cannot be read, or not without altering values, shows the options, as these are the way out.
  const altered = file.description?.check?.state === 'altered';
  const showsOptions = wanted ?? (wide || altered || file.error !== undefined);

  const shown = file.trial?.description ?? file.description;
  const rows = <FileRows input={input} file={file} reference={reference} />;
  return (
    <div className="file-tab" ref={box}>
      <FileToolbar
        reference={reference}
        description={shown}
        trying={file.trial?.sql !== undefined}
        options={showsOptions}
        onOptions={() => setWanted(!showsOptions)}
      />
      {showsOptions && (shown || file.error) ? (
        <SplitPane
          label="Width of the file options"
          direction="columns"
          fixed="second"
          size={width}
          onSize={setWidth}
          first={rows}
          second={<FileOptionsPanel reference={reference} file={file} />}
        />
      ) : (
        rows
      )}
    </div>
  );
}

function useIsWide(box: React.RefObject<HTMLDivElement | null>): boolean {
  const [wide, setWide] = useState(true);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      // A tab behind another one has no width.
      if (element.clientWidth > 0) setWide(element.clientWidth >= ROOM_FOR_BOTH);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return wide;
}

interface FileRowsProps {
  input: TabInput;
  file: OpenFile;
  reference: FileReference;
}

/** The rows as they are read now; what is wrong stands above the rows that were read before. */
function FileRows({ input, file, reference }: FileRowsProps) {
  const shown = file.trial?.description ?? file.description;
  const error = file.trial?.error ?? (file.trial?.state === 'read' ? undefined : file.error);
  const [all, setAll] = useState(false);
  const first = file.trial?.sql === undefined && file.description?.large === true && !all;
  const sql = file.trial?.sql ?? (file.description ? readingSql(file.description, first) : undefined);
  return (
    <div className="file-rows">
      {error ? (
        <ErrorBox error={error}>
          <Button onClick={() => void file.read()}>Read it again</Button>
          {needsEncoding(error.message) ? (
            <Button onClick={() => file.tryOptions({ ...file.stored, encoding: 'CP1252' })}>
              Try it as Windows-1252
            </Button>
          ) : null}
          {hasShortRow(error.hint) ? (
            <Button onClick={() => file.tryOptions({ ...file.stored, ...file.trial?.options, shortRows: 'null' })}>
              Read short rows with NULLs
            </Button>
          ) : null}
          {shown && file.trial?.state !== 'failed' ? <span>The rows below were read before.</span> : null}
        </ErrorBox>
      ) : null}
      {first ? (
        <p className="file-large">
          <span>A large file: its first {formatCount(FIRST_ROWS)} rows.</span>
          <Button look="quiet" onClick={() => setAll(true)}>
            Read all rows
          </Button>
        </p>
      ) : null}
      {sql === undefined ? (
        error ? null : (
          <FileSkeleton name={referenceKey(reference)} />
        )
      ) : (
        <FilePreview sessionKey={input.key} sql={sql} revision={file.revision} />
      )}
    </div>
  );
}

/** Rows of a large file that are read to be looked at. */
const FIRST_ROWS = 100_000;

function readingSql(description: FileDescription, first: boolean): string {
  return `from ${description.relation}${first ? ` limit ${FIRST_ROWS}` : ''};`;
}

function needsEncoding(message: string): boolean {
  return /not UTF-8/i.test(message);
}

function hasShortRow(hint: string | undefined): boolean {
  return /short rows/i.test(hint ?? '');
}

/** The shape of what comes; a large text file takes seconds to be read through for its types. */
function FileSkeleton({ name }: { name: string }) {
  return (
    <div className="file-loading" role="status" aria-label={`Reading ${name}`}>
      <p>Reading {name} to find its columns and types…</p>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <span key={row} className="skeleton" />
      ))}
    </div>
  );
}

interface FileToolbarProps {
  reference: FileReference;
  description: FileDescription | undefined;
  trying: boolean;
  options: boolean;
  onOptions(): void;
}

function FileToolbar({ reference, description, trying, options, onOptions }: FileToolbarProps) {
  const key = referenceKey(reference);
  const counted = useExplore((state) => state.counts[key]);
  const rows = counted ?? description?.rowCount;
  return (
    <div className="toolbar" role="toolbar" aria-label="File">
      <Button
        look="primary"
        icon="code"
        disabled={!description}
        onClick={() => void runCommand('worksheet.query', `from ${description?.relation};`)}
      >
        Query it
      </Button>
      {description ? (
        <>
          <span className="file-facts numbers">
            {description.format} · {formatCount(description.columns.length)}{' '}
            {description.columns.length === 1 ? 'column' : 'columns'}
            {rows === undefined ? '' : ` · ${formatCount(rows)} rows`}
          </span>
          {rows === undefined ? <CountButton reference={reference} /> : null}
          {trying ? <span className="file-facts trying">trying options on the first 1,000 rows</span> : null}
        </>
      ) : null}
      <span className="gap" />
      {description ? (
        <code className="file-relation" title={description.spelledOut}>
          {description.relation}
        </code>
      ) : null}
      <IconButton icon="cog" label="File options" pressed={options} onClick={onOptions} />
    </div>
  );
}

function CountButton({ reference }: { reference: FileReference }) {
  const counting = useExplore((state) => state.counting[referenceKey(reference)]);
  return (
    <Button
      look="quiet"
      disabled={counting ?? false}
      onClick={() =>
        void useExplore
          .getState()
          .count(reference)
          .catch((error) => showError(callError(error)))
      }
    >
      {counting ? 'Counting rows…' : 'Count rows'}
    </Button>
  );
}
