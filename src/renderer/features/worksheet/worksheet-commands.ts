import type { ErrorShape } from '../../../shared/errors';
import type { Definition } from '../../../shared/language';
import { quoteIdentifier } from '../../../shared/sql/quote';
import { splitStatements, statementAt } from '../../../shared/sql/split';
import type { Command } from '../../app/commands/command';
import { runCommand } from '../../app/commands/registry';
import { cancelRun, isRunning, type RunPart, startRun } from '../../app/sessions/session-run';
import { type ResultViewName, useSessions } from '../../app/sessions/session-store';
import { useWorkbench } from '../../app/workbench/workbench-store';
import { inWorksheet, requireSheetKey } from './active-sheet';
import { activeEditor } from './editor-handles';
import { queryNow } from './open-worksheet';

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

function showView(view: ResultViewName): void {
  useSessions.getState().patch(requireSheetKey(), { view, resultsOpen: true });
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
      const asking = document.activeElement?.closest<HTMLFormElement>('form.parameter-form');
      if (asking) return asking.requestSubmit();
      const part = partAtCursor();
      if (part) await startRun(requireSheetKey(), part);
    },
  },
  {
    id: 'worksheet.runAll',
    title: 'Run all statements',
    category: 'Run',
    icon: 'play',
    keys: { vscode: ['Mod+Shift+Enter'], datagrip: ['Mod+Shift+Enter'] },
    when: inWorksheet,
    run: () => startRun(requireSheetKey(), { sql: activeEditor()?.getText() ?? '', offset: 0, firstStatement: 1 }),
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
      const key = requireSheetKey();
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
    when: () => isRunning(useWorkbench.getState().activeKey ?? ''),
    run: () => cancelRun(useWorkbench.getState().activeKey ?? ''),
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
    keys: { vscode: ['F12'], datagrip: ['Mod+B'], browser: ['Alt+F12'] },
    when: inWorksheet,
    run: () => activeEditor()?.goToDefinition(),
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

const panelCommands: Command[] = [
  {
    id: 'worksheet.toggleResults',
    title: 'Show or hide the results',
    category: 'View',
    keys: { vscode: ['Mod+J'], datagrip: ['Alt+4'] },
    when: inWorksheet,
    run() {
      const key = requireSheetKey();
      const open = useSessions.getState().sessions[key]?.resultsOpen ?? false;
      useSessions.getState().patch(key, { resultsOpen: !open });
    },
  },
  {
    id: 'worksheet.focus',
    title: 'Go to the editor',
    category: 'Go',
    keys: { vscode: ['Mod+Alt+E'], datagrip: ['F4'] },
    when: inWorksheet,
    run: () => activeEditor()?.focus(),
  },
];

export const worksheetCommands: Command[] = [...runCommands, ...editCommands, ...viewCommands, ...panelCommands];
