import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type IdentityProvider, startIdentityProvider } from '../testing/identity-provider.ts';
import { type TestHub, testOrigin, withHub } from '../testing/with-hub.ts';

async function withProvider(
  signUp: 'closed' | 'invite' | 'oidc',
  work: (hub: TestHub, provider: IdentityProvider) => Promise<void>,
): Promise<void> {
  const provider = await startIdentityProvider(`${testOrigin}/oauth/callback`);
  const config = {
    signUp,
    oidcIssuer: provider.issuer,
    oidcClientSecret: 'between us',
    publicUrl: testOrigin,
  };
  await withHub((hub) => work(hub, provider), { config }).finally(provider.close);
}

const pairs = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';')[0]!);

interface Visit {
  login: string;
  query?: string;
  cookie?: string;
}

/** Leaves the hub, logs in at the provider, comes back: where to, and with which session. */
async function signIn(hub: TestHub, provider: IdentityProvider, { login, query = '', cookie = '' }: Visit) {
  const left = await hub.ask('GET', `/oauth/sign-in?next=/settings${query}`, { headers: { cookie } });
  assert.equal(left.status, 302);
  const journey = pairs(left).join('; ');
  const back = await provider.logIn(left.headers.get('location')!, login);
  const headers = { cookie: [cookie, journey].filter(Boolean).join('; ') };
  const answer = await hub.ask('GET', back.slice(testOrigin.length), { headers });
  const session = pairs(answer).find((pair) => pair.startsWith('assay_session='));
  return { to: answer.headers.get('location'), session, back, journey };
}

async function whoIs(hub: TestHub, cookie = ''): Promise<string | undefined> {
  const answer = await hub.ask('GET', '/api/assay/session', { headers: { cookie } });
  return ((await answer.json()) as { actor: { name: string } | null }).actor?.name;
}

test('oidc: whom the provider sends has an account, the same one each time, and never an administrator', () =>
  withProvider('oidc', async (hub, provider) => {
    const first = await signIn(hub, provider, { login: 'newcomer' });
    assert.equal(first.to, '/settings');
    assert.equal(await whoIs(hub, first.session), 'newcomer');
    const again = await signIn(hub, provider, { login: 'newcomer' });
    assert.equal(await whoIs(hub, again.session), 'newcomer');
    await hub.user('taken', { isAdmin: true });
    const other = await signIn(hub, provider, { login: 'taken' });
    assert.equal(await whoIs(hub, other.session), 'taken-2', 'a name that is there is not theirs');
    const reserved = await signIn(hub, provider, { login: 'api' });
    assert.equal(await whoIs(hub, reserved.session), 'api-2');
    const replayed = await hub.ask('GET', first.back.slice(testOrigin.length), {
      headers: { cookie: first.journey },
    });
    assert.equal(replayed.headers.get('location'), '/login?problem=login-failed');
    const foreign = await hub.ask('GET', other.back.slice(testOrigin.length), {
      headers: { cookie: first.journey },
    });
    assert.equal(foreign.headers.get('location'), '/login?problem=login-failed');
  }));

test('closed: the provider opens accounts that are tied to it, and makes none', () =>
  withProvider('closed', async (hub, provider) => {
    const alice = await hub.user('alice');
    const refused = await signIn(hub, provider, { login: 'alice' });
    assert.deepEqual([refused.to, refused.session], ['/login?problem=login-required', undefined]);
    const login = await hub.ask('POST', '/api/assay/session', { json: { token: alice.token } });
    const [cookie] = pairs(login);
    const tied = await signIn(hub, provider, { login: 'alice', query: '&tie=1', cookie });
    assert.deepEqual([tied.to, tied.session], ['/settings', undefined]);
    const later = await signIn(hub, provider, { login: 'alice' });
    assert.equal(await whoIs(hub, later.session), 'alice');
  }));

test('a login leads to pages of this hub only', () =>
  withProvider('oidc', async (hub) => {
    for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example/']) {
      const left = await hub.ask('GET', `/oauth/sign-in?next=${encodeURIComponent(next)}`);
      const [sealed = ''] = pairs(left);
      const text = Buffer.from(sealed.split('=')[1]!.split('.')[0]!, 'base64url').toString();
      assert.equal(JSON.parse(text).next, '/', next);
    }
  }));
