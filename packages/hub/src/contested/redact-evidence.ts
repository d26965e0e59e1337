import { removeUnlessNeeded } from '../blobs/blob-columns.ts';
import type { HubContext } from '../context.ts';

/** The log that a result shows, before its words are taken; null when it shows none. */
export async function evidenceOf(ctx: HubContext, resultId: string): Promise<string | null> {
  const found = await ctx.db.maybe<{ digest: string }>(
    `SELECT e.digest FROM record.acts a JOIN record.evidence e
       ON e.digest = substring(a.entry -> 'source' ->> 'url' FROM '/evidence/([0-9a-f]{64})')
     WHERE a.result_id = $1 LIMIT 1`,
    [resultId],
  );
  return found?.digest ?? null;
}

/**
 * Removes a log that nothing else shows: no other result, ever, no statement and no replication.
 * @returns whether it is gone
 */
export async function removeEvidence(ctx: HubContext, digest: string): Promise<boolean> {
  const removed = await ctx.db.tx(async (tx) => {
    const needed = await tx.maybe(
      `SELECT 1 FROM derived.results WHERE evidence_digest = $1
       UNION ALL SELECT 1 FROM record.acts WHERE position($1 IN entry -> 'source' ->> 'url') > 0
       UNION ALL SELECT 1 FROM record.statements WHERE evidence_digest = $1
       UNION ALL SELECT 1 FROM record.replications WHERE evidence_digest = $1 LIMIT 1`,
      [digest],
    );
    if (needed) return false;
    await tx.query('DELETE FROM record.evidence_links WHERE digest = $1', [digest]);
    await tx.query('DELETE FROM record.evidence WHERE digest = $1', [digest]);
    return true;
  });
  if (removed) await removeUnlessNeeded(ctx, digest);
  return removed;
}
