import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { admit, tieIdentity } from '../auth/identities.ts';
import type { Departure, OidcSignIn } from '../auth/oidc-sign-in.ts';
import { openSession } from '../auth/sessions.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp, HubEnv } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import { isSecure } from './form-guard.ts';

const cookieName = 'assay_oidc';
const patienceSeconds = 600;

/** What the visitor's browser keeps while they are at the provider; signed, so that nobody else can write it. */
interface Journey extends Departure {
  next: string;
  invitation?: string;
  /** Who was signed in and wants to tie the identity to their account. */
  tie?: string;
  until: number;
}

/** Signing in through the identity provider: away, and back. Browsers come here, so a refusal leads to the login page. */
export function routes(app: HubApp, ctx: HubContext): void {
  const { oidc } = ctx;
  if (!oidc) return;

  app.get('/oauth/sign-in', async (c) => {
    const query = queryOf(c.req.raw);
    const tie = query.flag('tie') ? c.var.actor?.id : undefined;
    return orToLogin(ctx, c, async () => {
      const { url, departure } = await oidc.depart(`${baseUrl(ctx, c.req.raw)}/oauth/callback`);
      const journey: Journey = {
        ...departure,
        next: localPath(query.get('next')),
        until: ctx.clock().getTime() + patienceSeconds * 1000,
        ...(query.get('invitation') && { invitation: query.get('invitation') }),
        ...(tie && { tie }),
      };
      c.header('set-cookie', toCookie(seal(ctx, journey), patienceSeconds, isSecure(ctx, c)));
      return c.redirect(url, 302);
    });
  });

  app.get('/oauth/callback', (c) => orToLogin(ctx, c, () => comeBack(ctx, c, oidc)));
}

async function comeBack(ctx: HubContext, c: Context<HubEnv>, oidc: OidcSignIn): Promise<Response> {
  const journey = unseal(ctx, cookieOf(c.req.raw));
  if (!journey) throw new HubError('login-failed', 'the login took too long, or began in another browser');
  const secure = isSecure(ctx, c);
  c.header('set-cookie', toCookie('', 0, secure));
  const { pathname, search } = new URL(c.req.url);
  const arrival = await oidc.arrive(new URL(baseUrl(ctx, c.req.raw) + pathname + search), journey);
  if (journey.tie !== undefined) {
    const actor = c.var.actor;
    if (actor?.id !== journey.tie || actor.scopes)
      throw new HubError('login-failed', 'you are signed in as another by now');
    await tieIdentity(ctx, actor, arrival);
  } else {
    const account = await admit(ctx, arrival, journey.invitation);
    c.header('set-cookie', await openSession(ctx, account, secure), { append: true });
  }
  return c.redirect(journey.next, 303);
}

async function orToLogin(
  ctx: HubContext,
  c: Context<HubEnv>,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    ctx.log.warn('sign-in through the identity provider failed', {
      reason: error.message,
      cause: causeOf(error),
    });
    return c.redirect(`/login?problem=${encodeURIComponent(error.code)}`, 303);
  }
}

/** The kind of the failure; the words of the exchange may hold codes and tokens. */
function causeOf(error: HubError): string {
  return error.facts.cause instanceof Error ? error.facts.cause.name : '';
}

/** Only paths of this hub: `//host` and `/\host` lead elsewhere. */
function localPath(wish: string | undefined): string {
  return wish && /^\/(?![/\\])/.test(wish) ? wish : '/';
}

function seal(ctx: HubContext, journey: Journey): string {
  const text = Buffer.from(JSON.stringify(journey)).toString('base64url');
  return `${text}.${sign(ctx, text)}`;
}

function unseal(ctx: HubContext, sealed: string | null): Journey | null {
  const [text = '', signature = ''] = sealed?.split('.') ?? [];
  const expected = Buffer.from(sign(ctx, text));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const journey = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Journey;
  return journey.until > ctx.clock().getTime() ? journey : null;
}

function sign(ctx: HubContext, text: string): string {
  return createHmac('sha256', ctx.signingKey).update(`oidc journey ${text}`).digest('base64url');
}

function cookieOf(request: Request): string | null {
  const cookies = request.headers.get('cookie')?.split(/; */) ?? [];
  return cookies.find((one) => one.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? null;
}

function toCookie(value: string, maxAgeSeconds: number, secure: boolean): string {
  return `${cookieName}=${value}; Path=/oauth; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
