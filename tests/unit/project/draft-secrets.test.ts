import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listDrafts, saveDraft, untitledKey } from '../../../src/main/project/drafts';

let project: { stateFolder: string };

beforeEach(async () => {
  project = { stateFolder: await mkdtemp(path.join(os.tmpdir(), 'millrace-drafts-')) };
});
afterEach(() => rm(project.stateFolder, { recursive: true, force: true }));

it.each([
  "create secret s (type s3, key_id 'a', secret 'hunter2')",
  "attach 'postgres:host=db user=ann password=hunter2' as db",
  "from 'https://ann:hunter2@example.com/x.csv'",
])('text with a secret in it is not kept: %s', async (text) => {
  expect(await saveDraft(project, untitledKey('1'), { text, baseHash: '' })).toBe(false);
  expect(await readdir(project.stateFolder)).toEqual([]);
});

it('what was kept before the secret was typed stays', async () => {
  const key = untitledKey('1');
  expect(await saveDraft(project, key, { text: 'select 1', baseHash: '' })).toBe(true);
  expect(await saveDraft(project, key, { text: "select 1; set x_password = 'hunter2'", baseHash: '' })).toBe(false);
  expect((await listDrafts(project)).map((draft) => draft.text)).toEqual(['select 1']);
});
