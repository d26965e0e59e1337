import { createHash } from 'node:crypto';
import { type Envelope, type ResultPredicate, statementDigest } from '@assay/proof';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { followVerdictsIn } from '../index/follow-verdicts.ts';
import { findRepo, requireRepo } from '../repos/require-repo.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { insertStatement } from './insert-statement.ts';

/** A statement that somebody else vouches for, already checked. */
export interface ForeignStatement {
  issuerId: string;
  kid: string;
  payload: Uint8Array;
  envelope: Envelope;
  predicate: ResultPredicate;
  token: string;
  sampleSalt: Uint8Array | null;
  /** What the log of another issuer said when it was pulled. */
  provenance: object | null;
  /** What else this hub saw: into the leaf's content, and into the list of administrative acts. */
  seen: Record<string, string>;
  /** Its name in the list of administrative acts. */
  act: 'statement-accepted' | 'statement-pulled';
  /** What must be noted of the key, in the same transaction, also when the statement is here already. */
  noteKey?: (tx: Tx) => Promise<void>;
}

/**
 * Keeps a statement once, however often and by however many it is brought at a time, and logs that it came.
 * @throws HubError the codes of `requireRepo`
 */
export async function keepForeignStatement(
  ctx: HubContext,
  actor: Actor,
  brought: ForeignStatement,
): Promise<{ statement: string }> {
  const { predicate, issuerId, kid, token, seen } = brought;
  const digest = statementDigest(brought.payload);
  const model = await requireRepo(ctx, actor, 'model', predicate.model.repo, 'discuss');
  const dataset = await findRepo(ctx.db, 'dataset', predicate.benchmark.dataset);
  const tokenDigest = createHash('sha256').update(token).digest('hex');
  const sealed = model.private || dataset?.private === true;
  const about = { statement: digest, key: kid, issuer: issuerId };
  await ctx.db.tx(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`assay:statement:${digest}`]);
    await brought.noteKey?.(tx);
    if (await tx.maybe('SELECT 1 FROM record.statements WHERE digest = $1', [digest])) return;
    await insertStatement(tx, {
      ...brought,
      digest,
      tokenDigest,
      modelRepoId: model.id,
      datasetRepoId: dataset?.id ?? null,
      jobId: null,
      statementLeaf: await queueLeaf(tx, {
        kind: 'statement',
        facts: { ...about, log: predicate.log.sha256, modelId: model.id },
        content: seen,
        sealed,
      }),
      tokenLeaf: await queueLeaf(tx, { kind: 'token', facts: { ...about, token: tokenDigest }, sealed }),
    });
    await audit(tx, actor, brought.act, { statement: digest, issuer: issuerId, ...seen });
    await followVerdictsIn(tx, [model.id]);
  });
  return { statement: digest };
}
