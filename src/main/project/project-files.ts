import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { exists, fileError, writeFileAtomic } from './atomic-file';
import { CONFIG_FILE } from './project-config';

/** What file managers leave in any folder they have shown. */
const UNSEEN = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.directory']);

const IGNORED = ['.millrace/', 'lake/'];

/** Whether a folder holds nothing that a user would see as content. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return names.every((name) => UNSEEN.has(name));
}

/** Makes a folder a project: millrace.yaml, queries/ and .gitignore. What is there already stays as it is. */
export async function writeProjectFiles(folder: string, name: string): Promise<void> {
  try {
    await mkdir(path.join(folder, 'queries'), { recursive: true });
  } catch (error) {
    throw fileError(error, folder);
  }
  await writeMissing(path.join(folder, '.gitignore'), `${IGNORED.join('\n')}\n`);
  await writeMissing(path.join(folder, CONFIG_FILE), projectConfigText(name));
}

function projectConfigText(name: string): string {
  return `# A Millrace project. This file is plain text: edit it here or in the app, and keep it in git.
${stringify({ name })}
# How much of the machine the engine may use. The default is 60 % of the memory and all cores.
# engine:
#   memory: 4GB
#   threads: 4
#   temporary: 50GB
`;
}

async function writeMissing(file: string, text: string): Promise<void> {
  if (!(await exists(file))) await writeFileAtomic(file, text);
}
