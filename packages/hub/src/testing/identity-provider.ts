import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface IdentityProvider {
  issuer: string;
  /** Plays the browser at the provider: logs in there as `login` and answers the address it is sent back to. */
  logIn(url: string, login: string): Promise<string>;
  close(): Promise<void>;
}

/** A small real OpenID Connect provider with one client, `assay`, that knows everybody who names themselves. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  let handle: RequestListener = () => {};
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  handle = new Provider(issuer, toConfiguration(redirectUri)).callback();
  return {
    issuer,
    logIn: (url, login) => walkThrough(issuer, url, login),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface GrantSite {
  oidc: {
    provider: Provider;
    client: { clientId: string };
    session: { accountId: string };
  };
}

function toConfiguration(redirectUri: string): object {
  return {
    clients: [
      {
        client_id: 'assay',
        client_secret: 'between us',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    cookies: { keys: ['for tests'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: () => ({
        sub: `subject of ${id}`,
        name: `The ${id}`,
        preferred_username: id,
        email: `${id}@example.org`,
        email_verified: true,
      }),
    }),
    async loadExistingGrant({ oidc }: GrantSite) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}

async function walkThrough(issuer: string, start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>();
  let at = start;
  while (at.startsWith(issuer)) {
    const form = at.includes('/interaction/') && !at.endsWith('/abort');
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form && { method: 'POST', body: new URLSearchParams({ prompt: 'login', login, password: 'any' }) }),
    });
    await answer.body?.cancel();
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`the provider stopped at ${at} with ${answer.status}`);
    at = new URL(next, at).href;
  }
  return at;
}
