import type { Transfer } from '../../../shared/objects';
import { api } from '../../api/client';
import { tried } from '../../api/tried';
import { Button, IconButton } from '../../ui/button';
import { formatBytes } from '../../ui/format';
import { Icon } from '../../ui/icon';

/** Uploads and downloads with how far they are; each can be ended, and gone on with after it stopped. */
export function TransferStrip({ transfers, onForget }: { transfers: Transfer[]; onForget(id: string): void }) {
  if (transfers.length === 0) return null;
  return (
    <ul className="transfers" aria-label="Transfers">
      {transfers.map((transfer) => (
        <Line key={transfer.id} transfer={transfer} onForget={onForget} />
      ))}
    </ul>
  );
}

function Line({ transfer, onForget }: { transfer: Transfer; onForget(id: string): void }) {
  const { id, direction, path, state, bytes, totalBytes, error } = transfer;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const share = totalBytes === 0 ? 1 : bytes / totalBytes;
  return (
    <li className={state}>
      <Icon name={state === 'done' ? 'tick' : state === 'stopped' ? 'warning' : 'cloud'} size={12} />
      <span className="what" title={path}>
        {direction === 'upload' ? 'Upload' : 'Download'} of {name}
      </span>
      <progress max={1} value={state === 'done' ? 1 : share} aria-label={`${name}: ${Math.round(share * 100)} %`} />
      <span className="numbers">{progressText(transfer)}</span>
      {error ? (
        <span className="why" title={error.hint}>
          {error.message}
        </span>
      ) : (
        <span className="gap" />
      )}
      {state === 'stopped' ? <Button onClick={() => tried(api.objects.resume.mutate({ id }))}>Resume</Button> : null}
      {state === 'done' ? (
        <IconButton icon="cross" label={`Take ${name} off the list`} onClick={() => onForget(id)} />
      ) : (
        <Button look="quiet" onClick={() => tried(api.objects.cancel.mutate({ id }))}>
          Cancel
        </Button>
      )}
    </li>
  );
}

function progressText({ state, bytes, totalBytes }: Transfer): string {
  if (state === 'done') return formatBytes(totalBytes);
  if (state === 'waiting') return 'waits';
  return `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
}
