import path from 'node:path';
import { Engine } from '../../../src/main/engine/engine';
import { findExtensions } from '../../../src/main/engine/extensions';
import { Lake } from '../../../src/main/lake/lake';
import type { WriteMode } from '../../../src/shared/lake';

/**
 * A process that writes until it is killed: `folder`, `mode`, and rows a round. Each round writes all rows with the
 * round's number, so that a table with two numbers, or a part of the rows, is one between two states.
 */
async function writeForever(folder: string, mode: WriteMode, rows: number): Promise<void> {
  const engine = await Engine.open({
    projectFolder: folder,
    stateFolder: path.join(folder, '.millrace'),
    restricted: false,
    extensionFiles: findExtensions().found.flatMap((one) => (one.name === 'ducklake' ? [one.file] : [])),
    limits: { memory: '1GB', threads: 2 },
  });
  const lake = Lake.open({
    project: { folder, config: {}, updateConfig: async () => undefined },
    engine,
    emit: () => undefined,
  });
  const first = await lake.reading((connection) =>
    lake
      .tables()
      .then((tables) =>
        tables.length === 0
          ? 0
          : connection
              .rows<{ n: number }>('select coalesce(max(round), 0)::int n from lake.raw.t')
              .then((found) => found[0]?.n ?? 0),
      ),
  );
  process.stdout.write('ready\n');
  for (let round = first + 1; ; round += 1) {
    await lake.createTable({
      into: { schema: 'raw', name: 't' },
      from: { sql: `select i as id, ${round}::int as round, 'text ' || i as note from range(${rows}) t(i)` },
      mode,
      ...(mode === 'merge' ? { key: ['id'] } : {}),
    });
  }
}

const [folder, mode, rows] = process.argv.slice(2);
await writeForever(folder as string, mode as WriteMode, Number(rows));
