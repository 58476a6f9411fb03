import type { Connector, OpenConnection } from '../connector';
import type { ObjectStore } from './object-store';

/** A system of buckets and keys. */
export interface ObjectStoring {
  store(connection: OpenConnection): Promise<ObjectStore>;
  /** CREATE SECRET under that name for one URL alone, so that it is read through this connection and no other. */
  secretFor(connection: OpenConnection, name: string, url: string): Promise<string>;
  /**
   * When what attach made stops working (milliseconds since 1970): keys that a profile, SSO or a role gave have an end.
   * Whoever uses the connection attaches it again some minutes before. undefined where it lasts.
   */
  attachedUntil(connection: OpenConnection): number | undefined;
}

export function isObjectStoring(connector: Connector): connector is Connector & ObjectStoring {
  return 'secretFor' in connector;
}
