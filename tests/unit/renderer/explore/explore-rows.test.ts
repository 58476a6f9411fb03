import { describe, expect, test } from 'vitest';
import { type ExploreData, isTouched } from '../../../../src/renderer/features/explore/explore-data';
import { type ExploreRow, exploreRows, shortType } from '../../../../src/renderer/features/explore/explore-rows';
import type { FileDescription, FileEntry } from '../../../../src/shared/files';

const NOTHING: ExploreData = {
  filter: '',
  selected: undefined,
  expanded: {},
  folders: {},
  descriptions: {},
  parts: {},
  counts: {},
  counting: {},
  databases: [],
  everywhere: undefined,
};

function entry(path: string, more: Partial<FileEntry> = {}): FileEntry {
  const name = path.split('/').at(-1) ?? path;
  return { path, name, kind: 'file', format: 'csv', size: 1_200, modified: 0, expandable: true, ...more };
}

const data = entry('data', { kind: 'folder', format: 'other' });
const orders = entry('data/orders.csv');
const events = entry('data/events', {
  kind: 'dataset',
  format: 'parquet',
  partitions: ['year', 'month'],
  fileCount: 24,
});

function description(path: string, altered: string[] = []): FileDescription {
  return {
    reference: { path },
    format: 'csv',
    columns: [
      { name: 'order_id', type: 'BIGINT', kind: 'integer' },
      { name: 'zip code', type: 'VARCHAR', kind: 'text' },
    ],
    relation: `'${path}'`,
    spelledOut: `read_csv('${path}')`,
    options: {},
    detected: {},
    questions: [],
    check: {
      state: 'altered',
      altered: altered.map((column) => ({ column, type: 'BIGINT', line: 7, value: '007', readAs: '7', count: 1 })),
    },
  };
}

const OPENED: ExploreData = {
  ...NOTHING,
  expanded: { 'entry:data': true },
  folders: { '': { state: 'ready', value: [data] }, data: { state: 'ready', value: [events, orders] } },
};

const outline = (rows: ExploreRow[]) => rows.map((row) => `${'  '.repeat(row.depth)}${row.label}`);
const labelled = (rows: ExploreRow[], label: string) => rows.find((row) => row.label === label);

describe('the explore tree', () => {
  test('shows folders, datasets with their partition key, and files with their size', () => {
    const rows = exploreRows(OPENED, []);
    expect(outline(rows)).toEqual(['Files', 'data', '  events', '  orders.csv']);
    expect(labelled(rows, 'events')).toMatchObject({ meta: 'year=… · 24', opens: true, expanded: false });
    expect(labelled(rows, 'orders.csv')?.meta).toBe('1.2 kB');
    expect(labelled(rows, 'data')).toMatchObject({ opens: false, expanded: true });
  });

  test('a counted file shows its rows, one that is being counted says so', () => {
    const counted = { ...OPENED, counts: { 'data/orders.csv': 712_345 } };
    expect(labelled(exploreRows(counted, []), 'orders.csv')?.meta).toBe('712 k rows');
    const counting = { ...OPENED, counting: { 'data/orders.csv': true } };
    expect(labelled(exploreRows(counting, []), 'orders.csv')?.meta).toBe('counting…');
  });

  test('columns whose type would alter values are marked', () => {
    const rows = exploreRows(
      {
        ...OPENED,
        expanded: { ...OPENED.expanded, 'entry:data/orders.csv': true },
        descriptions: { 'data/orders.csv': { state: 'ready', value: description('data/orders.csv', ['order_id']) } },
      },
      [],
    );
    expect(labelled(rows, 'order_id')).toMatchObject({ warning: true, depth: 2, mark: '123', meta: 'BIGINT' });
    expect(labelled(rows, 'zip code')?.warning).toBe(false);
  });

  test('what cannot be read says why in its place, and the rest of the tree stays', () => {
    const broken = entry('data/link.csv', { problem: 'A link to a file that does not exist.', expandable: false });
    const rows = exploreRows(
      {
        ...OPENED,
        expanded: { ...OPENED.expanded, 'entry:data/orders.csv': true },
        folders: { ...OPENED.folders, data: { state: 'ready', value: [orders, broken] } },
        descriptions: {
          'data/orders.csv': {
            state: 'failed',
            error: { code: 'FILE_FORMAT', message: 'Line 3 has 4 columns.', hint: 'Mend it.' },
          },
        },
      },
      [],
    );
    expect(labelled(rows, 'Line 3 has 4 columns.')).toMatchObject({ kind: 'message', warning: true, depth: 2 });
    expect(labelled(rows, 'link.csv')).toMatchObject({ warning: true, meta: 'unreadable', opens: false });
    expect(labelled(rows, 'link.csv')?.title).toContain('does not exist');
  });

  test('the tables of a database file stand below it, those of main without their schema', () => {
    const file = entry('shop.duckdb', { format: 'duckdb' });
    const rows = exploreRows(
      {
        ...NOTHING,
        expanded: { 'entry:shop.duckdb': true },
        folders: { '': { state: 'ready', value: [file] } },
        parts: {
          'shop.duckdb': {
            state: 'ready',
            value: [
              { part: 'main.orders', kind: 'table', rowCount: 5_000 },
              { part: 'raw.lines', kind: 'view' },
            ],
          },
        },
      },
      [],
    );
    expect(outline(rows)).toEqual(['Files', 'shop.duckdb', '  orders', '  raw.lines']);
    expect(labelled(rows, 'orders')?.meta).toBe('5,000');
    expect(labelled(rows, 'raw.lines')?.meta).toBe('view');
  });

  test('an added folder has a group of its own and no second place among the files', () => {
    const added = entry('/lake/old', { kind: 'folder', format: 'other' });
    const rows = exploreRows(
      {
        ...NOTHING,
        folders: {
          '': { state: 'ready', value: [orders, added] },
          '/lake/old': { state: 'ready', value: [entry('/lake/old/a.csv')] },
        },
      },
      ['/lake/old'],
    );
    expect(outline(rows)).toEqual(['Files', 'orders.csv', 'old', 'a.csv']);
    expect(labelled(rows, 'old')?.target).toEqual({ kind: 'added', folder: '/lake/old' });
  });

  test('the history shows no table that only the program needs', () => {
    const table = (name: string) => ({ name, kind: 'table' as const, columns: [] });
    const databases = [
      { name: 'millrace', schemas: [{ name: 'main', tables: [table('queries'), table('schema_versions')] }] },
    ];
    expect(outline(exploreRows({ ...OPENED, databases }, []))).toEqual(
      expect.arrayContaining(['Millrace · history', 'queries']),
    );
    expect(outline(exploreRows({ ...OPENED, databases }, []))).not.toContain('schema_versions');
  });
});

describe('the filter', () => {
  test('finds columns of files that are folded, and drops what has no match', () => {
    const read: ExploreData = {
      ...OPENED,
      expanded: {},
      filter: 'ZIP',
      descriptions: { 'data/orders.csv': { state: 'ready', value: description('data/orders.csv') } },
    };
    expect(outline(exploreRows(read, []))).toEqual(['Files', 'data', '  orders.csv', '    zip code']);
  });

  test('finds files in folders that were never unfolded, once', () => {
    const filtered: ExploreData = {
      ...OPENED,
      filter: 'orders',
      everywhere: [{ path: 'data/orders.csv' }, { path: 'old/2019/orders.parquet' }, { path: 'old/orders/x.csv' }],
    };
    expect(outline(exploreRows(filtered, []))).toEqual([
      'Files',
      'data',
      '  orders.csv',
      'Deeper in the folders',
      'old/2019/orders.parquet',
    ]);
  });

  test('says that nothing has such a name', () => {
    expect(outline(exploreRows({ ...OPENED, filter: 'nowhere' }, []))).toEqual([
      'Nothing that was read has such a name',
    ]);
  });
});

test('a change touches the file itself, and a folder that is read as one table', () => {
  expect(isTouched('data/orders.csv', { folder: '', paths: ['data/orders.csv'] })).toBe(true);
  expect(isTouched('data/events', { folder: '', paths: ['data/events/year=2024/a.parquet'] })).toBe(true);
  expect(isTouched('data/orders.csv', { folder: '', paths: ['data/orders.csv.bak', 'data'] })).toBe(false);
  expect(isTouched('data/orders.csv', { folder: '', paths: [] })).toBe(true);
  expect(isTouched('data/orders.csv', { folder: '/lake/old', paths: [] })).toBe(false);
});

test('long types are shortened in the tree', () => {
  expect(shortType('TIMESTAMP WITH TIME ZONE')).toBe('TIMESTAMPTZ');
  expect(shortType('STRUCT(a INTEGER, b VARCHAR)')).toBe('STRUCT');
  expect(shortType('DECIMAL(12,2)')).toBe('DECIMAL(12,2)');
});
