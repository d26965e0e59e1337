import type { HubContext } from '../context.ts';
import type { ApiResult } from '../leaderboards/to-result-row.ts';
import { loadPlannedAttempts, type PlannedAttempt } from './planned-attempts.ts';
import { countReplications, type ReplicationCount } from './replicate.ts';

/** Rows with whether their run was planned beforehand, and what others found. Two queries for all of them. */
export async function withRunFacts<R extends ApiResult>(
  ctx: HubContext,
  rows: R[],
): Promise<(R & { planned?: PlannedAttempt; replications?: ReplicationCount })[]> {
  const logs = rows.flatMap(({ evidence, model }) => (evidence ? [{ digest: evidence, model }] : []));
  const [planned, replications] = await Promise.all([
    loadPlannedAttempts(ctx, logs),
    countReplications(ctx, logs.length === 0 ? [] : rows.map(({ id }) => id)),
  ]);
  return rows.map((row) => {
    const plan = row.evidence ? planned.get(`${row.evidence} ${row.model}`) : undefined;
    const again = replications.get(row.id);
    return { ...row, ...(plan && { planned: plan }), ...(again && { replications: again }) };
  });
}
