import { type LegacyResult, parseModelIndex } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';

/** A number of a model card, told with its model. It has no standing and no rank: nobody proposed or accepted it. */
export interface ApiLegacyResult extends LegacyResult {
  model: string;
  legacy: true;
}

/** What a model's card tells in its `model-index`. */
export async function listLegacyOfModel(ctx: HubContext, repo: Repo): Promise<ApiLegacyResult[]> {
  const row = await ctx.db.maybe<{ card: Record<string, unknown> | null }>(
    'SELECT card FROM derived.repo_cards WHERE repo_id = $1',
    [repo.id],
  );
  return parseModelIndex(row?.card ?? null).map((result) => ({
    ...result,
    model: repo.fullName,
    legacy: true,
  }));
}

/** Cards that are read for one benchmark, at most. */
const mostCards = 200;

/** What model cards tell of a dataset under its whole name, by model. */
export async function listLegacyOfDataset(
  ctx: HubContext,
  actor: Actor | null,
  fullName: string,
): Promise<ApiLegacyResult[]> {
  const key = fullName.toLowerCase();
  const rows = await ctx.db.query<{ model: string; card: Record<string, unknown> | null }>(
    `SELECT r.namespace || '/' || r.name AS model, c.card FROM derived.repo_cards c
     JOIN record.repos r ON r.id = c.repo_id AND r.deleted_at IS NULL
     WHERE c.legacy_datasets @> ARRAY[$1::text] AND ${visibleReposSql(actor, 2)}
     ORDER BY lower(r.namespace), lower(r.name) LIMIT $3`,
    [key, actor?.id ?? null, mostCards],
  );
  return rows.flatMap(({ model, card }) =>
    parseModelIndex(card)
      .filter(({ dataset }) => dataset.toLowerCase() === key)
      .map((result) => ({ ...result, model, legacy: true as const })),
  );
}
