import path from 'node:path';
import type { FileOptions } from '../../../shared/files';
import { ArrowCache } from './arrow/arrow-cache';
import type { FileChecks } from './file-checks';
import type { ReaderPool } from './file-reader';
import { type FileRelation, readRelation } from './file-relation';
import type { FileTarget } from './file-target';
import type { ProjectPlaces } from './project-places';

const REMEMBERED = 500;

interface KnownRelation {
  stamp: string;
  relation: Promise<FileRelation>;
  settled: boolean;
}

/** How each file is read, found out once and remembered until its content or its options change. */
export class KnownRelations {
  private readonly known = new Map<string, KnownRelation>();
  private readonly arrow: ArrowCache;

  constructor(
    private readonly places: ProjectPlaces,
    private readonly pool: ReaderPool,
    private readonly checks: FileChecks,
    stateFolder: string,
  ) {
    this.arrow = new ArrowCache(pool, path.join(stateFolder, 'tmp'));
  }

  /** Finds out how a target is read with some options; nothing is remembered. */
  read(target: FileTarget, part: string | undefined, options: FileOptions): Promise<FileRelation> {
    const request = {
      target,
      part,
      options,
      projectFolder: this.places.folder,
      parquetOf: (file: string) => this.arrow.parquetOf(file),
    };
    return this.pool.use((reader) => readRelation(reader, request));
  }

  /** The relation of a target; a check of all its values starts behind where its types may alter some. */
  async get(
    target: FileTarget,
    part: string | undefined,
    options: FileOptions,
  ): Promise<{ relation: FileRelation; stamp: string }> {
    const key = keyOf(target, part);
    const stamp = stampOf(target, options);
    let known = this.known.get(key);
    if (known?.stamp !== stamp) {
      const fresh: KnownRelation = { stamp, relation: this.read(target, part, options), settled: false };
      fresh.relation.then(
        () => {
          fresh.settled = true;
        },
        () => this.known.delete(key),
      );
      known = fresh;
    }
    // The most recent is last, so that the first is the one to forget.
    this.known.delete(key);
    this.known.set(key, known);
    if (this.known.size > REMEMBERED) this.known.delete(this.known.keys().next().value as string);
    const relation = await known.relation;
    if (relation.checks.some((check) => check.sampled || check.setByHand)) {
      this.checks.start(this.places.shown(target.absolute), stamp, relation);
    }
    return { relation, stamp };
  }

  /** Whether the answer is at hand. */
  has(target: FileTarget, part: string | undefined, options: FileOptions): boolean {
    const known = this.known.get(keyOf(target, part));
    return known?.settled === true && known.stamp === stampOf(target, options);
  }
}

function keyOf(target: FileTarget, part: string | undefined): string {
  return `${target.absolute}\0${part ?? ''}`;
}

function stampOf(target: FileTarget, options: FileOptions): string {
  return `${target.stamp}\0${JSON.stringify(options)}`;
}
