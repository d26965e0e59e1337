import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { ensureSigningKey } from '../tlog/signing-keys.ts';
import { openOutsideSigner, type Signer, toSeedSigner } from './signer.ts';

/**
 * The key that signs statements and tokens now, held until the transaction ends, so that no rotation comes between a
 * signature and its leaves. The first thing that a key signs has the key's own leaf before it. When the settings name
 * another key than the one that signed last, this is the moment of rotation.
 */
export async function takeStatementKey(ctx: Pick<HubContext, 'config'>, tx: Tx): Promise<Signer> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('assay:statement-key', 0))");
  const outside = await openOutsideSigner(ctx.config);
  const signer = outside ?? (await takeOwnKey(tx));
  if (outside) await adopt(tx, outside);
  const { made } = await tx.one<{ made: number | null }>(
    'SELECT made_leaf AS made FROM record.signing_keys WHERE id = $1 FOR UPDATE',
    [signer.id],
  );
  if (made !== null) return signer;
  const publicKey = Buffer.from(signer.publicKey).toString('base64url');
  const facts = { key: signer.id, publicKey, purpose: 'statement' };
  const leaf = await queueLeaf(tx, { kind: 'key-made', facts });
  await tx.query('UPDATE record.signing_keys SET made_leaf = $2 WHERE id = $1', [signer.id, leaf]);
  return signer;
}

async function takeOwnKey(tx: Tx): Promise<Signer> {
  // A key that was held elsewhere, and is named no more, signs no more.
  await retireCurrent(tx, "held <> 'database'", []);
  const { publicKey, secretKey } = await ensureSigningKey(tx, 'statement');
  return toSeedSigner(secretKey, publicKey);
}

/** Makes a key from outside the current one. One that was retired or revoked does not come back. */
async function adopt(tx: Tx, signer: Signer): Promise<void> {
  const known = await tx.maybe<{ ended: boolean }>(
    'SELECT (retired_at IS NOT NULL OR revoked_at IS NOT NULL) AS ended FROM record.signing_keys WHERE id = $1',
    [signer.id],
  );
  if (known?.ended)
    throw new Error(
      `the statement key ${signer.id} of the settings was retired or revoked: name another one`,
    );
  if (known) return;
  await retireCurrent(tx, 'id <> $1', [signer.id]);
  await tx.query(
    "INSERT INTO record.signing_keys (id, purpose, public_key, held) VALUES ($1, 'statement', $2, $3)",
    [signer.id, Buffer.from(signer.publicKey), signer.held],
  );
}

/** Retires the current statement key where the condition holds, with its leaf. Answers its id, or null. */
export async function retireCurrent(tx: Tx, condition: string, params: unknown[]): Promise<string | null> {
  const current = await tx.maybe<{ id: string; made: number | null }>(
    `SELECT id, made_leaf AS made FROM record.signing_keys
     WHERE purpose = 'statement' AND retired_at IS NULL AND revoked_at IS NULL AND ${condition}`,
    params,
  );
  if (!current) return null;
  // A key that never signed anything was never told of.
  const leaf = current.made && (await queueLeaf(tx, { kind: 'key-retired', facts: { key: current.id } }));
  await tx.query('UPDATE record.signing_keys SET retired_at = now(), retired_leaf = $2 WHERE id = $1', [
    current.id,
    leaf,
  ]);
  return current.id;
}
