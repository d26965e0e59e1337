import { membershipsOf } from '../auth/accounts.ts';
import type { Actor } from '../auth/actor.ts';
import { audit } from '../auth/audit.ts';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import { findApp, type OAuthApp } from './apps.ts';
import { insertCode } from './codes.ts';
import { opensRepos, sentenceOf, splitScope, toScopes } from './scopes.ts';

/** What an app sends along when it sends a person here (RFC 6749, section 4.1.1; RFC 7636; OpenID Connect). */
export type AuthorizationQuery = (key: string) => string | undefined;

/** A question that can be put to the person, or a fault that the app is told. */
interface Asked {
  app: OAuthApp;
  redirectUri: string;
  state: string | undefined;
  nonce: string | null;
  challenge: string | null;
  granted: string[];
  missing: string[];
  fault: { error: string; description: string } | null;
}

export interface AuthorizationView {
  app: { name: string; owner: string; homepage: string | null };
  /** Host that the person will be sent back to. */
  returnsTo: string;
  /** What the app may do, one sentence a scope. */
  may: string[];
  /** Scopes that it asked for and that this hub does not have. */
  missing: string[];
  /** Organisations whose repos the person may open to it as well. */
  orgs: string[];
  /** Why it cannot be asked, and the address that tells the app so. */
  fault: { description: string; location: string } | null;
}

/** What the page shows to the person. @throws HubError `not-found`, `invalid-input`: nothing to send anybody back to */
export async function viewAuthorization(
  ctx: HubContext,
  actor: Actor,
  query: AuthorizationQuery,
  issuer: string,
): Promise<AuthorizationView> {
  const asked = await readQuestion(ctx, query);
  const { app, fault } = asked;
  const orgs = opensRepos(asked.granted) ? await membershipsOf(ctx.db, actor.id) : [];
  return {
    app: { name: app.name, owner: app.owner, homepage: app.homepage },
    returnsTo: new URL(asked.redirectUri).host,
    may: asked.granted.map(sentenceOf),
    missing: asked.missing,
    orgs: orgs.map(({ org }) => org.name),
    fault: fault && { description: fault.description, location: toFault(asked, fault, issuer) },
  };
}

/**
 * The person's answer; the question is read and judged anew.
 * @returns the address to send the person to
 * @throws HubError `not-found`, `invalid-input`
 */
export async function answerAuthorization(
  ctx: HubContext,
  actor: Actor,
  question: { query: AuthorizationQuery; issuer: string },
  answer: { allow: boolean; orgs: string[] },
): Promise<string> {
  const asked = await readQuestion(ctx, question.query);
  if (asked.fault) return toFault(asked, asked.fault, question.issuer);
  if (!answer.allow) {
    await audit(ctx.db, actor, 'app-denied', { app: asked.app.id });
    const refusal = { error: 'access_denied', description: 'the person said no' };
    return toFault(asked, refusal, question.issuer);
  }
  const orgs = (await membershipsOf(ctx.db, actor.id)).filter(({ org }) => answer.orgs.includes(org.name));
  const code = await ctx.db.tx(async (tx) => {
    await audit(tx, actor, 'app-allowed', { app: asked.app.id, scope: asked.granted.join(' ') });
    return insertCode(tx, {
      appId: asked.app.id,
      accountId: actor.id,
      redirectUri: asked.redirectUri,
      challenge: asked.challenge,
      nonce: asked.nonce,
      oauthScope: asked.granted.join(' '),
      scopes: toScopes(asked.granted, [actor.id, ...orgs.map(({ org }) => org.id)]),
    });
  });
  return toAddress(asked, { code, iss: question.issuer });
}

/** App and address come first: before both are known to belong together, nobody is sent anywhere. */
async function readQuestion(ctx: HubContext, query: AuthorizationQuery): Promise<Asked> {
  const app = await findApp(ctx.db, query('client_id') ?? '');
  if (!app) throw new HubError('not-found', 'no app of this hub has that client_id');
  const redirectUri = query('redirect_uri') ?? '';
  if (!app.redirectUris.includes(redirectUri))
    throw new HubError(
      'invalid-input',
      `${app.name} did not register the address that it wants you sent to`,
      {
        hint: 'Who runs the app can add it, letter by letter, under Settings, Apps.',
      },
    );
  const { granted, missing } = splitScope(query('scope') ?? 'openid profile');
  const challenge = query('code_challenge') ?? null;
  const [state, nonce] = [query('state'), query('nonce') ?? null];
  const fault = faultOf(app, query) ?? (granted.length === 0 ? noScope : null);
  return { app, redirectUri, state, nonce, challenge, granted, missing, fault };
}

const noScope = { error: 'invalid_scope', description: 'none of the scopes is known here' };

function faultOf(app: OAuthApp, query: AuthorizationQuery): Asked['fault'] {
  const invalid = (description: string) => ({ error: 'invalid_request', description });
  if (query('response_type') !== 'code')
    return { error: 'unsupported_response_type', description: 'response_type must be code' };
  if ((query('response_mode') ?? 'query') !== 'query') return invalid('response_mode must be query');
  if (query('request') !== undefined || query('request_uri') !== undefined)
    return { error: 'request_not_supported', description: 'request objects are not supported' };
  if ((query('state')?.length ?? 0) > 4_000) return invalid('state is longer than 4000 characters');
  if ((query('nonce')?.length ?? 0) > 500) return invalid('nonce is longer than 500 characters');
  const challenge = query('code_challenge');
  if (challenge === undefined)
    return app.confidential ? null : invalid('an app without a secret must send code_challenge (PKCE)');
  if (query('code_challenge_method') !== 'S256') return invalid('code_challenge_method must be S256');
  return /^[A-Za-z0-9_-]{43}$/.test(challenge) ? null : invalid('code_challenge is no SHA-256 in base64url');
}

function toFault(asked: Asked, { error, description }: NonNullable<Asked['fault']>, issuer: string): string {
  return toAddress(asked, { error, error_description: description, iss: issuer });
}

/** The registered address stays as it was written; what we say is added behind it. Pure. */
function toAddress({ redirectUri, state }: Asked, words: Record<string, string>): string {
  const added = new URLSearchParams({ ...words, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${added}`;
}
