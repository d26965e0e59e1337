import type { Tx } from '../db/sql.ts';

/** One at a time, over all processes of the database, until the transaction ends. */
export async function lockLog(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('assay:tlog', 0))");
}

/**
 * Called between two steps whose order matters, with the step's name. Does nothing; tests end the process in it.
 * Life of a leaf, in these names: docs/design/life-of-a-result.md.
 */
export type OnStep = (step: string) => void;
