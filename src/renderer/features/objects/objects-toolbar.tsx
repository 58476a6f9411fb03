import { useRef, useState } from 'react';
import { LINK_SECONDS, type ObjectEntry } from '../../../shared/objects';
import { api } from '../../api/client';
import { tried } from '../../api/tried';
import { desktop } from '../../desktop/desktop';
import { Button, IconButton } from '../../ui/button';
import { TextField } from '../../ui/text-field';
import { copyLink, downloadObjects, folderOf, type Upload, uploadOfFile, uploadOfPath } from './object-actions';

interface ObjectsToolbarProps {
  connection: string;
  path: string;
  chosen: ObjectEntry[];
  onUpload(uploads: Upload[]): void;
  onDelete(): void;
  onRefresh(): void;
  onQuery(entry: ObjectEntry): void;
}

export function ObjectsToolbar({
  connection,
  path,
  chosen,
  onUpload,
  onDelete,
  onRefresh,
  onQuery,
}: ObjectsToolbarProps) {
  const files = useRef<HTMLInputElement>(null);
  const [naming, setNaming] = useState(false);
  const prefix = folderOf(path);
  const objects = chosen.filter(({ kind }) => kind === 'object');
  const [single] = objects.length === 1 && chosen.length === 1 ? objects : [];
  const upload = async () => {
    if (!desktop) return files.current?.click();
    const paths = (await desktop.openFileDialog()) ?? [];
    onUpload(paths.map((file) => uploadOfPath(connection, prefix, file)));
  };
  return (
    <div className="toolbar" role="toolbar" aria-label="Objects">
      <Button look="primary" icon="add" disabled={prefix === ''} onClick={() => tried(upload())}>
        Upload
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          onUpload([...(event.target.files ?? [])].map((file) => uploadOfFile(connection, prefix, file)));
          event.target.value = '';
        }}
      />
      {naming ? (
        <NewPrefix
          onClose={() => setNaming(false)}
          onName={(name) => {
            setNaming(false);
            tried(api.objects.createPrefix.mutate({ connection, path: `${prefix}${name}` }).then(onRefresh));
          }}
        />
      ) : (
        <Button icon="folder-new" disabled={prefix === ''} onClick={() => setNaming(true)}>
          New prefix
        </Button>
      )}
      <Button icon="export" disabled={objects.length === 0} onClick={() => tried(downloadObjects(connection, objects))}>
        Download
      </Button>
      <Button
        icon="clipboard"
        disabled={!single}
        onClick={() => single && tried(copyLink(connection, single.path, LINK_SECONDS.usual))}
      >
        Copy link
      </Button>
      <Button icon="code" disabled={!single} onClick={() => single && onQuery(single)}>
        Query it
      </Button>
      <span className="gap" />
      <Button
        look="danger"
        icon="trash"
        disabled={chosen.length === 0 || chosen.some(({ kind }) => kind === 'bucket')}
        onClick={onDelete}
      >
        Delete…
      </Button>
      <IconButton icon="refresh" label="Read the list again" onClick={onRefresh} />
    </div>
  );
}

function NewPrefix({ onName, onClose }: { onName(name: string): void; onClose(): void }) {
  const [name, setName] = useState('');
  return (
    <TextField
      label="Name of the prefix"
      autoFocus
      value={name}
      width={180}
      onChange={setName}
      onBlur={onClose}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        if (event.key === 'Enter' && name.trim() !== '') onName(name.trim());
      }}
    />
  );
}
