import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../shared/errors';
import { exists, fileError } from './atomic-file';
import { type OpenOptions, Project } from './project';
import { CONFIG_FILE } from './project-config';
import { isEmptyFolder, writeProjectFiles } from './project-files';
import { type SampleProgress, writeSampleProject } from './sample/write-sample';
import { trustFolder } from './trust';

export interface CreateOptions extends OpenOptions {
  /** The folder's name unless said. */
  name?: string;
  template: 'empty' | 'shop';
  /** Told while the sample is made. */
  onProgress?: (progress: SampleProgress) => void;
}

/**
 * Makes a project in a folder, which is made too where it is missing, and opens it. What is made here is trusted; a
 * folder that held files already becomes a project but is not trusted by that. Throws FILE_CHANGED where the folder is
 * a project already, or not empty for the sample.
 */
export async function createProject(folder: string, options: CreateOptions): Promise<Project> {
  const target = path.resolve(folder);
  if (await exists(path.join(target, CONFIG_FILE))) throw projectExists(target);
  if (options.template === 'shop') await writeSample(target, options);
  else await writeEmpty(target, options.name);
  const project = await Project.open(target, options);
  if (options.name !== undefined && project.config.name !== options.name) {
    await project.updateConfig((document) => document.set('name', options.name));
  }
  return project;
}

async function writeSample(target: string, options: CreateOptions): Promise<void> {
  await writeSampleProject(target, options.onProgress ? { onProgress: options.onProgress } : {});
  await trustFolder(target);
}

async function writeEmpty(target: string, name: string | undefined): Promise<void> {
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, target);
  });
  const isOurs = await isEmptyFolder(target);
  await writeProjectFiles(target, name ?? path.basename(target));
  if (isOurs) await trustFolder(target);
}

function projectExists(folder: string): MillraceError {
  return new MillraceError({
    code: 'FILE_CHANGED',
    message: `${folder} is a project already.`,
    hint: `Open it: millrace open ${JSON.stringify(folder)}`,
    at: { file: path.join(folder, CONFIG_FILE) },
  });
}
