import type { Context } from 'hono';
import { requireActor } from '../auth/authenticate.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import { optionalFlag, readJsonObject } from '../http/request-body.ts';
import { answerAuthorization, viewAuthorization } from '../oauth/authorization.ts';
import { readIdTokenKey } from '../oauth/id-token.ts';
import { knownScopes } from '../oauth/scopes.ts';
import { readUserClaims } from '../oauth/user-claims.ts';

/** Logging people in to other programs (OpenID Connect). The page `/oauth/authorize` asks them; this is what it stands on. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.get('/.well-known/openid-configuration', (c) => c.json(toDiscovery(baseUrl(ctx, c.req.raw))));
  app.get('/oauth/jwks', async (c) => c.json({ keys: [(await readIdTokenKey(ctx)).jwk] }));
  app.on(['GET', 'POST'], '/oauth/userinfo', (c) => answerUserInfo(ctx, c));

  const path = '/api/assay/oauth/authorization';
  app.get(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    const view = await viewAuthorization(ctx, actor, queryOf(c.req.raw).get, baseUrl(ctx, c.req.raw));
    return c.json(view, 200, { 'cache-control': 'no-store' });
  });

  app.post(path, async (c) => {
    const actor = requireActor(c.var.actor, 'write');
    // A program that holds a token needs no browser to be let in; one that stole it must not let others in.
    if (actor.via === 'token')
      throw new HubError('forbidden', 'an app is let in by a person in a browser, not by token');
    const body = await readJsonObject(c.req.raw, 1);
    const orgs = Array.isArray(body.orgs) ? body.orgs.map(String) : [];
    const question = { query: queryOf(c.req.raw).get, issuer: baseUrl(ctx, c.req.raw) };
    const answer = { allow: optionalFlag(body, 'allow') ?? false, orgs };
    return c.json({ location: await answerAuthorization(ctx, actor, question, answer) }, 200, {
      'cache-control': 'no-store',
    });
  });
}

async function answerUserInfo(ctx: HubContext, c: Context<HubEnv>): Promise<Response> {
  const actor = requireActor(c.var.actor);
  const token = await ctx.db.maybe<{ scope: string | null }>(
    'SELECT oauth_scope AS scope FROM record.tokens WHERE id = $1',
    [actor.token?.id ?? null],
  );
  if (!token?.scope?.split(' ').includes('openid')) {
    c.header('www-authenticate', 'Bearer error="insufficient_scope", scope="openid"');
    throw new HubError('forbidden', 'this needs a token that an app got with the scope openid');
  }
  const claims = await readUserClaims(ctx.db, actor.id, token.scope, baseUrl(ctx, c.req.raw));
  return c.json(claims, 200, { 'cache-control': 'no-store' });
}

/** OpenID Connect Discovery 1.0, section 3. Pure. */
function toDiscovery(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    jwks_uri: `${issuer}/oauth/jwks`,
    device_authorization_endpoint: `${issuer}/oauth/device`,
    scopes_supported: knownScopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: [
      'sub',
      'name',
      'preferred_username',
      'profile',
      'picture',
      'email',
      'email_verified',
      'orgs',
    ],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  };
}
