import { MillraceError } from '../../../shared/errors';

/** Names that lists of records have, where an answer holds several lists. */
const USUAL = ['data', 'items', 'results', 'records', 'value', 'values', 'rows', 'entries', 'hits', 'content'];

/** The names of a JSON path such as `$.data.items`; none for `$`. */
export function pathNames(path: string): string[] {
  return path
    .replace(/^\$\.?/, '')
    .replace(/\[\*\]$/, '')
    .split('.')
    .filter((name) => name !== '');
}

/**
 * Finds the list of records in an answer: the answer itself, or the one list in it, no deeper than two names. Throws
 * BAD_REQUEST where that is not evident.
 */
export function findRecords(answer: unknown, endpoint: string): string[] {
  if (Array.isArray(answer)) return [];
  const lists = listsOf(answer);
  const filled = lists.filter(({ objects }) => objects);
  const candidates = filled.length > 0 ? filled : lists.filter(({ empty }) => empty);
  const usual = candidates.filter(({ path }) => path.every((name) => USUAL.includes(name)));
  const [first] = candidates.length === 1 ? candidates : usual.length === 1 ? usual : [];
  if (first) return first.path;
  const names = candidates.map(({ path }) => path.join('.'));
  throw new MillraceError({
    code: 'BAD_REQUEST',
    message:
      names.length > 1
        ? `The answer of ${endpoint} holds several lists: ${names.slice(0, 8).join(', ')}.`
        : `The answer of ${endpoint} holds no list of records.`,
    hint: 'Set `records` of the endpoint to the path of the list, such as data.items; `$` takes the answer itself as one record.',
  });
}

function listsOf(answer: unknown, before: string[] = []): { path: string[]; objects: boolean; empty: boolean }[] {
  if (typeof answer !== 'object' || answer === null || before.length > 2) return [];
  return Object.entries(answer).flatMap(([name, value]) => {
    const path = [...before, name];
    if (!Array.isArray(value)) return listsOf(value, path);
    const objects = value.length > 0 && value.every((one) => typeof one === 'object' && one !== null);
    return before.length < 2 ? [{ path, objects, empty: value.length === 0 }] : [];
  });
}
