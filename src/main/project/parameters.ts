import path from 'node:path';
import { z } from 'zod';
import type { ParameterValue } from '../../shared/results';
import { type JsonFile, readJsonFile, updateJsonFile } from './json-file';

interface StateFolder {
  stateFolder: string;
}

const schema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** Values of parameters whose name says that they are secret are asked each time and kept nowhere. */
const SECRET_NAME = /pass(word|wd|phrase)?|pwd|secret|token|api_?key|credential/i;

/** The value last given for each `$name` parameter in this project. */
export function readParameters(project: StateFolder): Promise<Record<string, ParameterValue>> {
  return readJsonFile(parametersFile(project));
}

/** Keeps the given values beside those of other names. */
export async function rememberParameters(project: StateFolder, values: Record<string, ParameterValue>): Promise<void> {
  const kept = Object.entries(values).filter(([name]) => !SECRET_NAME.test(name));
  if (kept.length === 0) return;
  await updateJsonFile(parametersFile(project), (before) => Object.fromEntries([...Object.entries(before), ...kept]));
}

function parametersFile(project: StateFolder): JsonFile<Record<string, ParameterValue>> {
  return {
    path: path.join(project.stateFolder, 'parameters.json'),
    parse: (json) => schema.parse(json),
    empty: () => ({}),
  };
}
