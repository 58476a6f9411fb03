import { serve } from '../../server/serve';
import { EXIT } from '../exit-code';
import { findWorkFolder } from '../project-folder';

export interface ServeOptions {
  project?: string;
  port: number;
  allowHost: string[];
  trust?: boolean;
}

/** `millrace serve`: serves until Ctrl+C or SIGTERM, and prints the URL that lets one browser in. */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const server = await serve({
    folder: (await findWorkFolder(options.project)).folder,
    port: options.port,
    allowHosts: options.allowHost,
    trust: options.trust === true,
  });
  process.stdout.write(`${server.url}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await server.stop();
  return EXIT.done;
}
