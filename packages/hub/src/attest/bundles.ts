import type { Bundle, Envelope, LoggedLeaf } from '@assay/proof';
import { accessOf } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { findResult } from '../leaderboards/results.ts';
import { findRepoById } from '../repos/require-repo.ts';
import type { PublishedCheckpoint } from '../tlog/tree-rows.ts';

/** What came with a statement of another hub: its log's account. */
interface Provenance {
  /** Where it was pulled from. */
  url: string;
  log: string;
  leaves: Bundle['leaves'];
  key: Bundle['key'];
}

export interface StatementRow {
  digest: string;
  issuer: string;
  kind: 'own' | 'hub' | 'ci' | 'opaque';
  level: string;
  kid: string;
  payload: Buffer;
  envelope: Envelope;
  token: string;
  modelRepoId: string;
  datasetRepoId: string | null;
  sampleSalt: Buffer | null;
  statementLeaf: number;
  tokenLeaf: number;
  statementIndex: number | null;
  tokenIndex: number | null;
  revoked: boolean;
  provenance: Provenance | null;
  createdAt: Date;
}

/**
 * A statement, for those who may read its model and, when it is on this hub, its benchmark.
 * @throws HubError `not-found`, also for who may not read it
 */
export async function requireStatement(
  ctx: HubContext,
  actor: Actor | null,
  digest: string,
): Promise<StatementRow> {
  const row = await ctx.db.maybe<StatementRow>(
    `SELECT s.digest, i.name AS issuer, i.kind, i.level, s.kid, s.payload, s.envelope, s.token,
       s.model_repo_id AS "modelRepoId", s.dataset_repo_id AS "datasetRepoId", s.sample_salt AS "sampleSalt",
       s.statement_leaf AS "statementLeaf", s.token_leaf AS "tokenLeaf", a.index AS "statementIndex",
       b.index AS "tokenIndex", coalesce(o.revoked_at, k.revoked_at) IS NOT NULL AS revoked, s.provenance,
       s.created_at AS "createdAt"
     FROM record.statements s JOIN record.issuers i ON i.id = s.issuer_id
     LEFT JOIN record.signing_keys o ON i.kind = 'own' AND o.id = s.kid
     LEFT JOIN record.issuer_keys k ON k.issuer_id = s.issuer_id AND k.kid = s.kid
     LEFT JOIN record.tlog_leaves a ON a.queue_id = s.statement_leaf
     LEFT JOIN record.tlog_leaves b ON b.queue_id = s.token_leaf
     WHERE s.digest = $1`,
    [digest],
  );
  if (row && (await mayRead(ctx, actor, row.modelRepoId)) && (await mayRead(ctx, actor, row.datasetRepoId)))
    return row;
  throw new HubError('not-found', 'there is no such statement, or you may not see it');
}

async function mayRead(ctx: HubContext, actor: Actor | null, repoId: string | null): Promise<boolean> {
  if (repoId === null) return true;
  const repo = await findRepoById(ctx.db, repoId);
  return repo !== null && (await accessOf(ctx, actor, repo)).read;
}

/**
 * All that proves a result to a stranger without a network.
 * @throws HubError `not-found` when the result has no statement, or no checkpoint covers it yet
 */
export async function readBundle(ctx: HubContext, actor: Actor | null, resultId: string): Promise<Bundle> {
  const place = (await findResult(ctx, actor, resultId)).find((found) => found.verdict?.statement);
  if (!place) throw new HubError('not-found', 'there is no result here that a statement vouches for');
  const row = await requireStatement(ctx, actor, place.verdict!.statement!);
  if (row.kind === 'ci')
    throw new HubError('not-found', 'a CI system signs no envelope, so there is no bundle for what it says');
  const under = await newestOver(ctx, row);
  const proofs = row.provenance ?? {
    log: ctx.tlog.verifierKey,
    leaves: {
      statement: await readLogged(ctx, under, row.statementLeaf),
      token: await readLogged(ctx, under, row.tokenLeaf),
    },
    key: await readKeyLife(ctx, under, row.kid),
  };
  return {
    format: 'assay-bundle/v1',
    log: proofs.log,
    result: { model: place.model, entry: place.entry },
    envelope: row.envelope,
    leaves: proofs.leaves,
    key: proofs.key,
    ...((await mayOpenSamples(ctx, actor, row)) && { sampleSalt: row.sampleSalt!.toString('hex') }),
  };
}

/** One that witnesses cosigned, if there is one that also tells of the end of the key. */
async function newestOver(ctx: HubContext, row: StatementRow): Promise<PublishedCheckpoint | null> {
  const { last } = await ctx.db.one<{ last: number | null }>(
    `SELECT max(l.index) AS last FROM record.signing_keys k
     JOIN record.tlog_leaves l ON l.queue_id IN (k.retired_leaf, k.revoked_leaf) WHERE k.id = $1`,
    [row.kid],
  );
  return ctx.tlog.witnessed(Math.max(row.tokenIndex ?? Number.MAX_SAFE_INTEGER, last ?? 0));
}

/** The salt opens what the questions' owner keeps back: only for those who may read the questions. */
async function mayOpenSamples(ctx: HubContext, actor: Actor | null, row: StatementRow): Promise<boolean> {
  if (!row.sampleSalt || !row.datasetRepoId) return false;
  const repo = await findRepoById(ctx.db, row.datasetRepoId);
  return repo !== null && (await accessOf(ctx, actor, repo)).content;
}

async function readLogged(
  ctx: HubContext,
  under: PublishedCheckpoint | null,
  queueId: number,
): Promise<LoggedLeaf> {
  const row = await ctx.db.maybe<{
    index: number;
    bytes: Buffer;
    salt: Buffer | null;
    content: string | null;
  }>('SELECT index, bytes, salt, content FROM record.tlog_leaves WHERE queue_id = $1', [queueId]);
  const receipt = row && (await ctx.tlog.receipt(row.index, under));
  if (!receipt)
    throw new HubError(
      'not-found',
      'no published checkpoint covers the statement yet: ask again in a second',
    );
  const opening = row.salt && row.content ? { salt: row.salt.toString('hex'), content: row.content } : null;
  return { leaf: row.bytes.toString('utf8'), receipt, ...(opening && { opening }) };
}

async function readKeyLife(
  ctx: HubContext,
  under: PublishedCheckpoint | null,
  kid: string,
): Promise<Bundle['key']> {
  const { made, retired, revoked } = await ctx.db.one<{
    made: number;
    retired: number | null;
    revoked: number | null;
  }>(
    `SELECT made_leaf AS made, retired_leaf AS retired, revoked_leaf AS revoked
     FROM record.signing_keys WHERE id = $1`,
    [kid],
  );
  return {
    made: await readLogged(ctx, under, made),
    ...(retired !== null && { retired: await readLogged(ctx, under, retired) }),
    ...(revoked !== null && { revoked: await readLogged(ctx, under, revoked) }),
  };
}
