import { parseArgs } from 'node:util';
import { errorShape } from '../../shared/errors';
import { ownProject } from './own-project';

/** What this process tells the one that started it. */
type Message =
  | { type: 'ready' | 'attached'; socket: string }
  | { type: 'failed'; error: ReturnType<typeof errorShape> };

interface ParentPort {
  postMessage(message: unknown): void;
}

function tell(message: Message): void {
  const { parentPort } = process as { parentPort?: ParentPort };
  if (parentPort) parentPort.postMessage(message);
  else if (process.send) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}

/**
 * The backend's entry: opens the project and serves it on a Unix socket until it is told to stop. Where another process
 * owns the project it names that one's socket and ends.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { project: { type: 'string' }, socket: { type: 'string' }, door: { type: 'string' } },
  });
  const owned = await ownProject({
    folder: values.project ?? process.cwd(),
    door: values.door === 'desktop' ? 'desktop' : 'browser',
    ...(values.socket === undefined ? {} : { socket: values.socket }),
  });
  if (owned.state === 'attached') {
    tell({ type: 'attached', socket: owned.socket });
    process.exit(0);
  }
  const stop = () => void owned.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  tell({ type: 'ready', socket: owned.socket });
}

main().catch((error) => {
  tell({ type: 'failed', error: errorShape(error) });
  process.exitCode = 1;
});
