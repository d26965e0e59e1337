import * as oidc from 'openid-client';
import type { Config } from '../config/load-config.ts';
import { HubError } from '../errors.ts';

/** What must be kept between leaving for the identity provider and coming back. */
export interface Departure {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who came back, in the provider's words. */
export interface Arrival {
  issuer: string;
  subject: string;
  username: string | null;
  fullname: string | null;
  /** Only one that the provider has verified. */
  email: string | null;
}

/** Signing in through an identity provider (OpenID Connect, authorization code with PKCE). */
export interface OidcSignIn {
  /** The provider's page to send the visitor to. @throws HubError `login-failed` when it cannot be reached */
  depart(redirectUri: string): Promise<{ url: string; departure: Departure }>;
  /** Checks what the provider sent back. @throws HubError `login-failed` */
  arrive(callback: URL, departure: Departure): Promise<Arrival>;
}

/** Null when no provider is configured. It is asked about itself at the first sign-in, not at the hub's start. */
export function createOidcSignIn(
  config: Pick<Config, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret'>,
): OidcSignIn | null {
  const { oidcIssuer, oidcClientId, oidcClientSecret } = config;
  if (oidcIssuer === undefined) return null;
  let known: Promise<oidc.Configuration> | null = null;
  const provider = async () => {
    known ??= discover(oidcIssuer, oidcClientId, oidcClientSecret);
    return known.catch((cause) => {
      known = null; // it may be there again next time
      throw failed('the identity provider does not answer', cause);
    });
  };
  return {
    async depart(redirectUri) {
      const verifier = oidc.randomPKCECodeVerifier();
      const departure = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
      const url = oidc.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: departure.state,
        nonce: departure.nonce,
      });
      return { url: url.href, departure };
    },
    async arrive(callback, { state, nonce, verifier }) {
      const configuration = await provider();
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
        const tokens = await oidc.authorizationCodeGrant(configuration, callback, checks);
        return await toArrival(configuration, tokens);
      } catch (cause) {
        throw failed('the identity provider did not vouch for you', cause);
      }
    },
  };
}

async function discover(
  issuer: string,
  clientId: string,
  secret: string | undefined,
): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  // Plain http only to this machine: codes and tokens would travel readable.
  const local = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  const options = url.protocol === 'http:' && local ? { execute: [oidc.allowInsecureRequests] } : undefined;
  const method = secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret);
  return oidc.discovery(url, clientId, secret, method, options);
}

/** The claims of the id token and, as many providers say more there, of the user info. */
async function toArrival(
  configuration: oidc.Configuration,
  tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
): Promise<Arrival> {
  const claims = tokens.claims();
  if (!claims) throw new Error('no id token');
  const more = configuration.serverMetadata().userinfo_endpoint
    ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
    : {};
  const told: Record<string, unknown> = { ...claims, ...more };
  const text = (key: string) => (typeof told[key] === 'string' ? (told[key] as string) : null);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    username: text('preferred_username'),
    fullname: text('name'),
    email: told.email_verified === true ? text('email') : null,
  };
}

/** The cause goes to the log; a visitor learns no detail of the exchange. */
function failed(sentence: string, cause: unknown): HubError {
  return new HubError('login-failed', sentence, { cause, hint: 'Try again, or tell the administrator.' });
}
