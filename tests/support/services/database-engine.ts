import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OpenConnection } from '../../../src/main/connectors/connector';
import { findExtensions } from '../../../src/main/engine/extensions';
import type { ConnectionType, OptionValue, TestStep } from '../../../src/shared/connections';
import { type EngineFixture, openEngine } from '../../unit/engine/engine-fixture';

/** A real engine that reads databases. */
export function openDatabaseEngine(): Promise<EngineFixture> {
  const wanted = ['postgres_scanner', 'mysql_scanner'];
  const extensionFiles = findExtensions()
    .found.filter((extension) => wanted.includes(extension.name))
    .map((extension) => extension.file);
  return openEngine({ extensionFiles });
}

/** A connection as it would be after its secrets were filled in. */
export function openConnection(
  type: ConnectionType,
  options: Record<string, OptionValue | undefined>,
  more: Partial<OpenConnection> = {},
): OpenConnection {
  const given = Object.entries(options).filter((entry): entry is [string, OptionValue] => entry[1] !== undefined);
  return {
    type,
    access: 'read',
    environment: 'dev',
    name: 'shop',
    alias: 'shop',
    projectFolder: mkdtempSync(path.join(os.tmpdir(), 'millrace-connection-')),
    ...more,
    options: Object.fromEntries(given),
  };
}

export async function allSteps(steps: AsyncIterable<TestStep>): Promise<TestStep[]> {
  const all: TestStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}
