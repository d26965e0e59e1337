import type { RepoType } from '@assay/spec';
import { visibleReposSql } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { type InfoRow, infoColumns, infoTables, toInfoRow } from './info-query.ts';

export interface ListWish {
  type: RepoType;
  /** Parts of the full name; all must be there. */
  search: string[];
  author?: string;
  /** Tags; all must be there. */
  tags: string[];
  gated?: boolean;
  parameters?: { min: number | null; max: number | null };
  sort: string;
  limit: number;
  after: ListPosition | null;
}

export interface ListPosition {
  /** The sort key of the last row, as text. */
  key: string;
  id: string;
}

/** Sort keys by the Hub's names: expression and type. All descending; what we do not count sorts as what is nearest. */
const sorts: Record<string, [expression: string, type: string]> = {
  createdAt: ['r.created_at', 'timestamptz'],
  lastModified: ['coalesce(c.last_modified, r.created_at)', 'timestamptz'],
  downloads: ['r.downloads', 'bigint'],
  likes: ['r.likes', 'bigint'],
  likes30d: ['r.likes', 'bigint'],
  trendingScore: ['r.likes', 'bigint'],
  num_parameters: ['coalesce(c.parameters, 0)', 'bigint'],
  mainSize: ['r.created_at', 'timestamptz'],
  id: ["lower(r.namespace || '/' || r.name)", 'text'],
};

/** Left out when no tag is asked for: the planner takes it for a strict condition, and would sort all repos. */
const hasTags = `coalesce(c.tags, '{}') || CASE WHEN s.standing = 'official' THEN '{benchmark:official}'::text[]
  ELSE '{}' END @> $5::text[]`;

/** One page of the repos an actor may see. @throws HubError `invalid-input` for an unknown sort */
export async function listRepos(
  ctx: HubContext,
  actor: Actor | null,
  wish: ListWish,
): Promise<{ rows: InfoRow[]; next: ListPosition | null }> {
  const sort = Object.hasOwn(sorts, wish.sort) ? sorts[wish.sort] : undefined;
  if (!sort) throw new HubError('invalid-input', `sort must be one of ${Object.keys(sorts).join(', ')}`);
  const [key, type] = sort;
  const rows = await ctx.db.query<object & { sort_key: string; id: string }>(
    `SELECT ${infoColumns}, (${key})::text AS sort_key FROM ${infoTables}
     WHERE r.type = $1 AND r.deleted_at IS NULL AND ${visibleReposSql(actor, 2)}
       AND ($3::text IS NULL OR lower(r.namespace) = lower($3))
       AND r.namespace || '/' || r.name ILIKE ALL ($4::text[])
       AND ${wish.tags.length > 0 ? hasTags : '$5::text[] IS NOT NULL'}
       AND ($6::boolean IS NULL OR (r.gated IS NOT NULL) = $6)
       AND ($7::bigint IS NULL OR c.parameters >= $7) AND ($8::bigint IS NULL OR c.parameters <= $8)
       AND ($9::text IS NULL OR (${key}, r.id) < ($9::${type}, $10::text))
     ORDER BY ${key} DESC, r.id DESC LIMIT $11`,
    [
      wish.type,
      actor?.id ?? null,
      wish.author ?? null,
      wish.search.map((part) => `%${part.replace(/[\\%_]/g, '\\$&')}%`),
      wish.tags,
      wish.gated ?? null,
      wish.parameters?.min ?? null,
      wish.parameters?.max ?? null,
      wish.after?.key ?? null,
      wish.after?.id ?? null,
      wish.limit + 1,
    ],
  );
  const page = rows.slice(0, wish.limit);
  const last = page.at(-1);
  const next = rows.length > wish.limit && last ? { key: last.sort_key, id: last.id } : null;
  return { rows: page.map(toInfoRow), next };
}
