import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { readStorage } from '../repos/storage-quota.ts';

/** How much room one's own account has and has used up, and each organisation that one belongs to. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/storage', async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    const owners = await ctx.db.query<{ id: string; name: string }>(
      `SELECT id, name FROM record.accounts WHERE id = $1
       UNION SELECT a.id, a.name FROM record.memberships m JOIN record.accounts a ON a.id = m.org_id WHERE m.user_id = $1
       ORDER BY name LIMIT 200`,
      [actor.id],
    );
    const storage = [];
    for (const { id, name } of owners) storage.push({ name, ...(await readStorage(ctx, ctx.db, id)) });
    return c.json({ storage });
  });
}
