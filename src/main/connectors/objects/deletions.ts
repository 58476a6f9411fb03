import { randomUUID } from 'node:crypto';
import { errorShape, MillraceError } from '../../../shared/errors';
import type { DeletionOutcome, DeletionPlan } from '../../../shared/objects';
import type { OpenConnection } from '../connector';
import { formatObjectPath, insideOf, parseObjectPath, requireWritable } from './object-path';
import type { ObjectReader, ObjectStore } from './object-store';

const TOKEN_MILLISECONDS = 10 * 60_000;
const MOST_KEYS = 1_000_000;
const BATCH = 1_000;
const EXAMPLES = 5;

interface Planned {
  connection: OpenConnection;
  keys: Map<string, string[]>;
  timer: NodeJS.Timeout;
}

/** Deletions in two steps: what would go is counted first, and then exactly that goes, not what has come meanwhile. */
export class Deletions {
  private readonly planned = new Map<string, Planned>();

  /**
   * Counts what is below prefixes and among objects; deletes nothing. Throws CONNECTION_READ_ONLY, NOT_FOUND, and
   * LIMIT_EXCEEDED above a million objects.
   */
  async measure(
    connection: OpenConnection,
    reader: ObjectReader,
    paths: string[],
    signal?: AbortSignal,
  ): Promise<DeletionPlan> {
    requireWritable(connection);
    const keys = new Map<string, string[]>();
    const plan: DeletionPlan = { token: randomUUID(), count: 0, bytes: 0, examples: [] };
    for (const path of paths) {
      const place = insideOf(connection, parseObjectPath(path));
      if (place.bucket === '') throw noPlace(path);
      const found = keys.get(place.bucket) ?? [];
      keys.set(place.bucket, found);
      for await (const object of objectsAt(reader, place.bucket, place.key, signal)) {
        found.push(object.key);
        plan.count += 1;
        plan.bytes += object.size;
        if (plan.examples.length < EXAMPLES) plan.examples.push(formatObjectPath({ ...place, key: object.key }));
        if (plan.count > MOST_KEYS) throw tooMany(path);
      }
    }
    const timer = setTimeout(() => this.planned.delete(plan.token), TOKEN_MILLISECONDS);
    timer.unref();
    this.planned.set(plan.token, { connection, keys, timer });
    return plan;
  }

  /** Deletes what was measured. Objects that could not be deleted are told. Throws NOT_FOUND for a token that is over. */
  async remove(
    token: string,
    storeOf: (connection: string) => Promise<{ store: ObjectStore }>,
  ): Promise<DeletionOutcome> {
    const planned = this.planned.get(token);
    if (!planned) {
      throw new MillraceError({
        code: 'NOT_FOUND',
        message: 'What was counted is older than ten minutes.',
        hint: 'Ask for the deletion again.',
      });
    }
    this.planned.delete(token);
    clearTimeout(planned.timer);
    const { writer } = (await storeOf(planned.connection.name)).store;
    const outcome: DeletionOutcome = { removed: 0, failed: [] };
    for (const [bucket, keys] of planned.keys) {
      for (let at = 0; at < keys.length; at += BATCH) {
        const batch = keys.slice(at, at + BATCH);
        const failed = await writer.remove(bucket, batch);
        outcome.removed += batch.length - failed.length;
        for (const { key, error } of failed) {
          outcome.failed.push({ path: formatObjectPath({ bucket, key }), error: errorShape(error) });
        }
      }
    }
    return outcome;
  }
}

async function* objectsAt(reader: ObjectReader, bucket: string, key: string, signal: AbortSignal | undefined) {
  if (key !== '' && !key.endsWith('/')) {
    const { size } = await reader.head(bucket, key, signal);
    yield { key, size };
    return;
  }
  let after: string | undefined;
  do {
    const page = await reader.objects(bucket, key, { after, deep: true, signal });
    yield* page.objects;
    after = page.next;
  } while (after !== undefined);
}

function noPlace(path: string): MillraceError {
  return new MillraceError({
    code: 'BAD_REQUEST',
    message: `"${path}" names no bucket.`,
    hint: 'Write bucket/prefix/ or bucket/key.',
  });
}

function tooMany(path: string): MillraceError {
  return new MillraceError({
    code: 'LIMIT_EXCEEDED',
    message: `Below ${path} are more than a million objects.`,
    hint: 'Delete smaller prefixes, or let a lifecycle rule of the bucket do it.',
  });
}
