import { openTab } from '../../app/workbench/workbench-store';

/** Opens the object browser of a connection at `bucket/prefix/`; one tab for each connection. */
export function openObjects(connection: string, path = ''): void {
  const at = bucketWithSlash(path);
  openTab({ kind: 'objects', key: `objects:${connection}`, title: connection, data: { connection, path: at } });
  window.dispatchEvent(new CustomEvent(GO_TO, { detail: { connection, path: at } }));
}

/** Tells a browser that is open already where to go. */
export const GO_TO = 'millrace-objects-go';

/** A bucket alone is a place to look into, not the beginning of a name. */
function bucketWithSlash(path: string): string {
  return path === '' || path.includes('/') ? path : `${path}/`;
}
