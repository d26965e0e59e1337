import type { WireDiscussionList } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Repo } from '../repos/repo.ts';
import { type Discussion, discussionColumns, discussionTables } from './discussion.ts';
import { toWireRow } from './to-wire.ts';

export interface DiscussionFilter {
  /** 0-based. */
  page: number;
  limit: number;
  type?: string;
  status?: string;
  author?: string;
  search?: string;
  sort?: string;
}

/** `open` counts drafts, `closed` counts merged ones, as the Hub's own filter does. */
const statuses: Record<string, string[]> = {
  all: ['draft', 'open', 'closed', 'merged'],
  open: ['draft', 'open'],
  closed: ['closed', 'merged'],
  draft: ['draft'],
  merged: ['merged'],
};

const types: Record<string, boolean[]> = {
  all: [true, false],
  discussion: [false],
  pull_request: [true],
};

/**
 * A page of a repo's discussions. `count` is that of the filtered rows: clients go on until `start` and the rows at
 * hand reach it.
 * @throws HubError `invalid-input` for an unknown type or status
 */
export async function listDiscussions(
  ctx: HubContext,
  repo: Repo,
  filter: DiscussionFilter,
): Promise<WireDiscussionList> {
  const params = [
    repo.id,
    pick(types, filter.type ?? 'all', 'type'),
    pick(statuses, filter.status ?? 'all', 'status'),
    filter.author ?? null,
    filter.search ? `%${filter.search.replace(/[\\%_]/g, '\\$&')}%` : null,
  ];
  const where = `WHERE d.repo_id = $1 AND d.is_pull_request = ANY($2) AND d.status = ANY($3)
    AND ($4::text IS NULL OR lower(coalesce(d.origin ->> 'author', a.name)) = lower($4)) AND ($5::text IS NULL OR d.title ILIKE $5)`;
  const start = filter.page * filter.limit;
  const rows = await ctx.db.query<Discussion>(
    `SELECT ${discussionColumns} ${discussionTables} ${where}
     ORDER BY d.pinned DESC, ${filter.sort === 'trending' ? 'd.updated_at DESC, ' : ''}d.num DESC
     LIMIT $6 OFFSET $7`,
    [...params, filter.limit, start],
  );
  const { count } = await ctx.db.one<{ count: number }>(
    `SELECT count(*)::int AS count ${discussionTables} ${where}`,
    params,
  );
  const { closed } = await ctx.db.one<{ closed: number }>(
    `SELECT count(*)::int AS closed FROM record.discussions WHERE repo_id = $1 AND status = ANY($2)`,
    [repo.id, statuses.closed],
  );
  return { discussions: rows.map((row) => toWireRow(row, repo)), count, start, numClosedDiscussions: closed };
}

function pick<T>(choices: Record<string, T>, key: string, name: string): T {
  const found = Object.hasOwn(choices, key) ? choices[key] : undefined;
  if (found !== undefined) return found;
  throw new HubError('invalid-input', `${name} must be one of ${Object.keys(choices).join(', ')}`);
}
