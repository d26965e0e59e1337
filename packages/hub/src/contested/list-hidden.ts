import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { readableActsSql } from '../index/published-acts.ts';
import { type ApiAct, listActsOfResults } from '../leaderboards/act-list.ts';
import { type HiddenResult, toHiddenResult } from './hidden-result.ts';

/** Whose hidden results: of some models, by the ids of their repos, or of one task of a benchmark. */
export type HiddenOf = { repoIds: string[] } | { dataset: string; taskId: string };

export interface HiddenPage {
  hidden: HiddenResult[];
  /** Where the list goes on: acts before this number. */
  next: number | null;
}

interface Candidate {
  id: string;
  repoId: string;
  seq: number;
}

/**
 * Results that were public and stand on no board now, newest end first. Found by what ended them, so that the cost grows
 * with what was taken away and not with what stands. A claim that stands elsewhere on the same model (the same value for
 * the same task and setup) is not hidden, and is left out.
 */
export async function listHidden(
  ctx: HubContext,
  actor: Actor | null,
  of: HiddenOf,
  page: { limit: number; before?: number | null },
): Promise<HiddenPage> {
  const { where, params } = toCondition(of);
  const last = params.length + 2;
  const candidates = await ctx.db.query<Candidate>(
    `WITH ended AS (
       SELECT CASE a.kind WHEN 'changed' THEN a.detail ->> 'previous' ELSE a.result_id END AS id, a.repo_id, a.seq
       FROM record.acts a JOIN record.repos r ON r.id = a.repo_id
       WHERE a.kind IN ('closed', 'deleted', 'changed') AND ${where} AND ${readableActsSql(actor, 1)}
       UNION ALL
       SELECT a.result_id, a.repo_id, a.seq
       FROM record.repos r JOIN record.acts a ON a.repo_id = r.id AND a.seq <= r.acts_public_through
       WHERE r.private AND r.acts_public_through > 0 AND a.kind <> 'replied' AND ${where}
     )
     SELECT e.id, e.repo_id AS "repoId", max(e.seq) AS seq FROM ended e
     WHERE e.id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM derived.results t JOIN record.repos v ON v.id = t.repo_id
       WHERE t.result_id = e.id AND t.standing <> 'closed' AND v.deleted_at IS NULL AND ${visibleReposSql(actor, 1, 'v')})
     GROUP BY e.id, e.repo_id
     HAVING $${last}::bigint IS NULL OR max(e.seq) < $${last}
     ORDER BY max(e.seq) DESC LIMIT $${last + 1}`,
    [actor?.id ?? null, ...params, page.before ?? null, page.limit + 1],
  );
  const shown = candidates.slice(0, page.limit);
  const acts = await listActsOfResults(
    ctx,
    actor,
    shown.map(({ id }) => id),
  );
  const standing = await loadClaims(ctx, actor, [...new Set(shown.map(({ repoId }) => repoId))]);
  return {
    hidden: shown.flatMap(({ id, repoId }) => toHidden(id, repoId, acts.get(id) ?? [], standing)),
    next: candidates.length > page.limit ? (shown.at(-1)?.seq ?? null) : null,
  };
}

/** Parameters from the second on: the first is who asks. */
function toCondition(of: HiddenOf): { where: string; params: unknown[] } {
  if ('repoIds' in of) return { where: 'a.repo_id = ANY($2)', params: [of.repoIds] };
  return { where: 'lower(a.dataset_id) = lower($2) AND a.task_id = $3', params: [of.dataset, of.taskId] };
}

function toHidden(id: string, repoId: string, acts: ApiAct[], standing: Set<string>): HiddenResult[] {
  // Told by others only (`changed` from it), it never was one of this record.
  if (!acts.some((act) => act.resultId === id)) return [];
  const hidden = toHiddenResult(id, acts);
  const { dataset, taskId, setupClass, value } = hidden.result;
  return standing.has(claimKey(repoId, dataset, taskId, setupClass, value)) ? [] : [hidden];
}

/** What stands on these models, as far as the reader sees it: one word for each claim. */
async function loadClaims(ctx: HubContext, actor: Actor | null, repoIds: string[]): Promise<Set<string>> {
  const rows = await ctx.db.query<{
    repoId: string;
    dataset: string;
    taskId: string;
    setupClass: string;
    value: number;
  }>(
    `SELECT DISTINCT t.repo_id AS "repoId", t.dataset_id AS dataset, t.task_id AS "taskId",
       t.setup_class AS "setupClass", t.value
     FROM derived.results t JOIN record.repos r ON r.id = t.repo_id
     WHERE t.repo_id = ANY($2) AND t.standing <> 'closed' AND r.deleted_at IS NULL AND ${visibleReposSql(actor, 1)}`,
    [actor?.id ?? null, repoIds],
  );
  return new Set(rows.map((row) => claimKey(row.repoId, row.dataset, row.taskId, row.setupClass, row.value)));
}

function claimKey(...parts: [repo: string, dataset: string, task: string, setup: string, value: number]) {
  const [repo, dataset, ...rest] = parts;
  return JSON.stringify([repo, dataset.toLowerCase(), ...rest]);
}
