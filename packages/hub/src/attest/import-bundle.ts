import { type Bundle, checkProofs, parseBundle, parseVerifierKey, thumbprintOf } from '@assay/proof';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { followVerdictsIn } from '../index/follow-verdicts.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { keepForeignStatement } from './keep-foreign-statement.ts';

/** Steps that must all be done before another hub's word is taken. Witnesses are the reader's own affair. */
const needed = new Set(['statement', 'token', 'entry', 'key', 'leaves', 'checkpoint']);

/**
 * Takes over what another hub vouches for: checked here against the key of its log, as an administrator named it, then
 * kept and logged in this hub's own log. A bundle that tells of a revoked key takes back what was pulled before.
 * @param url where it was pulled from; shown as its origin
 * @throws HubError `invalid-input` naming the step that failed; the codes of `requireRepo`
 */
export async function importBundle(
  ctx: HubContext,
  actor: Actor,
  bytes: Uint8Array,
  url: string,
): Promise<{ statement: string; verified: boolean }> {
  const bundle = readBundle(bytes);
  const issuer = await requireHub(ctx, bundle.log);
  const { steps, statement } = checkProofs(bundle, { logs: [parseVerifierKey(bundle.log)], witnesses: [] });
  const wrong = steps.find(({ name, outcome }) => needed.has(name) && outcome !== 'done');
  if (wrong?.code === 'key-revoked') await noteRevocation(ctx, issuer.id, bundle, wrong.detail);
  if (wrong || !statement)
    throw new HubError(
      'invalid-input',
      `the bundle does not hold: ${wrong?.name} ${wrong?.code ?? ''}: ${wrong?.detail}`,
    );
  const kid = bundle.envelope.signatures[0]!.keyid;
  const kept = await keepForeignStatement(ctx, actor, {
    issuerId: issuer.id,
    kid,
    payload: Buffer.from(bundle.envelope.payload, 'base64'),
    envelope: bundle.envelope,
    predicate: statement.predicate,
    token: bundle.result.entry.verifyToken as string,
    sampleSalt: bundle.sampleSalt ? Buffer.from(bundle.sampleSalt, 'hex') : null,
    provenance: { url, log: bundle.log, leaves: bundle.leaves, key: bundle.key },
    seen: { url },
    act: 'statement-pulled',
    noteKey: (tx) => noteKey(tx, issuer.id, kid, bundle),
  });
  return { ...kept, verified: true };
}

function readBundle(bytes: Uint8Array): Bundle {
  try {
    return parseBundle(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new HubError('invalid-input', `this is no bundle: ${why}`, { cause });
  }
}

async function requireHub(ctx: HubContext, log: string): Promise<{ id: string }> {
  const issuer = await ctx.db.maybe<{ id: string }>(
    "SELECT id FROM record.issuers WHERE kind = 'hub' AND log_key = $1 AND removed_at IS NULL",
    [log],
  );
  if (issuer) return issuer;
  throw new HubError(
    'invalid-input',
    `the log ${log.split('+')[0]?.slice(0, 200)} is of no issuer known here`,
    {
      hint: 'An administrator adds it: assay issuers add',
    },
  );
}

/** The key stands in the log whose own key is trusted: that is what makes it known. */
async function noteKey(tx: Tx, issuerId: string, kid: string, { key }: Bundle): Promise<void> {
  const { publicKey } = JSON.parse(key.made.leaf) as { publicKey: string };
  await tx.query(
    `INSERT INTO record.issuer_keys (issuer_id, kid, jwk) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [issuerId, kid, JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: publicKey, kid })],
  );
}

/** Only called with a revocation that the log's checkpoint covers: else the step would have failed otherwise. */
async function noteRevocation(
  ctx: HubContext,
  issuerId: string,
  bundle: Bundle,
  detail: string,
): Promise<void> {
  const { leaves, checkpoint } = Object.fromEntries(
    checkProofs(bundle, { logs: [parseVerifierKey(bundle.log)], witnesses: [] }).steps.map((step) => [
      step.name,
      step,
    ]),
  );
  if (leaves?.outcome !== 'done' || checkpoint?.outcome !== 'done') return;
  const { publicKey } = JSON.parse(bundle.key.made.leaf) as { publicKey: string };
  const kid = thumbprintOf(Buffer.from(publicKey, 'base64url'));
  await ctx.db.tx(async (tx) => {
    const changed = await tx.query<{ kid: string }>(
      `UPDATE record.issuer_keys SET revoked_at = now(), revocation_reason = $3
       WHERE issuer_id = $1 AND kid = $2 AND revoked_at IS NULL RETURNING kid`,
      [issuerId, kid, detail],
    );
    if (changed.length === 0) return;
    await queueLeaf(tx, {
      kind: 'issuer-key-revoked',
      facts: { issuer: issuerId, key: kid },
      content: { detail },
    });
    const models = await tx.query<{ id: string }>(
      'SELECT DISTINCT model_repo_id AS id FROM record.statements WHERE issuer_id = $1 AND kid = $2',
      [issuerId, kid],
    );
    await followVerdictsIn(
      tx,
      models.map(({ id }) => id),
    );
  });
}
