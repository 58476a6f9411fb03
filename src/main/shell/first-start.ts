import { existsSync, readdirSync } from 'node:fs';
import { utilityProcess } from 'electron';
import { MillraceError } from '../../shared/errors';

/**
 * Makes the sample project where it is missing, in a process of its own as it takes some seconds of the engine's work.
 * @param cli the built command line's entry
 * @param folder where the sample belongs
 */
export async function ensureSample(cli: string, folder: string): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length > 0) return;
  const child = utilityProcess.fork(cli, ['new', folder, '--template', 'shop'], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    serviceName: 'Millrace sample',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const code = await new Promise<number>((resolve) => child.once('exit', resolve));
  if (code === 0) return;
  throw new MillraceError({
    code: 'PROJECT_INVALID',
    message: `The sample project could not be made in ${folder}.`,
    hint: 'Check that the folder can be written and has 200 MB free, or open a project of your own: `npm start -- PATH`.',
    cause: said.trim(),
  });
}
