import { useCallback, useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { LakeTableName } from '../../../shared/lake';
import { callError } from '../../api/client';
import { onBackendEvent } from '../../api/events';

interface Loaded<T> {
  value: T | undefined;
  error: ErrorShape | undefined;
  load(): Promise<void>;
}

/** Something of the lake, read again when tables change; what was read before stays while it is. */
export function useOfLake<T>(table: LakeTableName, read: (table: LakeTableName) => Promise<T>): Loaded<T> {
  const { schema, name } = table;
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<ErrorShape>();
  const load = useCallback(async () => {
    try {
      setValue(await read({ schema, name }));
      setError(undefined);
    } catch (failure) {
      setError(callError(failure));
    }
  }, [schema, name, read]);
  useEffect(() => {
    void load();
    return onBackendEvent((event) => {
      if (event.type === 'catalog' || (event.type === 'engine' && event.state === 'reopened')) void load();
    });
  }, [load]);
  return { value, error, load };
}
