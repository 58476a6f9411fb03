import { describe, expect, it } from 'vitest';
import { errorText } from '../../../src/main/cli/report-error';
import { displayWidth, padText } from '../../../src/main/engine/export/display-width';
import { decodeFrames, encodeFrames, type SqlEvent } from '../../../src/main/engine/export/sql-frames';
import { errorShape, MillraceError } from '../../../src/shared/errors';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function* from<T>(items: T[], error?: Error): AsyncIterable<T> {
  yield* items;
  if (error) throw error;
}

describe('the caret under an error', () => {
  it('stands under its character, also in a long line and after tabs', () => {
    const sql = `select\t${'x'.repeat(300)} from t`;
    const error = new MillraceError({
      code: 'SQL_BIND',
      message: 'No.',
      at: { offset: sql.indexOf('from'), length: 4 },
    });
    const [, line = '', caret = ''] = errorText(error, sql).split('\n');
    expect(line.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('from');
    expect(caret.trim()).toBe('^^^^');
  });

  it('names file, line and column where the error lies in a file', () => {
    const error = new MillraceError({
      code: 'FILE_FORMAT',
      message: 'Ragged.',
      hint: 'Set it.',
      at: { file: 'a.csv', line: 3, column: 2 },
    });
    expect(errorText(error)).toBe('Error: Ragged.\n  at a.csv:3:2\nHint: Set it.\n');
  });
});

describe('rows on their way to another process', () => {
  const events: SqlEvent[] = [
    { data: Buffer.alloc(700_000, 'a') },
    { note: '1 row changed.' },
    { data: Buffer.from('end') },
  ];
  const bytes = async (error?: Error) => Buffer.concat(await collect(encodeFrames(from(events, error), errorShape)));
  const cut = (buffer: Buffer, size: number) => {
    return Array.from({ length: Math.ceil(buffer.length / size) }, (_, index) =>
      buffer.subarray(index * size, (index + 1) * size),
    );
  };
  const joined = (decoded: SqlEvent[]) =>
    Buffer.concat(decoded.flatMap((event) => ('data' in event ? [event.data] : [])));

  it.each([1_000, 65_536, 10_000_000])('arrive whole in pieces of %i bytes', async (size) => {
    const decoded = await collect(decodeFrames(from(cut(await bytes(), size))));
    expect(joined(decoded).equals(Buffer.concat([Buffer.alloc(700_000, 'a'), Buffer.from('end')]))).toBe(true);
    expect(decoded.filter((event) => 'note' in event)).toEqual([{ note: '1 row changed.' }]);
  });

  it('bring their error along', async () => {
    const framed = await bytes(new MillraceError({ code: 'SQL_RUNTIME', message: 'Row 4 is bad.', hint: 'Mend it.' }));
    await expect(collect(decodeFrames(from([framed])))).rejects.toMatchObject({
      code: 'SQL_RUNTIME',
      hint: 'Mend it.',
    });
  });

  it('are an error where they stop before their end', async () => {
    const framed = await bytes();
    await expect(collect(decodeFrames(from([framed.subarray(0, -1)])))).rejects.toMatchObject({ code: 'RESULT_CUT' });
  });
});

describe('the width of a cell', () => {
  it.each([
    ['abc', 3],
    ['ünï', 3],
    ['漢字', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
  ])('%s takes %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
    expect(displayWidth(padText(text, 8, true))).toBe(8);
  });
});
