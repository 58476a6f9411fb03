import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { decodeWindow } from '../../../../src/renderer/features/results/grid/arrow-window';
import { matchColumns } from '../../../../src/renderer/features/results/grid/compare-columns';
import { hexBytes, hexDump, imageType } from '../../../../src/renderer/features/results/grid/hex-dump';
import { formatJson, parseJson } from '../../../../src/renderer/features/results/grid/json-node';
import {
  addDecimals,
  combineSummaries,
  divideDecimal,
} from '../../../../src/renderer/features/results/grid/range-summary';
import { nextSort } from '../../../../src/renderer/ui/grid/next-sort';
import { parseJump } from '../../../../src/renderer/ui/grid/parse-jump';
import { columnKind } from '../../../../src/shared/columns';

describe('sorting by clicks on titles', () => {
  test('a click goes up, down, none', () => {
    const up = nextSort([], 2, false);
    const down = nextSort(up, 2, false);
    expect(up).toEqual([{ column: 2, descending: false }]);
    expect(down).toEqual([{ column: 2, descending: true }]);
    expect(nextSort(down, 2, false)).toEqual([]);
  });

  test('Shift adds a key and keeps the ranks', () => {
    const two = nextSort(nextSort([], 1, true), 3, true);
    const turned = nextSort(two, 1, true);
    expect(turned).toEqual([
      { column: 1, descending: true },
      { column: 3, descending: false },
    ]);
    expect(nextSort(turned, 1, true)).toEqual([{ column: 3, descending: false }]);
    expect(nextSort(two, 3, false)).toEqual([{ column: 3, descending: false }]);
  });
});

describe('jumping to a row', () => {
  test.each([
    ['1', 0],
    ['1,048,576', 1_048_575],
    ['99999999999', 9_999_999],
    ['0', 0],
    ['50%', 5_000_000],
    ['100 %', 9_999_999],
    ['abc', null],
    ['', null],
    ['-3', null],
  ])('%j leads to row %s', (text, row) => {
    expect(parseJump(text, 10_000_000)).toBe(row);
  });

  test('leads nowhere in an empty result', () => {
    expect(parseJump('1', 0)).toBeNull();
  });
});

describe('a window of Arrow text', () => {
  const table = new Table({
    '0': vectorFromArray(['a', null, ''], new Utf8()),
    '7': vectorFromArray(['x', 'y', 'z'], new Utf8()),
  });

  test('is read by row number and column index, NULL told from empty', () => {
    const window = decodeWindow(tableToIPC(table, 'stream'), 400);
    expect(window.count).toBe(3);
    expect(window.text(400, 0)).toBe('a');
    expect(window.text(401, 0)).toBeNull();
    expect(window.text(402, 0)).toBe('');
    expect(window.text(402, 7)).toBe('z');
  });
});

describe('JSON in the value panel', () => {
  test('keeps every digit of a large number', () => {
    const node = parseJson('{"id":12345678901234567890,"price":0.10}');
    expect(node && formatJson(node)).toBe('{\n  "id": 12345678901234567890,\n  "price": 0.10\n}');
  });

  test('keeps order, escapes and empty containers', () => {
    const node = parseJson(' {"b": [], "a": {"x":"\\u00e4\\n\\"q\\""}, "a": null } ');
    expect(node && formatJson(node)).toBe('{\n  "b": [],\n  "a": {\n    "x": "ä\\n\\"q\\""\n  },\n  "a": null\n}');
  });

  test.each(['{a:1}', '[1,]', '{"a":1', '"open', '', '[1] 2', `${'['.repeat(2_000)}${']'.repeat(2_000)}`])(
    '%.20j is shown as text',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );
});

describe('bytes in the value panel', () => {
  test('are shown by offset, hexadecimal and ASCII', () => {
    const bytes = hexBytes('89504e470d0a1a0a0000000d494844520001');
    expect(hexDump(bytes, 0, 2)).toBe(
      '00000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  .PNG........IHDR\n' +
        '00000010  00 01                                             ..',
    );
    expect(imageType(bytes)).toBe('image/png');
    expect(imageType(hexBytes('ffd8ffe0'))).toBe('image/jpeg');
    expect(imageType(hexBytes('00ff'))).toBeUndefined();
  });
});

describe('the sum of several ranges', () => {
  test('is exact beyond what a double holds', () => {
    expect(addDecimals(['9007199254740993', '0.10', '-0.30'])).toBe('9007199254740992.80');
    expect(addDecimals(['1', 'inf'])).toBeUndefined();
    expect(divideDecimal('10', 4)).toBe('2.5');
    expect(divideDecimal('10', 0)).toBeUndefined();
  });

  test('joins counts, sums and extremes', () => {
    const combined = combineSummaries([
      { cells: 3, nulls: 1, numbers: 2, sum: '10.5', average: '5.25', min: '-2', max: '12.5' },
      { cells: 2, nulls: 0, numbers: 2, sum: '30', average: '15', min: '9', max: '21' },
      { cells: 4, nulls: 4, numbers: 0 },
    ]);
    expect(combined).toEqual({ cells: 9, nulls: 5, numbers: 4, sum: '40.5', average: '10.125', min: '-2', max: '21' });
  });
});

describe('columns of two results', () => {
  const columns = (...names: string[]) =>
    names.map((name) => ({ name, type: name === 'id' ? 'BIGINT' : 'VARCHAR', kind: columnKind('VARCHAR') }));

  test('belong together by name, repeated names in turn', () => {
    const match = matchColumns(columns('id', 'a', 'a', 'old'), columns('a', 'new', 'id', 'a'));
    expect(match.toRight).toEqual([2, 0, 3, -1]);
    expect(match.toLeft).toEqual([1, -1, 0, 2]);
    expect(match.onlyLeft).toEqual(['old']);
    expect(match.onlyRight).toEqual(['new']);
  });
});
