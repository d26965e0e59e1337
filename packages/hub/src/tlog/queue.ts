import type { Tx } from '../db/sql.ts';

/**
 * Queues a leaf that is no act: a statement, token, revocation or key change. It is logged if, and only if, the
 * transaction commits; a published checkpoint covers it about a second later.
 * @returns what `readReceiptOfQueued` finds it by
 */
export async function queueLeaf(
  tx: Tx,
  leaf: {
    kind: string;
    /** Public: ids, digests, counts; never words that people wrote. */
    facts: Record<string, unknown>;
    /** Only committed to; may be redacted later. */
    content?: Record<string, unknown>;
    sealed?: boolean;
  },
): Promise<number> {
  const { id } = await tx.one<{ id: number }>(
    'INSERT INTO record.tlog_queue (kind, facts, content, sealed) VALUES ($1, $2, $3, $4) RETURNING id',
    [leaf.kind, JSON.stringify(leaf.facts), JSON.stringify(leaf.content ?? {}), leaf.sealed ?? false],
  );
  return id;
}
