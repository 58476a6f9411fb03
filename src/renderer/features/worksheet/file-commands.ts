import { api, callError } from '../../api/client';
import type { Command } from '../../app/commands/command';
import { pick } from '../../app/palette/palette-store';
import { openTab } from '../../app/workbench/workbench-store';
import { showError, showMessage } from '../../ui/toaster';
import { activeSheetKey, inWorksheet, requireSheetKey } from './active-sheet';
import { activeEditor } from './editor-handles';
import { openUntitled, queryNow } from './open-worksheet';
import { deleteWorksheet, renameWorksheet, saveWorksheet, worksheetTab } from './worksheet-files';
import { useWorksheets } from './worksheet-store';

function activePath(): string | undefined {
  return useWorksheets.getState().sheets[activeSheetKey() ?? '']?.path;
}

/** A name without a folder lies in `queries/`, one without an ending gets `.sql`. */
function worksheetPath(name: string): string {
  const inFolder = name.includes('/') ? name : `queries/${name}`;
  return inFolder.toLowerCase().endsWith('.sql') ? inFolder : `${inFolder}.sql`;
}

function askForName(placeholder: string, initial: string, run: (path: string) => Promise<void>): void {
  pick({
    placeholder,
    initial,
    hint: 'Type a name; it is a file of the project.',
    items: [],
    free: (text) => {
      const path = worksheetPath(text.trim());
      return { id: 'name', label: path, icon: 'floppy', run: () => run(path) };
    },
  });
}

/** Gives the worksheet a file; where that exists, asks whether to write over it. */
async function saveUnder(key: string, path: string): Promise<void> {
  try {
    await saveWorksheet(key, path);
  } catch (error) {
    if (callError(error).code !== 'FILE_CHANGED') throw error;
    pick({
      placeholder: `${path} exists already`,
      items: [
        { id: 'other', label: 'Choose another name', icon: 'edit', run: () => askAndSave(key, path) },
        { id: 'over', label: `Write over ${path}`, icon: 'floppy', run: () => saveOver(key, path) },
      ],
    });
  }
}

async function saveOver(key: string, path: string): Promise<void> {
  const { hash } = await api.worksheets.read.query({ path });
  await saveWorksheet(key, path, hash);
}

function askAndSave(key: string, initial: string): void {
  askForName('Name of the worksheet', initial, (path) => saveUnder(key, path));
}

function tried(work: () => Promise<void>): () => void {
  return () => void work().catch((error) => showError(callError(error)));
}

function askAndRename(from: string): void {
  askForName(`New name of ${from}`, from, async (to) => {
    if (to === from) return;
    await renameWorksheet(from, to);
    showMessage(`${from} is now ${to}`, { label: 'Undo', run: tried(() => renameWorksheet(to, from)) });
  });
}

export const fileCommands: Command[] = [
  {
    id: 'worksheet.new',
    title: 'New worksheet',
    category: 'File',
    icon: 'plus',
    keys: { vscode: ['Mod+N'], datagrip: ['Mod+Shift+L'], browser: ['Alt+N'] },
    run: () => void openUntitled(),
  },
  {
    id: 'worksheet.save',
    title: 'Save',
    category: 'File',
    icon: 'floppy',
    keys: { vscode: ['Mod+S'], datagrip: ['Mod+S'] },
    when: inWorksheet,
    async run() {
      const key = requireSheetKey();
      if (activePath() !== undefined) await saveWorksheet(key);
      else askAndSave(key, '');
    },
  },
  {
    id: 'worksheet.saveAs',
    title: 'Save as…',
    category: 'File',
    icon: 'floppy',
    keys: { vscode: ['Mod+Shift+S'], datagrip: ['Mod+Shift+S'] },
    when: inWorksheet,
    run: () => askAndSave(requireSheetKey(), activePath() ?? ''),
  },
  {
    id: 'worksheet.open',
    title: 'Open a worksheet…',
    category: 'File',
    icon: 'code',
    async run(argument) {
      if (typeof argument === 'string') return openTab(worksheetTab(argument));
      const list = await api.worksheets.list.query();
      pick({
        placeholder: 'Open a worksheet',
        items: list.map(({ path }) => ({
          id: path,
          label: path,
          icon: 'code',
          run: () => openTab(worksheetTab(path)),
        })),
      });
    },
  },
  {
    id: 'worksheet.rename',
    title: 'Rename the worksheet…',
    category: 'File',
    icon: 'edit',
    keys: { datagrip: ['Shift+F6'] },
    // With a path from the tree it needs no open worksheet.
    when: (argument) => typeof argument === 'string' || activePath() !== undefined,
    run(argument) {
      const path = typeof argument === 'string' ? argument : activePath();
      if (path !== undefined) askAndRename(path);
    },
  },
  {
    id: 'worksheet.delete',
    title: 'Delete the worksheet',
    category: 'File',
    icon: 'trash',
    when: (argument) => typeof argument === 'string' || activePath() !== undefined,
    async run(argument) {
      const path = typeof argument === 'string' ? argument : activePath();
      if (path === undefined) return;
      const undo = await deleteWorksheet(path);
      showMessage(`${path} deleted`, { label: 'Undo', run: tried(undo) });
    },
  },
  {
    id: 'worksheet.query',
    title: 'Open a worksheet with SQL and run it',
    category: 'File',
    hidden: true,
    run: queryNow,
  },
  {
    id: 'worksheet.show',
    title: 'Open a worksheet with a text',
    category: 'File',
    hidden: true,
    run: (argument) => void openUntitled(String(argument)),
  },
  {
    id: 'worksheet.insert',
    title: 'Insert text at the cursor',
    category: 'Edit',
    hidden: true,
    run(argument) {
      const editor = activeEditor();
      if (editor) editor.insertText(String(argument));
      else openUntitled(String(argument));
    },
  },
];
