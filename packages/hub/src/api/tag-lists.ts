import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';

/** The most used tags; a page of them fits a menu, more would only be noise. */
const most = 2_000;

/** Tags of public repos by type. What has no prefix is a library, a pipeline or a word of its author: `other`. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const type of ['model', 'dataset'] as const) {
    app.get(`/api/${type}s-tags-by-type`, async (c) => {
      const rows = await ctx.db.query<{ tag: string }>(
        `SELECT tag FROM record.repos r JOIN derived.repo_cards c ON c.repo_id = r.id, unnest(c.tags) AS tag
          WHERE r.type = $1 AND r.deleted_at IS NULL AND NOT r.private
          GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $2`,
        [type, most],
      );
      return c.json(byType(rows.map(({ tag }) => tag)));
    });
  }
}

function byType(tags: string[]): Record<string, { id: string; label: string; type: string }[]> {
  const types: Record<string, { id: string; label: string; type: string }[]> = Object.create(null);
  for (const tag of tags) {
    const [, prefix, label] = /^([a-z_]+):(.+)$/s.exec(tag) ?? [null, 'other', tag];
    types[prefix!] ??= [];
    types[prefix!]!.push({ id: tag, label: label!, type: prefix! });
  }
  return types;
}
