import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Engine } from '../../../src/main/engine/engine';

export interface TestEngine {
  engine: Engine;
  /** The project's folder, removed at the end. */
  folder: string;
  close(): Promise<void>;
}

/** A real engine on an empty project in a temporary folder. */
export async function openTestEngine(options: { restricted?: boolean } = {}): Promise<TestEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-export-'));
  const engine = await Engine.open({
    projectFolder: folder,
    stateFolder: path.join(folder, '.millrace'),
    restricted: options.restricted ?? false,
  });
  return {
    engine,
    folder,
    close: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
