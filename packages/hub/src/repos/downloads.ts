import type { Db } from '../db/sql.ts';
import type { Logger } from '../logger.ts';

/** Counts downloads: whoever fetches a repo's files, many files or one, is one download an hour. */
export interface DownloadCounter {
  /** @param caller account or address */
  note(repoId: string, caller: string): void;
  /** Writes down what was noted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const windowMs = 3_600_000;
/** Callers remembered; beyond, the oldest may be counted twice. */
const mostCallers = 50_000;
/** What is noted is written this much later, in one statement: a crash loses no more. */
const delayMs = 2_000;

export function createDownloadCounter(db: Db, log: Logger, clock: () => Date): DownloadCounter {
  const seen = new Map<string, number>();
  let pending = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const counts = [...pending].sort(([a], [b]) => (a < b ? -1 : 1));
    pending = new Map();
    if (counts.length === 0) return;
    // Locked in one order, so that two processes that write at once do not wait for each other.
    await db.query(
      `WITH counts AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS c (id, n)),
         locked AS (SELECT r.id FROM record.repos r JOIN counts USING (id) ORDER BY r.id FOR NO KEY UPDATE OF r)
       UPDATE record.repos r SET downloads = r.downloads + c.n FROM counts c JOIN locked l USING (id) WHERE r.id = c.id`,
      [counts.map(([id]) => id), counts.map(([, n]) => n)],
    );
  }

  return {
    note(repoId, caller) {
      const key = `${repoId} ${caller}`;
      const now = clock().getTime();
      if (now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) < windowMs) return;
      seen.delete(key); // so that the map stays ordered by age
      seen.set(key, now);
      if (seen.size > mostCallers) seen.delete(seen.keys().next().value!);
      pending.set(repoId, (pending.get(repoId) ?? 0) + 1);
      timer ??= setTimeout(
        () => flush().catch((error) => log.error('downloads not counted', error)),
        delayMs,
      );
    },
    flush,
    close: flush,
  };
}
