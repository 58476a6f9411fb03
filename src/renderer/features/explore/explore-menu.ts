import type { FileReference } from '../../../shared/files';
import { quoteIdentifier, quoteLiteral } from '../../../shared/sql/quote';
import { api, callError } from '../../api/client';
import { runCommand } from '../../app/commands/registry';
import { openTab } from '../../app/workbench/workbench-store';
import { desktop } from '../../desktop/desktop';
import { formatCount } from '../../ui/format';
import type { MenuEntry } from '../../ui/menu-list';
import { showError, showMessage } from '../../ui/toaster';
import { referenceKey } from './explore-data';
import { type ExploreRow, type ExploreTarget, isRelation } from './explore-rows';
import { useExplore } from './explore-store';

/** The reference behind a row, where it is one relation. */
function relationOf(target: ExploreTarget): FileReference | undefined {
  if (target.kind === 'relation') return target.reference;
  if (target.kind !== 'entry') return undefined;
  return isRelation(target.entry) ? { path: target.entry.path } : undefined;
}

function tableName(target: { database: string; schema: string; name: string }): string {
  return [target.database, target.schema, target.name].map(quoteIdentifier).join('.');
}

/** Opens the preview of a relation of the project's files. */
export function openRelation(reference: FileReference): void {
  const name = reference.path.split('/').at(-1) ?? reference.path;
  openTab({
    kind: 'file',
    key: `file:${referenceKey(reference)}`,
    title: reference.part === undefined ? name : `${name} · ${reference.part}`,
    data: { path: reference.path, ...(reference.part === undefined ? {} : { part: reference.part }) },
  });
}

/** What Enter or a double click does on a row. */
export function openTarget(row: ExploreRow): void {
  const { target } = row;
  if (target.kind === 'entry' && target.entry.format === 'sql') {
    void runCommand('worksheet.open', target.entry.path);
    return;
  }
  const relation = relationOf(target);
  if (relation) openRelation(relation);
  else if (target.kind === 'table') void runCommand('worksheet.query', `from ${tableName(target)};`);
  else if (target.kind === 'column') tried(() => copyText(quoteIdentifier(target.column.name), 'Name copied'))();
  else if (target.kind === 'entry' && target.entry.problem)
    showMessage(`${target.entry.name}: ${target.entry.problem}`);
  else if (target.kind === 'entry' && target.entry.kind === 'file') {
    showMessage(`${target.entry.name} holds no rows: Parquet, CSV, JSON, Excel, Avro, Arrow and databases do.`);
  }
}

/** Copies a text and says so. */
export async function copyText(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  showMessage(said);
}

function tried(work: () => Promise<void>): () => void {
  return () => void work().catch((error) => showError(callError(error)));
}

async function relationText(reference: FileReference): Promise<string> {
  return (await api.explorer.describe.query(reference)).relation;
}

function relationMenu(reference: FileReference): MenuEntry[] {
  return [
    { label: 'Open', icon: 'document-open', run: () => openRelation(reference) },
    {
      label: 'Query it',
      icon: 'code',
      run: tried(async () => runCommand('worksheet.query', `from ${await relationText(reference)};`)),
    },
    {
      label: 'Profile it',
      icon: 'graph',
      run: tried(async () =>
        runCommand('worksheet.query', { sql: `from ${await relationText(reference)};`, view: 'profile' }),
      ),
    },
    {
      label: 'Make a lake table of it…',
      icon: 'add',
      run: tried(async () =>
        runCommand('lake.create', { relation: await relationText(reference), label: referenceKey(reference) }),
      ),
    },
    { divider: true, label: '' },
    {
      label: 'Copy its name',
      icon: 'clipboard',
      run: tried(async () => copyText(await relationText(reference), 'Name copied')),
    },
    {
      label: 'Its DDL',
      icon: 'align-left',
      run: tried(async () => runCommand('worksheet.show', await api.explorer.fileDdl.query(reference))),
    },
    {
      label: 'Count its rows',
      icon: 'asterisk',
      run: tried(async () => {
        await useExplore.getState().count(reference);
        showMessage(
          `${formatCount(useExplore.getState().counts[referenceKey(reference)] ?? 0)} rows in ${referenceKey(reference)}`,
        );
      }),
    },
  ];
}

function tableMenu(target: Extract<ExploreTarget, { kind: 'table' }>): MenuEntry[] {
  const name = tableName(target);
  return [
    { label: 'Query it', icon: 'code', run: () => void runCommand('worksheet.query', `from ${name};`) },
    {
      label: 'Profile it',
      icon: 'graph',
      run: () => void runCommand('worksheet.query', { sql: `from ${name};`, view: 'profile' }),
    },
    { divider: true, label: '' },
    { label: 'Copy its name', icon: 'clipboard', run: tried(() => copyText(name, 'Name copied')) },
    {
      label: 'Its DDL',
      icon: 'align-left',
      run: tried(async () => {
        const { database, schema, name: table } = target;
        await runCommand('worksheet.show', await api.explorer.ddl.query({ database, schema, name: table }));
      }),
    },
  ];
}

function pathMenu(path: string): MenuEntry[] {
  const entries: MenuEntry[] = [
    { label: 'Copy its path', icon: 'clipboard', run: tried(() => copyText(path, 'Path copied')) },
  ];
  if (desktop)
    entries.push({ label: 'Show in the file manager', icon: 'folder-open', run: () => void desktop?.revealFile(path) });
  return entries;
}

/** Taking a folder out of the tree leaves its files alone; the message offers to put it back. */
function addedFolderMenu(folder: string): MenuEntry[] {
  return [
    ...pathMenu(folder),
    {
      label: 'Remove this folder from the tree',
      icon: 'cross',
      run: tried(async () => {
        await api.project.removeFolder.mutate({ folder });
        showMessage(`${folder} is out of the tree; its files are where they were.`, {
          label: 'Undo',
          run: tried(async () => {
            await api.project.addFolder.mutate({ folder });
          }),
        });
      }),
    },
  ];
}

/** The menu of a row of the tree; empty where there is nothing to do. */
export function explorerMenu(row: ExploreRow): MenuEntry[] {
  const { target } = row;
  if (target.kind === 'table') return tableMenu(target);
  if (target.kind === 'column') {
    const { column } = target;
    return [
      {
        label: 'Copy its name',
        icon: 'clipboard',
        run: tried(() => copyText(quoteIdentifier(column.name), 'Name copied')),
      },
      { label: 'Copy its type', icon: 'clipboard', run: tried(() => copyText(column.type, 'Type copied')) },
    ];
  }
  const relation = relationOf(target);
  if (target.kind === 'relation') return relation ? relationMenu(relation) : [];
  if (target.kind === 'added') return addedFolderMenu(target.folder);
  if (target.kind !== 'entry') return [];
  const { entry } = target;
  if (entry.format === 'sql') {
    return [
      { label: 'Open', icon: 'code', run: () => void runCommand('worksheet.open', entry.path) },
      { label: 'Rename…', icon: 'edit', run: () => void runCommand('worksheet.rename', entry.path) },
      { label: 'Delete', icon: 'trash', run: () => void runCommand('worksheet.delete', entry.path) },
      { divider: true, label: '' },
      ...pathMenu(entry.path),
    ];
  }
  const copyLiteral: MenuEntry = {
    label: 'Copy as SQL text',
    icon: 'clipboard',
    run: tried(() => copyText(quoteLiteral(entry.path), 'Copied')),
  };
  if (relation) return [...relationMenu(relation), ...pathMenu(entry.path)];
  return [...(entry.kind === 'folder' ? [] : [copyLiteral]), ...pathMenu(entry.path)];
}
