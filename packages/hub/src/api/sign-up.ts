import { requireAdmin } from '../auth/authenticate.ts';
import { createInvitation, findInvitation, listInvitations, revokeInvitation } from '../auth/invitations.ts';
import { requireAccount } from '../auth/members.ts';
import { openSession } from '../auth/sessions.ts';
import { type NewPerson, signUp } from '../auth/sign-up.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import { optionalText, optionalWord, readJsonObject, requiredText } from '../http/request-body.ts';
import { guardForm, isSecure } from './form-guard.ts';

const longestDays = 90;

/** Making accounts: by whom it is allowed, for oneself, for others, and by one-time link. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/sign-up', async (c) => {
    const key = queryOf(c.req.raw).get('invitation');
    const found = key ? await findInvitation(ctx.db, key) : null;
    const invitation = found && {
      org: found.org,
      role: found.role,
      by: found.by,
      expiresAt: found.expiresAt,
    };
    const { signUp: policy, oidcIssuer, oidcName } = ctx.config;
    return c.json({ policy, provider: oidcIssuer ? { name: oidcName } : null, invitation });
  });

  app.post('/api/assay/sign-up', async (c) => {
    guardForm(ctx, c);
    const body = await readJsonObject(c.req.raw, 1);
    const account = await signUp(ctx, null, toPerson(body));
    c.header('set-cookie', await openSession(ctx, { id: account.id }, isSecure(ctx, c)));
    return c.json({ id: account.id, name: account.name }, 201);
  });

  app.post('/api/assay/users', async (c) => {
    const account = await signUp(ctx, c.var.actor, toPerson(await readJsonObject(c.req.raw, 1)));
    const { id, kind, name, fullname, createdAt } = account;
    return c.json({ id, kind, name, fullname: fullname || name, createdAt: createdAt.toISOString() }, 201);
  });

  invitationRoutes(app, ctx);
}

function invitationRoutes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/invitations', async (c) => {
    requireAdmin(c.var.actor);
    return c.json({ invitations: await listInvitations(ctx.db) });
  });

  app.post('/api/assay/invitations', async (c) => {
    const actor = requireAdmin(c.var.actor);
    if (ctx.config.signUp === 'closed')
      throw new HubError('conflict', 'invitations are turned off', {
        hint: 'Start the hub with ASSAY_SIGN_UP=invite.',
      });
    const body = await readJsonObject(c.req.raw, 1);
    const orgName = optionalText(body, 'org', 100);
    const org = orgName ? await requireAccount(ctx.db, orgName, 'org') : null;
    const role = optionalWord(body, 'role', ['admin', 'write', 'contributor', 'read']) ?? 'read';
    const days = body.days ?? 7;
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > longestDays)
      throw new HubError('invalid-input', `"days" must be a whole number from 1 to ${longestDays}`);
    const note = optionalText(body, 'note', 200) ?? '';
    const wish = { note, days, org: org && { id: org.id, role } };
    const { id, key } = await createInvitation(ctx.db, actor, wish);
    return c.json({ id, key, url: `${baseUrl(ctx, c.req.raw)}/sign-up?invitation=${key}` }, 201);
  });

  app.delete('/api/assay/invitations/:id', async (c) => {
    await revokeInvitation(ctx.db, requireAdmin(c.var.actor), c.req.param('id'));
    return c.json({});
  });
}

function toPerson(body: Record<string, unknown>): NewPerson {
  return {
    name: requiredText(body, 'name'),
    fullname: optionalText(body, 'fullname', 200),
    email: optionalText(body, 'email', 320),
    password: optionalText(body, 'password', 1_000),
    invitation: optionalText(body, 'invitation', 200) || undefined,
  };
}
