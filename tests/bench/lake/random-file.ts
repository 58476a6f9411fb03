import { randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';

/** A file that nothing can make smaller on its way. */
export async function randomFile(file: string, megabytes: number): Promise<void> {
  const handle = await open(file, 'w');
  const piece = Buffer.allocUnsafe(1_000_000);
  for (let at = 0; at < megabytes; at += 1) await handle.write(randomFillSync(piece));
  await handle.close();
}
