import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of Millrace itself: the nearest one above this file whose package.json says so. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'millrace') {
      return folder;
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('The folder of Millrace was not found above its own program file.');
    folder = parent;
  }
}
