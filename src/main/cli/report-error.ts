import { errorShape } from '../../shared/errors';

/**
 * An error as text for standard error: the message, the place in the SQL with a caret below it or the place in a file,
 * and the next step.
 */
export function errorText(error: unknown, sql?: string): string {
  const shape = errorShape(error);
  const lines = [`Error: ${shape.message}`];
  const { at } = shape;
  const text = sql ?? shape.sql;
  if (at?.file !== undefined)
    lines.push(`  at ${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')}`);
  else if (at?.offset !== undefined && text !== undefined) lines.push(...placeLines(text, at.offset, at.length ?? 1));
  if (shape.hint) lines.push(`Hint: ${shape.hint}`);
  return `${lines.join('\n')}\n`;
}

const CONTEXT = 100;

function placeLines(sql: string, offset: number, length: number): string[] {
  const at = Math.min(Math.max(0, offset), sql.length);
  const start = sql.lastIndexOf('\n', at - 1) + 1;
  const end = sql.indexOf('\n', at) < 0 ? sql.length : sql.indexOf('\n', at);
  const from = Math.max(start, at - CONTEXT);
  const to = Math.min(end, at + CONTEXT);
  const line = sql.slice(0, start).split('\n').length;
  const label = `  line ${line}: ${from > start ? '…' : ''}`;
  // Tabs stay tabs above and below, so that the caret stands under its character.
  const before = sql.slice(from, at).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, to - at)));
  const shown = sql.slice(from, to).replace(/\r$/, '') + (to < end ? '…' : '');
  return [label + shown, ' '.repeat(label.length) + before + carets];
}
