import type { OpenConnection } from '../connector';

/** Something that is opened once for each open connection, at its first use. */
export interface PerConnection<T> {
  get(connection: OpenConnection): Promise<T>;
  close(connection: OpenConnection): Promise<void>;
}

export function openPerConnection<T>(
  open: (connection: OpenConnection) => Promise<T>,
  end: (opened: T) => void,
): PerConnection<T> {
  const held = new WeakMap<OpenConnection, Promise<T>>();
  return {
    get(connection) {
      const found = held.get(connection);
      if (found) return found;
      const opened = open(connection);
      held.set(connection, opened);
      opened.catch(() => held.delete(connection));
      return opened;
    },
    async close(connection) {
      const opened = held.get(connection);
      held.delete(connection);
      // One that could not be opened leaves nothing to close; whoever opened it was told.
      await opened?.then(end, () => undefined);
    },
  };
}
