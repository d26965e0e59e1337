import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { ensureSigningKey, type SigningKey } from '../tlog/signing-keys.ts';

/** The key that signs statements and tokens now. */
export type StatementKey = SigningKey;

/**
 * The current key, held until the transaction ends, so that no rotation comes between a signature and its leaves. The
 * first thing that a key signs has the key's own leaf before it.
 */
export async function takeStatementKey(_ctx: HubContext, tx: Tx): Promise<StatementKey> {
  const key = await ensureSigningKey(tx, 'statement');
  const { made_leaf: made } = await tx.one<{ made_leaf: number | null }>(
    'SELECT made_leaf FROM record.signing_keys WHERE id = $1 FOR UPDATE',
    [key.id],
  );
  if (made === null) {
    const leaf = await queueLeaf(tx, {
      kind: 'key-made',
      facts: {
        key: key.id,
        publicKey: Buffer.from(key.publicKey).toString('base64url'),
        purpose: 'statement',
      },
    });
    await tx.query('UPDATE record.signing_keys SET made_leaf = $2 WHERE id = $1', [key.id, leaf]);
  }
  return key;
}
