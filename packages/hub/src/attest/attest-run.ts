import { createHash, randomBytes } from 'node:crypto';
import {
  preAuthEncoding,
  type ResultPredicate,
  statementDigest,
  statementPayloadType,
  toEnvelope,
  toStatement,
  toStatementBytes,
  toToken,
  toTokenText,
} from '@assay/proof';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { readAttestedLog } from '../evidence/read-attested-log.ts';
import { queueLeaf } from '../tlog/queue.ts';
import type { AttestedRun } from './attested-run.ts';
import { describeRun } from './describe-run.ts';
import { insertStatement } from './insert-statement.ts';
import type { Signer } from './signer.ts';
import { takeStatementKey } from './statement-key.ts';

export interface Attestation {
  /** The `verifyToken` for the entry. */
  token: string;
  /** SHA-256 of the statement's payload. */
  statementDigest: string;
  /** The number that the entry must write for the token to cover it. */
  reported: number;
}

/**
 * Vouches for a run: signs a statement and a token that names it, keeps both, and queues their leaves, in one
 * transaction. The same job and log twice give the same token, so a worker that was killed may ask again.
 *
 * MUST be called only by this hub's own workers, for runs of this hub's own engine.
 * @throws HubError `invalid-input` when the log is not of a finished run of a task at a commit of that dataset
 */
export async function attestRun(ctx: HubContext, run: AttestedRun): Promise<Attestation> {
  const earlier = await findEarlier(ctx, run);
  if (earlier) return earlier;
  const { modelRepo, datasetRepo } = run;
  const isOpen = !datasetRepo.private && !datasetRepo.gated;
  const salt = isOpen ? undefined : randomBytes(32);
  const log = await readAttestedLog(run.logPath, salt);
  if (log.sha256 !== run.evidenceDigest)
    throw new HubError('invalid-input', 'the log on disk is not the log that was kept as evidence');
  const predicate = await describeRun(ctx, run, log);
  return ctx.db.tx(async (tx) => {
    // One at a time for a job: of two workers that both believe to have it, the later takes the earlier's token.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`assay:attest:${run.jobId}`]);
    const meanwhile = await findEarlier({ db: tx }, run);
    if (meanwhile) return meanwhile;
    const signed = await sign(ctx, await takeStatementKey(ctx, tx), predicate);
    const sealed = modelRepo.private || datasetRepo.private;
    return keep(tx, run, { ...signed, salt, sealed, predicate });
  });
}

interface Signed {
  payload: Uint8Array;
  envelope: object;
  digest: string;
  token: string;
  kid: string;
}

async function sign(ctx: HubContext, signer: Signer, predicate: ResultPredicate): Promise<Signed> {
  const payload = toStatementBytes(toStatement(predicate));
  const digest = statementDigest(payload);
  const { id: kid } = signer;
  const sealed = await signer.sign(preAuthEncoding(statementPayloadType, payload));
  const iat = Math.floor(ctx.clock().getTime() / 1000);
  const claims = { iss: predicate.issuer, sub: predicate.model.repo, statement: digest, iat };
  const text = toTokenText(claims, kid);
  const token = toToken(text, await signer.sign(Buffer.from(text)));
  return { payload, envelope: toEnvelope(statementPayloadType, payload, kid, sealed), digest, token, kid };
}

interface Kept extends Signed {
  salt: Uint8Array | undefined;
  sealed: boolean;
  predicate: ResultPredicate;
}

async function keep(tx: Tx, run: AttestedRun, kept: Kept): Promise<Attestation> {
  const { digest, token, kid, sealed, salt } = kept;
  const tokenDigest = createHash('sha256').update(token).digest('hex');
  const about = { modelId: run.modelRepo.id, datasetId: run.datasetRepo.id };
  const statementLeaf = await queueLeaf(tx, {
    kind: 'statement',
    facts: { statement: digest, log: run.evidenceDigest, key: kid, ...about },
    sealed,
  });
  const tokenLeaf = await queueLeaf(tx, {
    kind: 'token',
    facts: { token: tokenDigest, statement: digest, key: kid },
    sealed,
  });
  const issuer = await tx.one<{ id: string }>("SELECT id FROM record.issuers WHERE kind = 'own'");
  await insertStatement(tx, {
    ...kept,
    tokenDigest,
    issuerId: issuer.id,
    modelRepoId: about.modelId,
    datasetRepoId: about.datasetId,
    jobId: run.jobId,
    sampleSalt: salt ?? null,
    statementLeaf,
    tokenLeaf,
    provenance: null,
  });
  return { token, statementDigest: digest, reported: kept.predicate.metric.reported };
}

async function findEarlier(
  ctx: Pick<HubContext, 'db'> | { db: Tx },
  run: AttestedRun,
): Promise<Attestation | null> {
  return ctx.db.maybe<Attestation>(
    `SELECT token, digest AS "statementDigest", value AS reported FROM record.statements WHERE job_id = $1 AND evidence_digest = $2`,
    [run.jobId, run.evidenceDigest],
  );
}
