import { parseModelIndex } from '@assay/spec';
import { planFor, visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { ApiResult } from '../leaderboards/to-result-row.ts';
import { toCardFinding } from './card-findings.ts';
import type { Finding } from './finding.ts';

interface Neighbours {
  at: number;
  card: Record<string, unknown> | null;
  twinFile: string | null;
  twinScope: number | null;
  unknown: boolean;
}

/**
 * What the index tells of results beside their own numbers: another number on the model's card, the same value twice, a
 * revision that the dataset does not have. For whole boards: one query for all rows, and git is not asked.
 */
export async function findNeighbours(
  ctx: HubContext,
  actor: Actor | null,
  rows: ApiResult[],
): Promise<Finding[][]> {
  const found: Finding[][] = rows.map(() => []);
  if (rows.length === 0) return found;
  const asked = rows.map(({ id, model, dataset, taskId, setupClass, value, revision }, at) => {
    return { at, id, model, dataset, taskId, setupClass, value, revision };
  });
  const params = [actor?.id ?? null, JSON.stringify(asked)];
  const neighbours = await ctx.db.query<Neighbours>(neighboursSql(actor), params, planFor(actor));
  for (const one of neighbours) found[one.at] = toFindings(rows[one.at]!, one);
  return found;
}

const neighboursSql = (actor: Actor | null) => `
  SELECT q.at, c.card, t.filename AS "twinFile", t.scope AS "twinScope", v.stated IS NOT NULL AND v.commit_oid IS NULL AND EXISTS (
      SELECT 1 FROM record.repos r WHERE r.type = 'dataset' AND r.deleted_at IS NULL AND ${visibleReposSql(actor, 1)}
        AND lower(r.namespace) = split_part(v.dataset_key, '/', 1) AND lower(r.name) = split_part(v.dataset_key, '/', 2)
    ) AS unknown
  FROM jsonb_to_recordset($2::jsonb) AS q (at int, id text, model text, dataset text, "taskId" text, "setupClass" text,
    value double precision, revision text)
  JOIN record.repos r ON r.type = 'model' AND r.deleted_at IS NULL
    AND lower(r.namespace) = lower(split_part(q.model, '/', 1)) AND lower(r.name) = lower(split_part(q.model, '/', 2))
  LEFT JOIN derived.repo_cards c ON c.repo_id = r.id AND lower(q.dataset) = ANY (c.legacy_datasets)
  LEFT JOIN derived.revisions v ON v.dataset_key = lower(q.dataset) AND v.task_id = q."taskId" AND v.stated = q.revision
  LEFT JOIN LATERAL (
    SELECT filename, scope FROM derived.results
    WHERE repo_id = r.id AND dataset_key = lower(q.dataset) AND task_id = q."taskId" AND setup_class = q."setupClass"
      AND value = q.value AND result_id <> q.id AND standing <> 'closed'
    ORDER BY scope, filename LIMIT 1
  ) t ON true
  WHERE ${visibleReposSql(actor, 1)}`;

function toFindings(row: ApiResult, { card, twinFile, twinScope, unknown }: Neighbours): Finding[] {
  const told = card && toCardFinding(row, parseModelIndex(card));
  const found: Finding[] = told ? [told] : [];
  if (unknown && row.revision !== undefined)
    found.push({
      code: 'revision-unknown',
      level: 'doubt',
      message: `The dataset has no revision ${row.revision.slice(0, 40)} here.`,
    });
  if (twinFile !== null)
    found.push({
      code: 'duplicate',
      level: 'note',
      message: `The same value for the same task and setup stands in ${twinFile} of ${
        twinScope === 0 ? 'main' : `pull request ${twinScope}`
      }.`,
    });
  return found;
}
