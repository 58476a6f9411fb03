interface Holder {
  table: string;
  shared: boolean;
}

interface Waiting extends Holder {
  start(): void;
}

/** Stands for all tables at once: maintenance, moving the lake. */
export const WHOLE_LAKE = '*';

/**
 * Locks of this process on lake tables: appends go side by side, everything else has its table alone, and maintenance
 * has the lake alone. DuckLake would find most conflicts at COMMIT, after the work was done. First come, first served.
 */
export class TableLocks {
  private readonly held = new Set<Holder>();
  private waiting: Waiting[] = [];

  /** Runs `work` while the table is held. */
  async use<T>(table: string, mode: 'shared' | 'exclusive', work: () => Promise<T>): Promise<T> {
    const holder: Holder = { table: table.toLowerCase(), shared: mode === 'shared' };
    await this.take(holder);
    try {
      return await work();
    } finally {
      this.held.delete(holder);
      this.wake();
    }
  }

  private take(holder: Holder): Promise<void> {
    const isFirst = !this.waiting.some((other) => collide(other, holder));
    if (isFirst && this.isFree(holder)) {
      this.held.add(holder);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push(Object.assign(holder, { start: resolve }));
    });
  }

  private isFree(holder: Holder): boolean {
    return ![...this.held].some((other) => collide(other, holder));
  }

  private wake(): void {
    const still: Waiting[] = [];
    for (const one of this.waiting) {
      if (still.some((other) => collide(other, one)) || !this.isFree(one)) still.push(one);
      else {
        this.held.add(one);
        one.start();
      }
    }
    this.waiting = still;
  }
}

function collide(a: Holder, b: Holder): boolean {
  if (a.table !== b.table && a.table !== WHOLE_LAKE && b.table !== WHOLE_LAKE) return false;
  return !(a.shared && b.shared);
}
