import type { HubContext } from '../context.ts';

/** That a result's run was announced before it happened. */
export interface PlannedAttempt {
  /** Id of the plan. */
  plan: string;
  /** Which of the runs it is, counted by when they began, among those whose logs were handed in. */
  attempt: number;
  /** Attempts announced. */
  of: number;
  stopRule?: string;
}

interface Row {
  digest: string;
  plan: string;
  attempt: number;
  attempts: number;
  stopRule: string;
}

/**
 * For logs that are evidence of a model: the plan that was there before the run began, and how many runs of it came
 * before. One query for a page; a log without plan is left out. A plan is met by what was run, not by what the log calls
 * itself, so no attempt can leave it by keeping silent about it.
 * @param logs digests with the model's repo they are shown for, both as the index has them
 */
export async function loadPlannedAttempts(
  ctx: HubContext,
  logs: { digest: string; model: string }[],
): Promise<Map<string, PlannedAttempt>> {
  if (logs.length === 0) return new Map();
  const rows = await ctx.db.query<Row>(
    `SELECT w.digest || ' ' || w.model AS digest, p.id AS plan, p.attempts, p.stop_rule AS "stopRule",
       (SELECT count(DISTINCT o.digest)::int FROM record.evidence o
        JOIN record.evidence_links ol ON ol.digest = o.digest AND ol.model_repo_id = r.id
        WHERE o.plan_digest = e.plan_digest AND o.run_at >= p.at AND (o.run_at, o.digest) <= (e.run_at, e.digest)) AS attempt
     FROM unnest($1::text[], $2::text[]) AS w (digest, model)
     JOIN record.evidence e ON e.digest = w.digest AND e.plan_digest IS NOT NULL
     JOIN record.repos r ON r.type = 'model' AND r.deleted_at IS NULL
       AND lower(r.namespace) = lower(split_part(w.model, '/', 1)) AND lower(r.name) = lower(split_part(w.model, '/', 2))
     JOIN LATERAL (
       -- Logs tell the second in which they began.
       SELECT id, attempts, stop_rule, date_trunc('second', at) AS at FROM record.plans
       WHERE model_repo_id = r.id AND digest = e.plan_digest AND date_trunc('second', at) <= e.run_at ORDER BY at DESC LIMIT 1
     ) p ON true`,
    [logs.map(({ digest }) => digest), logs.map(({ model }) => model)],
  );
  return new Map(
    rows.map(({ digest, plan, attempt, attempts, stopRule }) => [
      digest,
      { plan, attempt, of: attempts, ...(stopRule && { stopRule }) },
    ]),
  );
}
