import { api } from '../../api/client';
import { tried } from '../../api/tried';
import { registerCommands } from '../../app/commands/registry';
import { lazyPart } from '../../app/lazy-part';
import { pick } from '../../app/palette/palette-store';
import { registerTabKind } from '../../app/workbench/tab';
import { formatBytes, formatCount } from '../../ui/format';
import { openCreateTable, openLakeTable, type TableSource } from './open-lake';

const LakeTableTab = lazyPart(() => import('./lake-table-tab').then((part) => part.LakeTableTab));
const CreateTableTab = lazyPart(() => import('./create-table-tab').then((part) => part.CreateTableTab));

/** Tables of the lake: their pages, and how they are made. */
export function registerLake(): void {
  registerTabKind('lake-table', { icon: 'table', component: LakeTableTab });
  registerTabKind('lake-create', { icon: 'add', component: CreateTableTab });
  registerCommands([
    {
      id: 'lake.open',
      title: 'Open a lake table',
      category: 'Lake',
      icon: 'layers',
      run: (target) => {
        if (isTable(target)) openLakeTable(target.schema, target.name);
        else tried(pickTable());
      },
    },
    {
      id: 'lake.create',
      title: 'Make a lake table from a query, file or table',
      category: 'Lake',
      icon: 'add',
      run: (source) => {
        if (isSource(source)) openCreateTable(source);
        else openCreateTable({ sql: '', label: 'a query' }, 'raw.new_table');
      },
    },
  ]);
}

async function pickTable(): Promise<void> {
  const tables = await api.lake.tables.query();
  pick({
    placeholder: tables.length === 0 ? 'The lake has no tables yet' : 'Table of the lake',
    items: tables.map((table) => ({
      id: `${table.schema}.${table.name}`,
      label: `${table.schema}.${table.name}`,
      detail: `${formatCount(table.rows)} rows · ${formatBytes(table.bytes)}`,
      icon: 'table' as const,
      run: () => openLakeTable(table.schema, table.name),
    })),
  });
}

function isTable(value: unknown): value is { schema: string; name: string } {
  return typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;
}

function isSource(value: unknown): value is TableSource {
  return typeof value === 'object' && value !== null && 'label' in value;
}
