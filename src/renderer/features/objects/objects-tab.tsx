import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { DeletionPlan, ObjectEntry } from '../../../shared/objects';
import { api } from '../../api/client';
import { tried } from '../../api/tried';
import { runCommand } from '../../app/commands/registry';
import type { TabInput } from '../../app/workbench/tab';
import { Button } from '../../ui/button';
import { openContextMenu } from '../../ui/context-menu';
import { EmptyState } from '../../ui/empty-state';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { SplitPane } from '../../ui/split-pane';
import { DeletionBar } from './deletion-bar';
import {
  copyLink,
  durationText,
  folderOf,
  LINK_TIMES,
  startUploads,
  type Upload,
  uploadOfFile,
} from './object-actions';
import { ObjectList } from './object-list';
import { ObjectSide } from './object-side';
import { ObjectsToolbar } from './objects-toolbar';
import { GO_TO } from './open-objects';
import { PathBox } from './path-box';
import { TransferStrip } from './transfer-strip';
import { type Listing, useListing } from './use-listing';
import { useTransfers } from './use-transfers';
import './objects.css';

/** The browser of one connection: buckets, prefixes and objects, with all that is done with them. */
export function ObjectsTab({ input }: { input: TabInput }) {
  const connection = String(input.data?.connection ?? '');
  const listing = useListing(connection, String(input.data?.path ?? ''));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [plan, setPlan] = useState<DeletionPlan>();
  const [width, setWidth] = useState(380);
  const { go, refresh, entries, path } = listing;
  const latest = useRef(refresh);
  latest.current = refresh;
  const arrived = useCallback(() => latest.current(), []);
  const transfers = useTransfers(connection, arrived);
  const [forgotten, setForgotten] = useState<ReadonlySet<string>>(new Set());

  const [taken, setTaken] = useState<Upload[]>([]);
  const upload = (uploads: Upload[], overwrite = false) => tried(startUploads(uploads, overwrite).then(setTaken));
  const goTo = (to: string) => {
    setSelected(new Set());
    setPlan(undefined);
    go(to);
  };
  useGoTo(connection, goTo);
  const chosen = entries.filter((entry) => selected.has(entry.path));
  const single = chosen.length === 1 && chosen[0]?.kind === 'object' ? chosen[0] : undefined;
  const measure = () => {
    const paths = chosen.filter(({ kind }) => kind !== 'bucket').map((entry) => entry.path);
    if (paths.length > 0) tried(api.objects.measure.mutate({ connection, paths }).then(setPlan));
  };
  const list = (
    <DropPlace connection={connection} prefix={folderOf(path)} onUpload={upload}>
      {taken.length > 0 ? (
        <TakenBar taken={taken} onReplace={() => upload(taken, true)} onClose={() => setTaken([])} />
      ) : null}
      {plan ? <DeletionBar plan={plan} onClose={() => setPlan(undefined)} onRemoved={refresh} /> : null}
      {listing.error ? (
        <ErrorBox error={listing.error}>
          <Button onClick={refresh}>Try again</Button>
        </ErrorBox>
      ) : null}
      {entries.length === 0 && !listing.loading && !listing.error ? (
        <Empty path={path} />
      ) : (
        <ObjectList
          key={path}
          entries={entries}
          more={listing.more}
          loading={listing.loading}
          selected={selected}
          onSelect={setSelected}
          onOpen={(entry) => (entry.kind === 'object' ? query(connection, entry) : goTo(entry.path))}
          onUp={() => goTo(above(path))}
          onDelete={measure}
          onMenu={(event, entry) => {
            event.preventDefault();
            openContextMenu(menuOf(connection, entry, measure, goTo), { x: event.clientX, y: event.clientY });
          }}
          onNearEnd={listing.loadMore}
        />
      )}
    </DropPlace>
  );
  return (
    <div className="objects-tab">
      <div className="toolbar path-bar">
        <PathBox key={path} path={path} onGo={goTo} />
        <ListingFacts listing={listing} selected={chosen.length} />
      </div>
      <ObjectsToolbar
        connection={connection}
        path={path}
        chosen={chosen}
        onUpload={upload}
        onDelete={measure}
        onRefresh={refresh}
        onQuery={(entry) => query(connection, entry)}
      />
      <SplitPane
        label="Width of the object's page"
        direction="columns"
        fixed="second"
        size={width}
        onSize={setWidth}
        first={list}
        second={single ? <ObjectSide connection={connection} path={single.path} /> : <Chosen chosen={chosen} />}
      />
      <TransferStrip
        transfers={transfers.filter(({ id }) => !forgotten.has(id))}
        onForget={(id) => {
          setForgotten(new Set([...forgotten, id]));
          tried(api.objects.forget.mutate({ id }));
        }}
      />
    </div>
  );
}

/** What stands beside the list while no single object is chosen: the list must stay where it is scrolled to. */
function Chosen({ chosen }: { chosen: ObjectEntry[] }) {
  const bytes = chosen.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return (
    <section className="object-side" aria-label="Chosen objects">
      <p className="quiet">
        {chosen.length < 2
          ? 'Choose an object to see what is in it.'
          : `${formatCount(chosen.length)} chosen${bytes > 0 ? `, ${formatBytes(bytes)}` : ''}.`}
      </p>
    </section>
  );
}

function ListingFacts({ listing, selected }: { listing: Listing; selected: number }) {
  const count = formatCount(listing.entries.length);
  return (
    <span className="objects-facts numbers" aria-live="polite">
      {selected > 1 ? `${formatCount(selected)} of ` : ''}
      {count}
      {listing.more ? '+' : ''}
    </span>
  );
}

function Empty({ path }: { path: string }) {
  if (path === '') {
    return (
      <EmptyState title="No buckets">
        This key sees none. Type the name of a bucket into the path box, as in <code>bucket/</code>: many keys may read
        a bucket that they may not list.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing here">
      No key begins with <code>{path}</code>. Drop files here to upload them.
    </EmptyState>
  );
}

/** Names that are taken: what stands there is replaced only when the user says so. */
function TakenBar({ taken, onReplace, onClose }: { taken: Upload[]; onReplace(): void; onClose(): void }) {
  return (
    <div className="deletion-bar" role="alertdialog" aria-label="Names that are taken">
      <p>
        <strong>{taken.length === 1 ? 'An object' : `${formatCount(taken.length)} objects`}</strong> of that name{' '}
        {taken.length === 1 ? 'is' : 'are'} there already: {taken.map(({ name }) => name).join(', ')}
      </p>
      <div className="actions">
        <Button look="danger" onClick={onReplace}>
          Replace
        </Button>
        <Button look="quiet" onClick={onClose}>
          Keep what is there
        </Button>
      </div>
    </div>
  );
}

interface DropPlaceProps {
  connection: string;
  prefix: string;
  onUpload(uploads: Upload[]): void;
  children: React.ReactNode;
}

/** Files that are dropped on the list are sent to the prefix on show. */
function DropPlace({ connection, prefix, onUpload, children }: DropPlaceProps) {
  const drop = (event: DragEvent) => {
    if (prefix === '') return;
    event.preventDefault();
    // The window's own drop would open the files.
    event.stopPropagation();
    document.body.classList.remove('dropping');
    onUpload([...event.dataTransfer.files].map((file) => uploadOfFile(connection, prefix, file)));
  };
  return (
    <section className="objects-list-place" aria-label="Objects and prefixes" onDrop={drop}>
      {children}
    </section>
  );
}

function useGoTo(connection: string, go: (path: string) => void): void {
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    const listener = (event: Event) => {
      const { detail } = event as CustomEvent<{ connection: string; path: string }>;
      if (detail.connection === connection) latest.current(detail.path);
    };
    window.addEventListener(GO_TO, listener);
    return () => window.removeEventListener(GO_TO, listener);
  }, [connection]);
}

function above(path: string): string {
  return folderOf(path.replace(/\/$/, ''));
}

function query(connection: string, entry: ObjectEntry): void {
  const work = api.objects.details.query({ connection, path: entry.path }).then(({ relation }) => {
    if (relation !== undefined) return runCommand('worksheet.query', `from ${relation};`);
  });
  tried(work);
}

function menuOf(connection: string, entry: ObjectEntry, onDelete: () => void, go: (path: string) => void) {
  if (entry.kind !== 'object') {
    const open = { label: 'Open', icon: 'folder-open' as const, run: () => go(entry.path) };
    const copy = copyPath(entry);
    const remove = { label: 'Delete all below it…', icon: 'trash' as const, run: onDelete };
    return entry.kind === 'bucket' ? [open, copy] : [open, copy, remove];
  }
  return [
    { label: 'Query it', icon: 'code' as const, run: () => query(connection, entry) },
    copyPath(entry),
    {
      label: 'Copy a link',
      icon: 'export' as const,
      children: LINK_TIMES.map((seconds) => ({
        label: `for ${durationText(seconds)}`,
        run: () => tried(copyLink(connection, entry.path, seconds)),
      })),
    },
    { label: 'Delete…', icon: 'trash' as const, run: onDelete },
  ];
}

function copyPath(entry: ObjectEntry) {
  return {
    label: 'Copy the path',
    icon: 'clipboard' as const,
    run: () => tried(navigator.clipboard.writeText(entry.path)),
  };
}
