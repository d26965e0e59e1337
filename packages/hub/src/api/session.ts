import type { Actor } from '../auth/actor.ts';
import { authenticate } from '../auth/authenticate.ts';
import { setUpFirstAdministrator } from '../auth/first-administrator.ts';
import { logIn } from '../auth/log-in.ts';
import { closeSession, openSession, sessionCookieOf } from '../auth/sessions.ts';
import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, readJsonObject, requiredText } from '../http/request-body.ts';
import { guardForm, isSecure } from './form-guard.ts';

/** Logging in and out of the pages, and the first administrator. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/api/assay/session', (c) => c.json({ actor: toPublicActor(c.var.actor) }));

  app.post('/api/assay/session', async (c) => {
    guardForm(ctx, c);
    const body = await readJsonObject(c.req.raw, 1);
    const token = optionalText(body, 'token');
    const actor = token
      ? await authenticate(ctx, withToken(c.req.raw, token.trim()), c.env)
      : await logIn(
          ctx,
          { name: requiredText(body, 'name'), password: requiredText(body, 'password') },
          c.env,
        );
    c.header('set-cookie', await openSession(ctx, actor!, isSecure(ctx, c)));
    return c.json({ actor: toPublicActor(actor) });
  });

  app.delete('/api/assay/session', async (c) => {
    c.header('set-cookie', await closeSession(ctx, sessionCookieOf(c.req.raw), isSecure(ctx, c)));
    return c.json({ actor: null });
  });

  app.post('/api/assay/setup', async (c) => {
    guardForm(ctx, c);
    const body = await readJsonObject(c.req.raw, 1);
    const account = await setUpFirstAdministrator(ctx.db, {
      key: requiredText(body, 'key'),
      name: requiredText(body, 'name'),
      password: requiredText(body, 'password'),
    });
    c.header('set-cookie', await openSession(ctx, { id: account.id }, isSecure(ctx, c)));
    return c.json(
      { actor: { id: account.id, name: account.name, isAdmin: true, role: 'write', via: 'session' } },
      201,
    );
  });
}

function withToken(request: Request, token: string): Request {
  return new Request(request.url, { headers: { authorization: `Bearer ${token}` } });
}

function toPublicActor(actor: Actor | null): object | null {
  return (
    actor && { id: actor.id, name: actor.name, isAdmin: actor.isAdmin, role: actor.role, via: actor.via }
  );
}
