import type { Context } from 'hono';
import { type GrantAnswer, redeemDeviceGrant, refreshToken, tokenDays } from '../auth/device-grants.ts';
import type { HubContext } from '../context.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { readBody } from '../http/request-body.ts';
import { type Redemption, redeemCode, tokenSeconds } from '../oauth/codes.ts';
import { signIdToken } from '../oauth/id-token.ts';
import { readUserClaims } from '../oauth/user-claims.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const unkept = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Where programs change what they were given for tokens: codes of a browser, of a device, and refresh tokens. */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/oauth/token', async (c) => {
    const form = await readForm(c);
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return answerCode(ctx, c, form);
      case deviceGrant: {
        const [code, client] = [form.get('device_code') ?? '', form.get('client_id') ?? ''];
        return answerGrant(c, await redeemDeviceGrant(ctx, code, client));
      }
      case 'refresh_token':
        return answerGrant(c, await refreshToken(ctx, form.get('refresh_token') ?? ''));
      default:
        return refuse(
          c,
          'unsupported_grant_type',
          'codes, the device flow and refresh tokens are answered here',
        );
    }
  });
}

export async function readForm(c: Context<HubEnv>): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(c.req.raw, 1)).toString('utf8'));
}

/** OAuth's own form of refusal: a word of RFC 6749 or 8628 in `error`. */
export function refuse(c: Context<HubEnv>, error: string, description: string): Response {
  const body = { error, error_description: description };
  if (error !== 'invalid_client') return c.json(body, 400, unkept);
  return c.json(body, 401, { ...unkept, 'www-authenticate': 'Basic realm="oauth"' });
}

async function answerCode(ctx: HubContext, c: Context<HubEnv>, form: URLSearchParams): Promise<Response> {
  const given = await redeemCode(ctx, toRedemption(c, form));
  if (!given.ok) return refuse(c, given.fault, given.fault.replaceAll('_', ' '));
  const { accessToken, accountId, appId, nonce, oauthScope } = given;
  const issuer = baseUrl(ctx, c.req.raw);
  const answer = {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: tokenSeconds,
    scope: oauthScope,
  };
  if (!oauthScope.split(' ').includes('openid')) return c.json(answer, 200, unkept);
  const claims = await readUserClaims(ctx.db, accountId, oauthScope, issuer);
  const facts = { issuer, clientId: appId, nonce, accessToken, claims };
  return c.json({ ...answer, id_token: await signIdToken(ctx, facts) }, 200, unkept);
}

/** A client names itself by Basic or in the form; the Hub's JavaScript client does neither. */
function toRedemption(c: Context<HubEnv>, form: URLSearchParams): Redemption {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const [id, secret] = basic ? toPair(Buffer.from(basic, 'base64').toString('utf8')) : [null, null];
  return {
    code: form.get('code') ?? '',
    redirectUri: form.get('redirect_uri') ?? '',
    verifier: form.get('code_verifier'),
    clientId: id ?? form.get('client_id'),
    clientSecret: secret ?? form.get('client_secret'),
  };
}

/** Both halves are form-encoded (RFC 6749, section 2.3.1). */
function toPair(text: string): [string, string] {
  const at = text.indexOf(':');
  const decode = (part: string) => new URLSearchParams(`v=${part.replaceAll('&', '%26')}`).get('v') ?? '';
  return at < 0 ? [decode(text), ''] : [decode(text.slice(0, at)), decode(text.slice(at + 1))];
}

function answerGrant(c: Context<HubEnv>, granted: GrantAnswer): Response {
  if (!granted.ok) return refuse(c, granted.fault, granted.fault.replaceAll('_', ' '));
  return c.json(
    {
      access_token: granted.accessToken,
      token_type: 'bearer',
      expires_in: tokenDays.access * 86_400,
      refresh_token: granted.refreshToken,
      scope: 'openid profile read-repos write-repos',
    },
    200,
    unkept,
  );
}
