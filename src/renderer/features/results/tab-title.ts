import type { ResultInfo } from '../../../shared/results';

/** What a result is about: its statement's leading comment, or its first relation, or its first words. */
export function subjectOf(sql: string): string {
  const comment = /^\s*--\s*(.+)$/m.exec(sql.trimStart().split('\n')[0] ?? '')?.[1];
  if (comment) return comment.trim();
  const bare = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  const relation = /\bfrom\s+(?:read_\w+\()?['"]?([^\s'"(),;]+)/i.exec(bare)?.[1];
  return relation?.split('/').at(-1) ?? bare.replaceAll(/\s+/g, ' ').trim();
}

/** `_1 orders by month`: the name, then what the statement is about. */
export function tabTitle(result: Pick<ResultInfo, 'name' | 'sql'>): string {
  const subject = subjectOf(result.sql);
  return `${result.name} ${subject.length > 60 ? `${subject.slice(0, 59)}…` : subject}`.trim();
}
