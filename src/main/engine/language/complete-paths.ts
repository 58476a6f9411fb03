import type { CompletionItem } from '../../../shared/language';
import type { Place } from './completion-place';
import type { NameSpace } from './relations';

/** Paths inside quotes: every relation of the project's files, and the entries of the folder being typed. */
export async function completePaths(place: Place, space: NameSpace): Promise<CompletionItem[]> {
  const folder = place.prefix.includes('/') ? place.prefix.slice(0, place.prefix.lastIndexOf('/')) : '';
  const [datasets, entries] = await Promise.all([space.files.datasets(), space.files.entries(folder)]);
  const items = new Map<string, CompletionItem>();
  const add = (path: string, detail: string, rank: number) => {
    const insert = path.replaceAll("'", "''");
    if (!items.has(path)) items.set(path, { label: path, insert, kind: 'file', detail, rank });
  };
  for (const entry of entries) {
    if (entry.kind === 'folder') add(`${entry.path}/`, 'folder', 200);
    else if (entry.format !== 'other' && entry.format !== 'sql')
      add(entry.path, entry.kind === 'dataset' ? `${entry.fileCount ?? ''} files`.trim() : entry.format, 100);
  }
  for (const reference of datasets) if (reference.part === undefined) add(reference.path, 'file', 110);
  return [...items.values()];
}
