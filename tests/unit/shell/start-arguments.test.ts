import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startArguments } from '../../../src/main/shell/start-arguments';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-arguments-'));
  await writeFile(path.join(folder, 'orders.csv'), 'a\n1\n');
});

afterAll(() => rm(folder, { recursive: true }));

test('no path opens the sample', () => {
  expect(startArguments([], folder)).toEqual({ folder: undefined, files: [] });
});

test('a folder is the project, and files are opened in it', () => {
  expect(startArguments(['.', 'orders.csv'], folder)).toEqual({ folder, files: [path.join(folder, 'orders.csv')] });
});

test('a folder that is not there yet is a project to be made', () => {
  expect(startArguments(['new-project'], folder).folder).toBe(path.join(folder, 'new-project'));
});
