/**
 * Numbers are drawn when a row is inserted and seen when it is committed, so a lower number may appear after a higher
 * one. A gap is settled once every transaction has ended that could still fill it: those whose id is below one that was
 * given out after the gap was seen. Pure; the database's part is in `integrate.ts`.
 */

/** A gap that was seen, and from when on it is settled. */
export interface GapWatch {
  /** The highest number seen with it. */
  through: number;
  /** A transaction id given out after that. */
  settledFrom: bigint;
}

/**
 * The rows, by growing number, that nothing can come before any more.
 * @param last the number before the first one wanted
 * @param oldestRunning lowest id of a running transaction, read before the rows
 */
export function takeSettled<R extends { seq: number }>(
  rows: readonly R[],
  last: number,
  watch: GapWatch | null,
  oldestRunning: bigint,
): R[] {
  const settledThrough = watch && oldestRunning >= watch.settledFrom ? watch.through : 0;
  let expected = last + 1;
  const taken: R[] = [];
  for (const row of rows) {
    if (row.seq !== expected && row.seq > settledThrough) break;
    taken.push(row);
    expected = row.seq + 1;
  }
  return taken;
}
