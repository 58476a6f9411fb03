import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MillraceError } from '../../../shared/errors';
import { isEmptyFolder, writeProjectFiles } from '../../project/project-files';
import { trustFolder } from '../../project/trust';
import { EXIT } from '../exit-code';

export interface NewOptions {
  template: 'empty' | 'shop' | 'lake';
}

/** `millrace new`: makes a project, trusted as it was made here. Throws BAD_REQUEST where the folder holds something. */
export async function newCommand(name: string, options: NewOptions): Promise<number> {
  const folder = path.resolve(name);
  await refuseUsedFolder(folder);
  if (options.template === 'shop') {
    const { writeSampleProject } = await import('../../project/sample/write-sample');
    process.stderr.write('Generating the sample shop …\n');
    await writeSampleProject(folder);
  } else if (options.template === 'lake') {
    const { writeLakeProject } = await import('../../project/sample/lake/write-lake-project');
    await writeLakeProject(folder);
  } else {
    await mkdir(folder, { recursive: true });
    await writeProjectFiles(folder, path.basename(folder));
  }
  await trustFolder(folder);
  const shown = path.relative(process.cwd(), folder) || '.';
  process.stdout.write(
    `Made the project ${path.basename(folder)} in ${folder}\nNext: ${nextStep(options.template, quoted(shown))}\n`,
  );
  return EXIT.done;
}

function nextStep(template: NewOptions['template'], folder: string): string {
  return template === 'lake' ? `read ${folder}/README.md, and millrace open ${folder}` : `millrace open ${folder}`;
}

async function refuseUsedFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  if ((await stat(folder)).isDirectory() && (await isEmptyFolder(folder))) return;
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message: `${folder} is there already and is not an empty folder.`,
    hint: 'Choose another name. To work with the files that are in it, use `millrace open`.',
  });
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
