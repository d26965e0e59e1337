import { requireAdmin } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';

const pageSize = 100;

interface AuditRow {
  id: string;
  at: Date;
  actor: string | null;
  action: string;
  detail: Record<string, unknown>;
}

/** Administrative acts, newest first, for administrators. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/audit', async (c) => {
    requireAdmin(c.var.actor);
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: pageSize, min: 1, max: 1_000 });
    const before = query.integer('before', {
      fallback: Number.MAX_SAFE_INTEGER,
      max: Number.MAX_SAFE_INTEGER,
    });
    const rows = await ctx.db.query<AuditRow>(
      `SELECT u.id::text, u.at, a.name AS actor, u.action, u.detail
         FROM record.audit u LEFT JOIN record.accounts a ON a.id = u.actor_id
        WHERE u.id < $1 AND ($2::text IS NULL OR u.action = $2) AND ($3::text IS NULL OR lower(a.name) = lower($3))
        ORDER BY u.id DESC LIMIT $4`,
      [before, query.get('action') || null, query.get('actor') || null, limit + 1],
    );
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? { next: page.at(-1)!.id } : {};
    return c.json({ acts: page, names: await namesIn(ctx, page), ...next });
  });
}

/** Names of the accounts and repos that details mention by id, also of those that are gone. */
async function namesIn(ctx: HubContext, rows: AuditRow[]): Promise<Record<string, string>> {
  const ids = rows.flatMap(({ detail }) =>
    Object.values(detail).filter((value) => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)),
  );
  const names = await ctx.db.query<{ id: string; name: string }>(
    `SELECT id, name FROM record.accounts WHERE id = ANY($1)
     UNION ALL SELECT id, namespace || '/' || name FROM record.repos WHERE id = ANY($1)`,
    [[...new Set(ids)]],
  );
  return Object.fromEntries(names.map(({ id, name }) => [id, name]));
}
