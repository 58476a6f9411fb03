import { MillraceError } from '../../../shared/errors';
import { parseObjectPath } from './object-path';
import type { ObjectReader } from './object-store';

const PATTERN = /[*?[{]/;

/** Why a URL of a statement cannot be read, as the store itself says it; undefined where it can be. */
export async function objectFailure(reader: ObjectReader, url: string): Promise<MillraceError | undefined> {
  const { bucket, key } = parseObjectPath(url);
  const pattern = key.search(PATTERN);
  try {
    if (pattern < 0) {
      await reader.head(bucket, key);
      return undefined;
    }
    const prefix = key.slice(0, pattern);
    const { objects } = await reader.objects(bucket, prefix, { size: 1, deep: true });
    const [first] = objects;
    if (!first) return nothingBegins(bucket, prefix);
    await reader.head(bucket, first.key);
    return undefined;
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
}

function nothingBegins(bucket: string, prefix: string): MillraceError {
  return new MillraceError({
    code: 'NOT_FOUND',
    message: prefix === '' ? `The bucket ${bucket} is empty.` : `No object begins with ${bucket}/${prefix}.`,
    hint: 'Check the path; names tell upper from lower case.',
  });
}
