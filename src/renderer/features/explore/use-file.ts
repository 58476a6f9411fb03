import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { FileDescription, FileOptions, FileReference } from '../../../shared/files';
import { api, callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';
import { showError } from '../../ui/toaster';
import { isAbsolutePath, isTouched } from './explore-data';
import { useExplore } from './explore-store';

/** Options that are tried out and not stored yet, and what came of them. */
export interface Trial {
  options: FileOptions;
  state: 'reading' | 'read' | 'failed';
  description?: FileDescription;
  sql?: string;
  error?: ErrorShape;
}

export interface OpenFile {
  /** As it was read last with the stored options; stays while it is read again. */
  description: FileDescription | undefined;
  /** Why it cannot be read with the stored options, or not any more. */
  error: ErrorShape | undefined;
  /** The stored options, also of a file that cannot be read with them. */
  stored: FileOptions;
  trial: Trial | undefined;
  /** Counts changes of the file itself, so that its rows are read again. */
  revision: number;
  /** Whether it could be read. */
  read(): Promise<boolean>;
  tryOptions(options: FileOptions): void;
  dropTrial(): void;
  /** Stores options in millrace.yaml; what cannot be read with them is not stored, and said. */
  keep(options: FileOptions): void;
  /** Stops the check of all values that runs behind. */
  cancelCheck(): void;
  /** Starts it anew. */
  check(): void;
}

function said(call: Promise<unknown>): void {
  call.catch((error: unknown) => showError(callError(error)));
}

/** A file of the project as a tab shows it: read anew when it changes, with options tried before they are kept. */
export function useFile(reference: FileReference): OpenFile {
  const [description, setDescription] = useState<FileDescription>();
  const [error, setError] = useState<ErrorShape>();
  const [stored, setStored] = useState<FileOptions>({});
  const [trial, setTrial] = useState<Trial>();
  const [revision, setRevision] = useState(0);
  const turn = useRef(0);

  const read = useCallback(async () => {
    try {
      // A backend that was started anew knows nothing of files from elsewhere that were open.
      if (isAbsolutePath(reference.path)) await api.explorer.openFile.mutate({ path: reference.path });
      const found = await api.explorer.describe.query(reference);
      setDescription(found);
      setStored(found.options);
      setError(undefined);
      return true;
    } catch (failure) {
      setError(callError(failure));
      // The options may be what is wrong; where they cannot be told either, none are shown.
      setStored(await api.explorer.options.query(reference).catch(() => ({})));
      return false;
    }
  }, [reference]);

  useEffect(() => {
    void read();
    return onBackendEvent((event) => {
      if (event.type === 'files' && isTouched(reference.path, event))
        void read().then((done) => {
          // Of a file that has gone the rows that were read before stay.
          if (done) setRevision((count) => count + 1);
        });
      if (event.type === 'file-check' && event.path === reference.path)
        setDescription((now) => now && { ...now, check: event.check });
      if (event.type === 'project') void read();
      if (event.type === 'engine' && event.state === 'reopened') void read();
    });
  }, [read, reference]);

  const tryOptions = async (options: FileOptions) => {
    turn.current += 1;
    const own = turn.current;
    // Only the last choice counts, in whatever order the answers come.
    const set = (next: Partial<Trial>) => {
      if (turn.current === own) setTrial((now) => ({ state: 'reading', ...now, ...next, options }));
    };
    set({ state: 'reading' });
    try {
      const { sql, description: found } = await api.explorer.preview.mutate({ reference, options });
      if (turn.current === own) setTrial({ options, state: 'read', sql, description: found });
    } catch (failure) {
      set({ state: 'failed', error: callError(failure) });
    }
  };
  const dropTrial = () => {
    turn.current += 1;
    setTrial(undefined);
  };
  const keep = async (options: FileOptions) => {
    turn.current += 1;
    const own = turn.current;
    try {
      const found = await api.explorer.setOptions.mutate({ reference, options });
      setDescription(found);
      setStored(found.options);
      setError(undefined);
      if (turn.current === own) setTrial(undefined);
      setRevision((count) => count + 1);
      void useExplore.getState().loadDescription(reference);
    } catch (failure) {
      setTrial({ options, state: 'failed', error: callError(failure) });
    }
  };
  return {
    description,
    error,
    stored,
    trial,
    revision,
    read,
    tryOptions: (options) => void tryOptions(options),
    dropTrial,
    keep: (options) => void keep(options),
    cancelCheck: () => said(api.explorer.cancelCheck.mutate({ path: reference.path })),
    check: () => said(api.explorer.check.mutate(reference).then(setDescription)),
  };
}
