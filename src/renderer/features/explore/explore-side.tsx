import { useEffect, useMemo } from 'react';
import { onBackendEvent } from '../../api/events';
import { useApp } from '../../app/app-store';
import { runCommand } from '../../app/commands/registry';
import { sectionOf, treeSections, useSectionRows } from '../../app/frame/tree-sections';
import { Button, IconButton } from '../../ui/button';
import { openContextMenu, openMenuBelow } from '../../ui/context-menu';
import { TextField } from '../../ui/text-field';
import { Tree } from '../../ui/tree/tree';
import type { ExploreData } from './explore-data';
import { explorerMenu, openTarget } from './explore-menu';
import { type ExploreRow, exploreRows, hasParts } from './explore-rows';
import { useExplore } from './explore-store';
import './explore-side.css';

/** Reads what a row shows when it is unfolded. */
function loadInside(row: ExploreRow): void {
  const { loadFolder, loadParts, loadDescription } = useExplore.getState();
  const { target } = row;
  if (target.kind === 'relation') void loadDescription(target.reference);
  if (target.kind !== 'entry') return;
  const { entry } = target;
  if (entry.kind === 'folder') void loadFolder(entry.path);
  else if (hasParts(entry.format)) void loadParts(entry.path);
  else void loadDescription({ path: entry.path });
}

function descriptionIsOnShow(path: string): boolean {
  return useExplore.getState().descriptions[path] !== undefined;
}

function useExploreData(addedFolders: string[]): void {
  useEffect(() => {
    const { loadFolder, loadCatalog, loadDescription, refresh, changed } = useExplore.getState();
    void loadFolder('');
    void loadCatalog();
    return onBackendEvent((event) => {
      if (event.type === 'files') changed(event.folder, event.paths);
      if (event.type === 'catalog') void loadCatalog();
      if (event.type === 'engine' && event.state === 'reopened') void refresh();
      if (event.type === 'file-check' && event.check.state !== 'running' && descriptionIsOnShow(event.path))
        void loadDescription({ path: event.path });
    });
  }, []);
  useEffect(() => {
    for (const folder of addedFolders) void useExplore.getState().loadFolder(folder);
  }, [addedFolders]);
}

const NO_FOLDERS: string[] = [];

/** Whether the project has nothing to query yet: no data file and no folder but that of worksheets. */
function hasNoData(root: ExploreData['folders'][string] | undefined, addedFolders: string[]): boolean {
  if (root?.state !== 'ready' || addedFolders.length > 0) return false;
  return root.value.every((entry) =>
    entry.kind === 'file' ? entry.format === 'sql' || entry.format === 'other' : entry.path === 'queries',
  );
}

function FirstData() {
  return (
    <div className="first-data">
      <p>
        <b>No data here yet.</b> Drop a Parquet, CSV, JSON or Excel file on the window to look into it, or add a folder
        that has some. Then query it by its path: <code>from 'data/orders.csv'</code>.
      </p>
      <Button icon="folder-new" onClick={() => void runCommand('explore.addFolder')}>
        Add a folder…
      </Button>
      <Button icon="document-open" onClick={() => void runCommand('explore.openFile')}>
        Open a file…
      </Button>
    </div>
  );
}

/** The explore tree: the project's files, added folders, and the engine's own tables. */
export function ExploreSide() {
  const addedFolders = useApp((state) => state.project?.addedFolders) ?? NO_FOLDERS;
  const state = useExplore();
  useExploreData(addedFolders);
  const rows = useMemo(() => exploreRows(state, addedFolders), [state, addedFolders]);
  const above = useSectionRows('above', state.filter);
  const below = useSectionRows('below', state.filter);
  const rowOf = (id: string) => rows.find((row) => row.id === id);

  const toggle = (id: string) => {
    const shown = [...above, ...below].find((one) => one.id === id);
    if (shown) {
      sectionOf(id)?.toggle(id, !shown.expanded);
      return;
    }
    const row = rowOf(id);
    if (!row) return;
    // What a filter holds open is not unfolded by a click.
    const expanded = !row.expanded;
    state.setExpanded(id, expanded);
    if (expanded) loadInside(row);
  };
  const open = (id: string) => {
    const section = sectionOf(id);
    const row = rowOf(id);
    if (section) section.open(id);
    else if (row) openTarget(row);
  };
  const all = [...above, ...rows, ...below];
  const menuOf = (id: string) => {
    const section = sectionOf(id);
    const row = rowOf(id);
    return section ? section.menu(id) : row ? explorerMenu(row) : [];
  };
  return (
    <section className="side" aria-label="Explore">
      <header>
        <h2>Explore</h2>
        <IconButton
          icon="plus"
          label="New worksheet, folder, connection"
          onClick={(event) =>
            openMenuBelow(
              [
                { label: 'New worksheet', icon: 'code', run: () => void runCommand('worksheet.new') },
                {
                  label: 'Add a folder to the tree…',
                  icon: 'folder-new',
                  run: () => void runCommand('explore.addFolder'),
                },
                { label: 'Open a file…', icon: 'document-open', run: () => void runCommand('explore.openFile') },
                ...[...treeSections('above'), ...treeSections('below')].flatMap((part) => part.additions?.() ?? []),
              ],
              event.currentTarget,
            )
          }
        />
        <IconButton
          icon="refresh"
          label="Read files and tables again"
          onClick={() => void runCommand('explore.refresh')}
        />
        <IconButton
          icon="collapse-all"
          label="Fold everything"
          onClick={() => {
            state.collapseAll();
            for (const part of [...treeSections('above'), ...treeSections('below')]) part.collapse();
          }}
        />
      </header>
      <div className="filter">
        <TextField
          label="Filter tables, columns, files"
          icon="search"
          value={state.filter}
          onChange={state.setFilter}
        />
      </div>
      <Tree
        label="Files and tables"
        rows={all}
        selected={state.selected}
        onSelect={state.select}
        onToggle={toggle}
        onOpen={open}
        onMenu={(id, at) => openContextMenu(menuOf(id), at)}
      />
      {hasNoData(state.folders[''], addedFolders) ? <FirstData /> : null}
    </section>
  );
}
