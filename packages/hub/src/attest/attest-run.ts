import { createHash, randomBytes } from 'node:crypto';
import {
  type ResultPredicate,
  signEnvelope,
  signToken,
  statementDigest,
  statementPayloadType,
  toStatement,
  toStatementBytes,
} from '@assay/proof';
import type { HubContext } from '../context.ts';
import type { Tx } from '../db/sql.ts';
import { HubError } from '../errors.ts';
import { readAttestedLog } from '../evidence/read-attested-log.ts';
import { queueLeaf } from '../tlog/queue.ts';
import type { AttestedRun } from './attested-run.ts';
import { describeRun } from './describe-run.ts';
import { issuerName } from './issuer-name.ts';
import { type StatementKey, takeStatementKey } from './statement-key.ts';

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
    const key = await takeStatementKey(ctx, tx);
    const signed = sign(ctx, key, predicate);
    const sealed = modelRepo.private || datasetRepo.private;
    return (await findEarlier({ db: tx }, run)) ?? keep(tx, run, { ...signed, salt, sealed, predicate });
  });
}

interface Signed {
  payload: Uint8Array;
  envelope: object;
  digest: string;
  token: string;
  kid: string;
}

function sign(ctx: HubContext, key: StatementKey, predicate: ResultPredicate): Signed {
  const payload = toStatementBytes(toStatement(predicate));
  const digest = statementDigest(payload);
  const envelope = signEnvelope(statementPayloadType, payload, key.id, key.secretKey);
  const iat = Math.floor(ctx.clock().getTime() / 1000);
  const claims = { iss: issuerName(ctx), sub: predicate.model.repo, statement: digest, iat };
  return { payload, envelope, digest, token: signToken(claims, key.id, key.secretKey), kid: key.id };
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
  await tx.query(
    `INSERT INTO record.statements (digest, issuer_id, payload, envelope, token, token_digest, model_repo_id,
       dataset_repo_id, evidence_digest, job_id, sample_salt, statement_leaf, token_leaf)
     SELECT $1, id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM record.issuers WHERE kind = 'own'`,
    [
      digest,
      Buffer.from(kept.payload),
      JSON.stringify(kept.envelope),
      token,
      tokenDigest,
      about.modelId,
      about.datasetId,
      run.evidenceDigest,
      run.jobId,
      salt ? Buffer.from(salt) : null,
      statementLeaf,
      tokenLeaf,
    ],
  );
  return { token, statementDigest: digest, reported: kept.predicate.metric.reported };
}

async function findEarlier(
  ctx: Pick<HubContext, 'db'> | { db: Tx },
  run: AttestedRun,
): Promise<Attestation | null> {
  return ctx.db.maybe<Attestation>(
    `SELECT token, digest AS "statementDigest",
       (convert_from(payload, 'UTF8')::jsonb #>> '{predicate,metric,reported}')::float8 AS reported
     FROM record.statements WHERE job_id = $1 AND evidence_digest = $2`,
    [run.jobId, run.evidenceDigest],
  );
}
