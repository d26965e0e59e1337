import { canonicalJson, newId } from '@assay/spec';
import { type Equivalence, equivalence } from '@assay/stats';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { type Evidence, requireEvidence } from '../evidence/find-evidence.ts';
import { findResult } from '../leaderboards/results.ts';
import { type ApiResult, toResultRow } from '../leaderboards/to-result-row.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { queueLeaf } from '../tlog/queue.ts';
import { settingsOfLog } from './plan-digest.ts';

/** What a second run says about a first one. */
export interface Replication extends Equivalence {
  id: string;
  /** The new value minus the old one, as shares. */
  difference: number;
  standardError: number;
  margin: number;
  independent: boolean;
}

/**
 * Holds a second run against a result: the hub compares the two logs itself, so that nobody's word counts. Both must have
 * asked the same samples of the same commit in the same way; which endpoint answered may differ.
 * @param wish.margin share that makes no difference, 0 to 1
 * @throws HubError `not-found`, `invalid-input` (nothing to compare, or not comparable), `conflict` (counted already)
 */
export async function replicate(
  ctx: HubContext,
  actor: Actor,
  resultId: string,
  wish: { evidence: string; margin: number },
): Promise<Replication> {
  const [found] = await findResult(ctx, actor, resultId);
  if (!found) throw new HubError('not-found', `there is no result ${resultId.slice(0, 40)} that stands`);
  const result = toResultRow(found);
  if (!result.evidence)
    throw new HubError('invalid-input', 'the result has no log here, so nothing to compare with');
  if (result.evidence === wish.evidence)
    throw new HubError('invalid-input', 'that is the log of the result itself; run it again');
  const [first, second] = [
    await requireEvidence(ctx, actor, result.evidence, 'read'),
    await requireEvidence(ctx, actor, wish.evidence, 'read'),
  ];
  assertComparable(first, second);
  const [old, now] = [toShare(first), toShare(second)];
  const difference = now.value - old.value;
  const standardError = Math.hypot(old.standardError, now.standardError);
  const judged = equivalence(difference, standardError, wish.margin);
  const model = await requireRepo(ctx, actor, 'model', result.model, 'read');
  const facts = { difference, standardError, margin: wish.margin, ...judged };
  const independent = await isIndependent(ctx, actor, result, model.ownerId);
  const id = newId();
  await ctx.db.tx(async (tx) => {
    const fresh = await tx.maybe(
      `INSERT INTO record.replications (id, result_id, evidence_digest, margin, difference, standard_error, verdict,
         independent, by_id, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (result_id, evidence_digest) DO NOTHING RETURNING 1`,
      [
        id,
        resultId,
        wish.evidence,
        wish.margin,
        difference,
        standardError,
        judged.verdict,
        independent,
        actor.id,
        actor.name,
      ],
    );
    if (!fresh) throw new HubError('conflict', 'this log is counted for this result already');
    await queueLeaf(tx, {
      kind: 'replication',
      facts: { resultId, evidence: wish.evidence, verdict: judged.verdict },
      content: { by: actor.name, ...facts },
      sealed: model.private,
    });
  });
  return { id, independent, ...facts };
}

function assertComparable(first: Evidence, second: Evidence): void {
  const [a, b] = [settingsOfLog(first.log), settingsOfLog(second.log)];
  if (!a || !b)
    throw new HubError('invalid-input', 'one of the logs does not say exactly what was run', {
      hint: 'only runs of assay eval on a published benchmark can be held against each other',
    });
  const differing = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (key) => canonicalJson(a[key] ?? null) !== canonicalJson(b[key] ?? null),
  );
  if (differing.length > 0)
    throw new HubError(
      'invalid-input',
      `the two runs differ in ${differing.join(', ')}, so they are no replication`,
    );
}

/** Share of right answers and its standard error, by the log's first score. */
function toShare({ log }: Evidence): { value: number; standardError: number } {
  for (const score of log.results?.scores ?? []) {
    const value = (score.metrics.accuracy ?? score.metrics.mean)?.value;
    const n = score.scored_samples ?? 0;
    if (value === undefined || !Number.isFinite(value) || n < 2) continue;
    const stated = score.metrics.stderr?.value;
    const binomial = Math.sqrt((Math.max(0, Math.min(1, value)) * (1 - Math.max(0, Math.min(1, value)))) / n);
    // At 0 and at 1 the formula says that nothing can move: one answer's worth is the least that it can.
    const standardError = Math.max(
      stated !== undefined && Number.isFinite(stated) ? stated : binomial,
      1 / n / 2,
    );
    return { value, standardError };
  }
  throw new HubError('invalid-input', 'one of the logs has no share of right answers to compare');
}

async function isIndependent(
  ctx: HubContext,
  actor: Actor,
  result: ApiResult,
  ownerId: string,
): Promise<boolean> {
  const insider = await ctx.db.maybe(
    `SELECT 1 FROM record.memberships WHERE org_id = $1 AND user_id = $2
     UNION ALL SELECT 1 FROM record.acts WHERE result_id = $3 AND actor_id = $2 AND kind = 'submitted' LIMIT 1`,
    [ownerId, actor.id, result.id],
  );
  return !insider && ownerId !== actor.id;
}

/** How often results were run again, and what came of it. */
export interface ReplicationCount {
  replicated: number;
  not: number;
  inconclusive: number;
}

/** By result id; results nobody ran again are left out. */
export async function countReplications(
  ctx: HubContext,
  ids: string[],
): Promise<Map<string, ReplicationCount>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db.query<ReplicationCount & { id: string }>(
    `SELECT result_id AS id, count(*) FILTER (WHERE verdict = 'replicated')::int AS replicated,
       count(*) FILTER (WHERE verdict = 'not')::int AS not,
       count(*) FILTER (WHERE verdict = 'inconclusive')::int AS inconclusive
     FROM record.replications WHERE result_id = ANY($1) GROUP BY result_id`,
    [ids],
  );
  return new Map(rows.map(({ id, ...count }) => [id, count]));
}
