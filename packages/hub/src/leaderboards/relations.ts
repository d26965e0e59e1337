import { baseModelsOf } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import type { Repo } from '../repos/repo.ts';

/** Models that a model was made from, and that were made from it, as their cards say. */
export interface Relations {
  /** adapter, finetune, quantized or merge; null: it says of no other that it was made from it. */
  relation: string | null;
  parents: { id: string; here: boolean }[];
  /** Newest first. */
  children: { id: string; relation: string }[];
  /** How many there are in all, as far as the reader may see. */
  childCount: number;
}

const mostChildren = 50;

export async function readRelations(ctx: HubContext, actor: Actor | null, repo: Repo): Promise<Relations> {
  const own = await ctx.db.maybe<{ card: Record<string, unknown> | null }>(
    'SELECT card FROM derived.repo_cards WHERE repo_id = $1',
    [repo.id],
  );
  const { relation, models } = baseModelsOf(own?.card ?? null);
  const here = await ctx.db.query<{ key: string }>(
    `SELECT lower(r.namespace || '/' || r.name) AS key FROM record.repos r
     WHERE r.type = 'model' AND r.deleted_at IS NULL AND lower(r.namespace) || '/' || lower(r.name) = ANY($2)
       AND ${visibleReposSql(actor, 1)}`,
    [actor?.id ?? null, models.map((id) => id.toLowerCase())],
  );
  const known = new Set(here.map(({ key }) => key));
  const children = await ctx.db.query<{ id: string; card: Record<string, unknown>; total: number }>(
    `SELECT r.namespace || '/' || r.name AS id, c.card, count(*) OVER ()::int AS total FROM derived.repo_cards c
     JOIN record.repos r ON r.id = c.repo_id AND r.deleted_at IS NULL AND r.id <> $2
     WHERE c.base_models @> ARRAY[$3::text] AND ${visibleReposSql(actor, 1)}
     ORDER BY r.created_at DESC, r.id LIMIT $4`,
    [actor?.id ?? null, repo.id, repo.fullName, mostChildren],
  );
  return {
    relation,
    parents: models.map((id) => ({ id, here: known.has(id.toLowerCase()) })),
    children: children.map(({ id, card }) => ({ id, relation: baseModelsOf(card).relation ?? 'finetune' })),
    childCount: children[0]?.total ?? 0,
  };
}
