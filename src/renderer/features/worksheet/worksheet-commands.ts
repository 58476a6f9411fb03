import type { ErrorShape } from '../../../shared/errors';
import type { Definition } from '../../../shared/language';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { splitStatements, statementAt } from '../../../shared/sql/split';
import { api } from '../../api/client';
import type { Command } from '../../app/commands/command';
import { runCommand } from '../../app/commands/registry';
import { pick } from '../../app/palette/palette-store';
import { cancelRun, isRunning, type RunPart, startRun } from '../../app/sessions/session-run';
import { type ResultViewName, useSessions } from '../../app/sessions/session-store';
import { activeTab, closeTab, openTab, openTabs, useWorkbench } from '../../app/workbench/workbench-store';
import { showMessage } from '../../ui/toaster';
import { activeEditor } from './editor-handles';
import { loadWorksheet, saveWorksheet, worksheetTab } from './worksheet-files';
import { useWorksheets } from './worksheet-store';

function activeSheetKey(): string | undefined {
  const tab = activeTab();
  return tab?.kind === 'worksheet' ? tab.key : undefined;
}

const inWorksheet = () => activeSheetKey() !== undefined;

function requireKey(): string {
  const key = activeSheetKey();
  if (key === undefined) throw new Error('No worksheet has the focus.');
  return key;
}

/** Opens an untitled worksheet with a text; the draft keeps it until it is saved. */
export function openUntitled(text = ''): string {
  const taken = new Set(openTabs().map((tab) => tab.title));
  let number = 1;
  while (taken.has(`Untitled ${number}`)) number += 1;
  const key = `untitled:${crypto.randomUUID()}`;
  openTab({ kind: 'worksheet', key, title: `Untitled ${number}`, data: { text } });
  return key;
}

/** Opens a worksheet with SQL in it and runs it, with the result in the asked view. */
async function queryNow(argument: unknown): Promise<void> {
  const { sql, view } =
    typeof argument === 'string'
      ? { sql: argument, view: undefined }
      : (argument as { sql: string; view?: ResultViewName });
  const key = openUntitled(sql);
  await loadWorksheet(key, undefined, sql);
  if (view) useSessions.getState().patch(key, { view });
  await startRun(key, { sql, offset: 0, firstStatement: 1 });
}

/** The selection, or the statement at the cursor. */
function partAtCursor(): RunPart | undefined {
  const editor = activeEditor();
  if (!editor) return undefined;
  const text = editor.getText();
  const selection = editor.getSelection();
  const span = selection && selection.end > selection.start ? selection : statementAt(text, editor.getOffset());
  if (!span) return undefined;
  const before = splitStatements(text).filter((statement) => statement.end <= span.start).length;
  return { sql: text.slice(span.start, span.end), offset: span.start, firstStatement: before + 1 };
}

function askForName(placeholder: string, suggestion: string, run: (path: string) => Promise<void>): void {
  const withEnding = (text: string) => (text.endsWith('.sql') ? text : `${text}.sql`);
  const inFolder = (text: string) => (text.includes('/') ? text : `queries/${text}`);
  pick({
    placeholder,
    items: [],
    free: (text) => {
      const path = withEnding(inFolder(text.trim() || suggestion));
      return { id: 'name', label: path, icon: 'floppy', run: () => run(path) };
    },
  });
}

async function renameWorksheet(from: string): Promise<void> {
  askForName(`New name of ${from}`, from, async (to) => {
    await api.worksheets.rename.mutate({ from, to });
    const key = `worksheet:${from}`;
    if (useWorkbench.getState().dock?.getPanel(key)) {
      openTab(worksheetTab(to));
      await closeTab(key);
    }
  });
}

async function deleteWorksheet(path: string): Promise<void> {
  const id = await api.worksheets.remove.mutate({ path });
  await closeTab(`worksheet:${path}`);
  showMessage(`${path} deleted`, {
    label: 'Undo',
    run: () => void api.worksheets.restore.mutate({ id }),
  });
}

function showView(view: ResultViewName): void {
  useSessions.getState().patch(requireKey(), { view, resultsOpen: true });
}

const runCommands: Command[] = [
  {
    id: 'worksheet.run',
    title: 'Run the statement at the cursor or the selection',
    category: 'Run',
    icon: 'play',
    keys: { vscode: ['Mod+Enter'], datagrip: ['Mod+Enter'] },
    when: inWorksheet,
    async run() {
      const part = partAtCursor();
      if (part) await startRun(requireKey(), part);
    },
  },
  {
    id: 'worksheet.runAll',
    title: 'Run all statements',
    category: 'Run',
    icon: 'play',
    keys: { vscode: ['Mod+Shift+Enter'], datagrip: ['Mod+Shift+Enter'] },
    when: inWorksheet,
    run: () => startRun(requireKey(), { sql: activeEditor()?.getText() ?? '', offset: 0, firstStatement: 1 }),
  },
  {
    id: 'worksheet.analyze',
    title: 'Explain and analyze the statement at the cursor',
    category: 'Run',
    icon: 'graph',
    keys: { vscode: ['Mod+Alt+Enter'], datagrip: ['Mod+Alt+Enter'] },
    when: inWorksheet,
    async run() {
      const part = partAtCursor();
      const key = requireKey();
      if (!part) return;
      useSessions.getState().patch(key, { view: 'plan' });
      await startRun(key, part, { explain: 'analyze' });
    },
  },
  {
    id: 'worksheet.cancel',
    title: 'Cancel what runs',
    category: 'Run',
    icon: 'stop',
    keys: { vscode: ['Mod+.'], datagrip: ['Mod+F2'] },
    when: () => {
      const key = activeSheetKey();
      return key !== undefined && isRunning(key);
    },
    run: () => cancelRun(requireKey()),
  },
];

const editCommands: Command[] = [
  {
    id: 'worksheet.format',
    title: 'Format the SQL',
    category: 'Edit',
    icon: 'align-left',
    keys: { vscode: ['Shift+Alt+F'], datagrip: ['Mod+Alt+L'] },
    when: inWorksheet,
    run: () => activeEditor()?.format(),
  },
  {
    id: 'worksheet.expandStar',
    title: 'Expand * into columns',
    category: 'Edit',
    icon: 'asterisk',
    keys: { vscode: ['Mod+Alt+X'], datagrip: ['Mod+Alt+X'] },
    when: inWorksheet,
    run: () => activeEditor()?.expandStar(),
  },
  {
    id: 'worksheet.reveal',
    title: 'Show the place of an error',
    category: 'Go',
    hidden: true,
    run(argument) {
      const { at } = argument as ErrorShape;
      const editor = activeEditor();
      if (at?.offset === undefined || !editor) return;
      const end = at.offset + Math.max(1, at.length ?? 1);
      editor.revealRange(at.offset, end);
      editor.flashRange(at.offset, end);
    },
  },
  {
    id: 'go.definitionTarget',
    title: 'Open what a name stands for',
    category: 'Go',
    hidden: true,
    async run(argument) {
      const definition = argument as Definition;
      if (definition.kind === 'file') {
        const { path, part } = definition;
        await runCommand('explore.open', part === undefined ? { path } : { path, part });
      } else if (definition.kind === 'table') {
        const { database, schema, name } = definition;
        await queryNow(`from ${[database, schema, name].map(quoteIdentifier).join('.')};`);
      }
    },
  },
  {
    id: 'worksheet.definition',
    title: 'Go to definition',
    category: 'Go',
    keys: { vscode: ['F12'], datagrip: ['Mod+B'] },
    when: inWorksheet,
    run: () => activeEditor()?.goToDefinition(),
  },
];

const fileCommands: Command[] = [
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
      const key = requireKey();
      if (useWorksheets.getState().sheets[key]?.path !== undefined) return saveWorksheet(key);
      askForName('Name of the worksheet', 'worksheet', (path) => saveWorksheet(key, path));
    },
  },
  {
    id: 'worksheet.saveAs',
    title: 'Save as…',
    category: 'File',
    icon: 'floppy',
    keys: { vscode: ['Mod+Shift+S'], datagrip: ['Mod+Shift+S'] },
    when: inWorksheet,
    run: () => askForName('Name of the worksheet', 'worksheet', (path) => saveWorksheet(requireKey(), path)),
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
    when: () => true,
    async run(argument) {
      const path =
        typeof argument === 'string' ? argument : useWorksheets.getState().sheets[activeSheetKey() ?? '']?.path;
      if (path !== undefined) await renameWorksheet(path);
    },
  },
  {
    id: 'worksheet.delete',
    title: 'Delete the worksheet',
    category: 'File',
    icon: 'trash',
    hidden: true,
    run: (argument) => deleteWorksheet(String(argument)),
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

const viewCommands: Command[] = (
  [
    ['grid', 'Grid'],
    ['chart', 'Chart'],
    ['profile', 'Profile'],
    ['pivot', 'Pivot'],
    ['plan', 'Plan'],
    ['messages', 'Messages'],
    ['problems', 'Problems'],
  ] as const
).map(([view, title]) => ({
  id: `worksheet.${view}`,
  title: `Show ${title.toLowerCase()}`,
  category: 'Result',
  when: inWorksheet,
  run: () => showView(view),
}));

export const worksheetCommands: Command[] = [...runCommands, ...editCommands, ...fileCommands, ...viewCommands];
