import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import { packageRoot } from '../package-root';

/**
 * `millrace open`: what `npm start` does, for the given folder. It stays until the workbench is closed and ends with its
 * exit code.
 */
export async function openCommand(folder: string | undefined): Promise<number> {
  const script = path.join(packageRoot(), 'scripts', 'start.mjs');
  if (!existsSync(script)) {
    throw new MillraceError({
      code: 'UNSUPPORTED',
      message: 'The start script of the workbench is not part of this installation.',
      hint: 'Run `millrace serve` and open the URL that it prints.',
    });
  }
  const named = folder === undefined ? [] : [path.resolve(folder)];
  const child = spawn(process.execPath, [script, ...named], { stdio: 'inherit' });
  // Ctrl+C reaches the child too, as it is in the same group: it decides how to end.
  const leaveToChild = () => undefined;
  process.on('SIGINT', leaveToChild);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
    });
  } finally {
    process.off('SIGINT', leaveToChild);
  }
}
