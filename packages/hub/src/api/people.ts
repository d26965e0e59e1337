import { findAccountById } from '../auth/accounts.ts';
import { audit } from '../auth/audit.ts';
import { requireActor, requireAdmin } from '../auth/authenticate.ts';
import { changePassword, closeAccount, listPeople, setAdministrator } from '../auth/people.ts';
import { openSession } from '../auth/sessions.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { queryOf } from '../http/query.ts';
import { optionalFlag, optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { isSecure } from './form-guard.ts';

const pageSize = 100;

/** One's own account, and everybody's for administrators. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/profile', async (c) => {
    const actor = requireActor(c.var.actor, 'account');
    const { name, fullname, email } = (await findAccountById(ctx.db, actor.id))!;
    return c.json({ name, fullname, email: email ?? '' });
  });

  app.put('/api/assay/profile', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const body = await readJsonObject(c.req.raw, 1);
    const fullname = optionalText(body, 'fullname', 200) ?? '';
    const email = optionalText(body, 'email', 320) || null;
    await ctx.db.query('UPDATE record.accounts SET fullname = $2, email = $3 WHERE id = $1', [
      actor.id,
      fullname,
      email,
    ]);
    await audit(ctx.db, actor, 'profile-changed', {});
    return c.json({ name: actor.name, fullname, email: email ?? '' });
  });

  app.put('/api/assay/password', async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    // Whoever found a token must not be able to take the account over with it.
    if (actor.via === 'token')
      throw new HubError('forbidden', 'a password is changed in a browser, not by token');
    const body = await readJsonObject(c.req.raw, 1);
    const current = optionalText(body, 'current', 1_000) ?? '';
    await changePassword(ctx, actor, { current, next: requiredText(body, 'next', 1_000) });
    c.header('set-cookie', await openSession(ctx, { id: actor.id }, isSecure(ctx, c)));
    return c.json({});
  });

  adminRoutes(app, ctx);
}

function adminRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/people', async (c) => {
    requireAdmin(c.var.actor);
    const query = queryOf(c.req.raw);
    const limit = query.integer('limit', { fallback: pageSize, min: 1, max: 1_000 });
    const wish = { search: query.get('search') ?? '', after: query.get('after') ?? '', limit: limit + 1 };
    const people = await listPeople(ctx.db, wish);
    const next = people.length > limit ? { next: people[limit - 1]!.name } : {};
    return c.json({ people: people.slice(0, limit), ...next });
  });

  app.put('/api/assay/people/:name', async (c) => {
    const actor = requireAdmin(c.var.actor);
    const isAdmin = optionalFlag(await readJsonObject(c.req.raw, 1), 'isAdmin');
    if (isAdmin === undefined) throw new HubError('invalid-input', '"isAdmin" is missing');
    await setAdministrator(ctx, actor, c.req.param('name'), isAdmin);
    return c.json({});
  });

  app.delete('/api/assay/people/:name', async (c) => {
    await closeAccount(ctx, requireAdmin(c.var.actor), c.req.param('name'));
    return c.json({});
  });
}
