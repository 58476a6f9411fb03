import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Trusts a folder for a test's own home, as the user who opened it before would have. */
export async function trustForTest(folder: string, home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const folders = [await realpath(folder)];
  await writeFile(path.join(home, 'trusted-folders.json'), JSON.stringify({ folders }), { mode: 0o600 });
}
