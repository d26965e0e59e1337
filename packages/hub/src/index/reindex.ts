import type { HubContext } from '../context.ts';
import { isDerivedFilled } from '../db/derived-schema.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { type Difference, findDifferences } from './differences.ts';
import { rebuild } from './rebuild.ts';

/**
 * Rebuilds the index from git and the record, while the hub runs: beside the live tables, then a swap in one
 * transaction. With `check` it changes nothing and answers each difference between the index and what a rebuild would
 * make of it.
 * @throws HubError `in-use` when another reindex runs
 */
export async function reindex(ctx: HubContext, options: { check: boolean }): Promise<Difference[]> {
  return ctx.db.tx(async (tx) => {
    await lockReindex(tx);
    if (options.check) return findDifferences(ctx);
    await rebuild(ctx);
    return [];
  });
}

/**
 * The index's schema is new: whatever git and the record hold goes into it before the first answer. Of several hubs that
 * start at once, one does it and the others wait.
 */
export async function fillIndex(ctx: HubContext): Promise<void> {
  await ctx.db.tx(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('assay:reindex', 0))");
    if (!(await isDerivedFilled(ctx.db))) await rebuild(ctx);
  });
}

/** Held by this transaction alone, which does nothing else: the work goes over other connections. */
async function lockReindex(tx: Tx): Promise<void> {
  const { free } = await tx.one<{ free: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('assay:reindex', 0)) AS free`,
  );
  if (!free) throw new HubError('in-use', 'another reindex of this hub is running');
}
