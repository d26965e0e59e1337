import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oidc from 'openid-client';
import { askJson, commitFiles, makeRepo } from '../testing/hub-client.ts';
import { answerQuestion, beginWalk, openBrowser, sendCode, walkToCode } from '../testing/oauth-client.ts';
import { type TestHub, type TestUser, testOrigin, withHub } from '../testing/with-hub.ts';

const home = 'https://app.example.org/back';

async function register(hub: TestHub, as: TestUser, wish: object = {}) {
  const json = { name: 'Notebook', redirectUris: [home], ...wish };
  const { status, body } = await askJson(hub, 'POST', '/api/assay/oauth/apps', { as, json });
  assert.equal(status, 201, JSON.stringify(body));
  return body as { id: string; secret: string | null };
}

async function setUp(hub: TestHub) {
  const [maker, alice] = [await hub.user('maker'), await hub.user('alice')];
  const app = await register(hub, maker);
  return { maker, alice, app, cookie: await openBrowser(hub, alice) };
}

const locationOf = async (answer: Response) =>
  new URL(((await answer.json()) as { location: string }).location);
const errorOf = async (answer: Response) => ((await answer.json()) as { error: string }).error;
const tokenOf = async (answer: Response) => ((await answer.json()) as { access_token: string }).access_token;
const userInfo = (hub: TestHub, token: string) =>
  askJson(hub, 'GET', '/oauth/userinfo', { headers: { authorization: `Bearer ${token}` } });

test('a certified client logs a person in: discovery, PKCE, nonce, signature and claims', () =>
  withHub(async (hub) => {
    const { maker, alice, cookie } = await setUp(hub);
    const app = await register(hub, maker, { name: 'Server', confidential: true });
    await askJson(hub, 'PUT', '/api/assay/profile', {
      as: alice,
      json: { fullname: 'Alice A', email: 'a@b.c' },
    });
    for (const method of [oidc.ClientSecretBasic(app.secret!), oidc.ClientSecretPost(app.secret!)]) {
      const client = await oidc.discovery(new URL(testOrigin), app.id, app.secret!, method, {
        execute: [oidc.allowInsecureRequests],
        [oidc.customFetch]: (url, init) => hub.fetch(new Request(url, init as RequestInit)),
      });
      const [verifier, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomNonce()];
      const asked = oidc.buildAuthorizationUrl(client, {
        redirect_uri: home,
        scope: 'openid profile email',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 'kept',
        nonce,
      });
      assert.equal(asked.origin + asked.pathname, `${testOrigin}/oauth/authorize`);
      const query = Object.fromEntries(asked.searchParams);
      const walk = { clientId: app.id, redirectUri: home, verifier, query };
      const back = await locationOf(await answerQuestion(hub, cookie, walk));
      const tokens = await oidc.authorizationCodeGrant(client, back, {
        expectedState: 'kept',
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      });
      const claims = tokens.claims()!;
      const told = await oidc.fetchUserInfo(client, tokens.access_token, claims.sub);
      assert.deepEqual(
        [claims.preferred_username, told.name, told.email, told.email_verified, told.profile],
        ['alice', 'Alice A', 'a@b.c', false, `${testOrigin}/alice`],
      );
    }
  }));

test('a token opens what the person allowed, where they allowed it, for eight hours', () =>
  withHub(async (hub) => {
    const { alice, app, cookie } = await setUp(hub);
    for (const name of ['shown', 'kept'])
      await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name } });
    for (const place of ['alice', 'shown', 'kept']) {
      await makeRepo(hub, alice, { name: 'm', private: true, organization: place });
      await commitFiles(hub, alice, { repo: `${place}/m`, files: { 'a.txt': 'one\n' } });
    }
    const scope = 'openid read-repos inference-api';
    const walk = beginWalk(app.id, home, { scope });
    const view = await askJson(
      hub,
      'GET',
      `/api/assay/oauth/authorization?${new URLSearchParams(walk.query)}`,
      {
        headers: { cookie },
      },
    );
    assert.deepEqual(
      [view.body.orgs, view.body.missing, view.body.fault],
      [['kept', 'shown'], ['inference-api'], null],
    );
    const code = await walkToCode(hub, cookie, walk, { orgs: ['shown', 'elsewhere'] });
    const answer = await sendCode(hub, walk, code);
    const given = (await answer.json()) as Record<string, string>;
    assert.deepEqual(
      [given.scope, given.expires_in, given.token_type],
      ['openid read-repos', 28_800, 'bearer'],
    );
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const token = given.access_token!;
    assert.match(token, /^hf_oauth_/);
    const as = { ...alice, token };
    const read = async (path: string) => (await hub.ask('GET', path, { as })).status;
    assert.deepEqual(
      [
        await read('/alice/m/resolve/main/a.txt'),
        await read('/shown/m/resolve/main/a.txt'),
        await read('/kept/m/resolve/main/a.txt'),
      ],
      [200, 200, 404],
    );
    const denied = [
      '/api/assay/tokens',
      '/api/assay/oauth/apps',
      `/api/assay/oauth/authorization?${new URLSearchParams(walk.query)}`,
    ];
    for (const path of denied) assert.equal(await read(path), 403, path);
    const made = await askJson(hub, 'POST', '/api/repos/create', { as, json: { name: 'x' } });
    assert.equal(made.status, 403);
    // Only openid: no name.
    assert.deepEqual(Object.keys((await userInfo(hub, token)).body), ['sub']);
    await hub.context.db.query(
      "UPDATE record.tokens SET expires_at = now() - interval '1 second' WHERE app_id = $1",
      [app.id],
    );
    assert.equal((await userInfo(hub, token)).status, 401);
    // A token of one's own names nobody to an app.
    assert.equal((await userInfo(hub, alice.token)).status, 403);
  }));

test('write-repos makes and changes repos where it was allowed', () =>
  withHub(async (hub) => {
    const { alice, app, cookie } = await setUp(hub);
    const walk = beginWalk(app.id, home, { scope: 'openid write-repos write-discussions' });
    const token = await tokenOf(await sendCode(hub, walk, await walkToCode(hub, cookie, walk)));
    const as = { ...alice, token };
    await makeRepo(hub, as, { name: 'made' });
    await commitFiles(hub, as, { repo: 'alice/made', files: { 'a.txt': 'one\n' } });
    const other = await hub.user('other');
    await makeRepo(hub, other, { name: 'theirs' });
    const opened = await askJson(hub, 'POST', '/api/models/other/theirs/discussions', {
      as,
      json: { title: 'A question', description: '' },
    });
    assert.equal(opened.status, 200);
  }));

test('nobody is sent to an address that is not registered, letter by letter', () =>
  withHub(async (hub) => {
    const { maker, app, cookie } = await setUp(hub);
    const strange = [
      'https://evil.example.org/back',
      `${home}/`,
      `${home}?x=1`,
      `${home}#x`,
      'https://app.example.org@evil.example.org/back',
      'https://APP.example.org/back',
      'https://app.example.org/back/../evil',
      'http://app.example.org/back',
      '',
    ];
    for (const redirectUri of strange) {
      const answer = await answerQuestion(hub, cookie, beginWalk(app.id, redirectUri));
      assert.equal(answer.status, 422, redirectUri);
      assert.doesNotMatch(await answer.text(), /location/);
    }
    const unknown = await answerQuestion(hub, cookie, beginWalk('0'.repeat(24), home));
    assert.equal(unknown.status, 404);
    const unfit = [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://app.example.org/',
      'https://a@b.example.org/',
      'https://b.example.org/#f',
      'https:\\\\b.example.org',
      '/back',
      'https://b.example.org/ x',
      'app://x',
    ];
    for (const uri of unfit) {
      const json = { name: 'x', redirectUris: [uri] };
      const { status } = await askJson(hub, 'POST', '/api/assay/oauth/apps', { as: maker, json });
      assert.equal(status, 422, uri);
    }
  }));

test('a wrong question is answered to the app, with its state, and a no is a no', () =>
  withHub(async (hub) => {
    const { app, cookie } = await setUp(hub);
    const cases: [Record<string, string>, string][] = [
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ response_mode: 'fragment' }, 'invalid_request'],
      [{ scope: 'billing' }, 'invalid_scope'],
      [{ code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge: 'short' }, 'invalid_request'],
      [{ request: 'x.y.z' }, 'request_not_supported'],
    ];
    for (const [change, error] of cases) {
      const back = await locationOf(await answerQuestion(hub, cookie, beginWalk(app.id, home, change)));
      assert.deepEqual(
        [back.origin + back.pathname, back.searchParams.get('error'), back.searchParams.get('state')],
        [home, error, '{"nonce":"n"}'],
      );
      assert.equal(back.searchParams.get('code'), null);
    }
    const bare = beginWalk(app.id, home);
    delete bare.query.code_challenge;
    delete bare.query.code_challenge_method;
    const back = await locationOf(await answerQuestion(hub, cookie, bare));
    assert.equal(back.searchParams.get('error'), 'invalid_request', 'PKCE is not left to a public app');
    const no = await locationOf(await answerQuestion(hub, cookie, beginWalk(app.id, home), { allow: false }));
    assert.deepEqual([no.searchParams.get('error'), no.searchParams.get('code')], ['access_denied', null]);
  }));

test('only the person, signed in, from a page of the hub, lets an app in', () =>
  withHub(async (hub) => {
    const { alice, app, cookie } = await setUp(hub);
    const walk = beginWalk(app.id, home);
    const ask = async (who: string, headers: Record<string, string>) =>
      (await answerQuestion(hub, who, walk, { headers })).status;
    assert.equal(await ask('', { origin: testOrigin }), 401, 'signed out');
    assert.equal(await ask(cookie, {}), 403, 'a form of another site');
    assert.equal(await ask(cookie, { origin: 'https://evil.example.org' }), 403);
    assert.equal(await ask(cookie, { 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await ask('', { authorization: `Bearer ${alice.token}` }), 403, 'by token');
    // What an app was given lets no other app in, not even through a session that it opens.
    const token = await tokenOf(await sendCode(hub, walk, await walkToCode(hub, cookie, walk)));
    const narrow = await openBrowser(hub, { ...alice, token });
    assert.equal(await ask(narrow, { origin: testOrigin }), 403);
  }));

test('a code is good once, for its app, its address and its verifier', () =>
  withHub(async (hub) => {
    const { maker, app, cookie } = await setUp(hub);
    const other = await register(hub, maker, { name: 'Other' });
    const spoiled: Record<string, string | null>[] = [
      { code_verifier: 'x'.repeat(43) },
      { code_verifier: null },
      { code_verifier: '' },
      { client_id: other.id },
      { redirect_uri: 'https://evil.example.org/back' },
      { code: 'guessed' },
    ];
    for (const change of spoiled) {
      const walk = beginWalk(app.id, home);
      const code = await walkToCode(hub, cookie, walk);
      const refused = await sendCode(hub, walk, code, change);
      assert.deepEqual(
        [refused.status, await errorOf(refused)],
        [400, 'invalid_grant'],
        JSON.stringify(change),
      );
      // Who tried and failed has used it up; a guess at another code has not.
      const again = await sendCode(hub, walk, code);
      assert.equal(again.status, change.code === undefined ? 400 : 200);
    }
    const walk = beginWalk(app.id, home);
    const code = await walkToCode(hub, cookie, walk);
    await hub.context.db.query("UPDATE record.oauth_codes SET expires_at = now() - interval '1 second'");
    assert.equal((await sendCode(hub, walk, code)).status, 400, 'late');
  }));

test('of a code that comes twice, at once or later, no token is left', () =>
  withHub(async (hub) => {
    const { app, cookie } = await setUp(hub);
    const walk = beginWalk(app.id, home);
    const code = await walkToCode(hub, cookie, walk);
    const token = await tokenOf(await sendCode(hub, walk, code));
    assert.equal((await userInfo(hub, token)).status, 200);
    assert.equal(await errorOf(await sendCode(hub, walk, code)), 'invalid_grant');
    assert.equal((await userInfo(hub, token)).status, 401);
    const raced = beginWalk(app.id, home);
    const racedCode = await walkToCode(hub, cookie, raced);
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendCode(hub, raced, racedCode)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400, 400]);
    const winner = answers.find(({ status }) => status === 200)!;
    assert.equal((await userInfo(hub, await tokenOf(winner))).status, 401);
  }));

test('an app with a secret must show it, and its secret is kept as a hash', () =>
  withHub(async (hub) => {
    const { maker, cookie } = await setUp(hub);
    const app = await register(hub, maker, { confidential: true });
    const attempt = async (change: Record<string, string | null>) => {
      const walk = beginWalk(app.id, home);
      return sendCode(hub, walk, await walkToCode(hub, cookie, walk), change);
    };
    const wrong: Record<string, string>[] = [
      {},
      { client_secret: 'wrong' },
      { client_id: app.id, client_secret: '' },
    ];
    for (const change of wrong) {
      const refused = await attempt(change);
      assert.deepEqual([refused.status, await errorOf(refused)], [401, 'invalid_client']);
    }
    assert.equal((await attempt({ client_id: app.id, client_secret: app.secret })).status, 200);
    const kept = await hub.context.db.query('SELECT p::text AS text FROM record.oauth_apps p');
    assert.doesNotMatch(JSON.stringify(kept), new RegExp(app.secret!));
    const listed = await askJson(hub, 'GET', '/api/assay/oauth/apps', { as: maker });
    assert.doesNotMatch(JSON.stringify(listed.body), new RegExp(app.secret!));
  }));

test('an app that is taken away ends its tokens and codes; only its maker changes it', () =>
  withHub(async (hub) => {
    const { maker, alice, app, cookie } = await setUp(hub);
    const path = `/api/assay/oauth/apps/${app.id}`;
    const walk = beginWalk(app.id, home);
    const token = await tokenOf(await sendCode(hub, walk, await walkToCode(hub, cookie, walk)));
    const waiting = await walkToCode(hub, cookie, walk);
    const json = { name: 'Mine now', redirectUris: ['https://evil.example.org/'] };
    assert.equal((await hub.ask('PUT', path, { as: alice, json })).status, 404);
    assert.equal((await hub.ask('DELETE', path, { as: alice })).status, 404);
    const moved = { name: 'Notebook', redirectUris: ['https://new.example.org/'] };
    assert.equal((await hub.ask('PUT', path, { as: maker, json: moved })).status, 200);
    assert.equal((await answerQuestion(hub, cookie, walk)).status, 422, 'the old address is gone');
    assert.equal((await userInfo(hub, token)).status, 200);
    assert.equal((await hub.ask('DELETE', path, { as: maker })).status, 200);
    assert.equal((await userInfo(hub, token)).status, 401);
    assert.equal((await sendCode(hub, walk, waiting)).status, 400);
    assert.equal((await answerQuestion(hub, cookie, walk)).status, 404);
  }));

test('a closed account takes its apps along, and its codes give nothing', () =>
  withHub(async (hub) => {
    const root = await hub.user('root', { isAdmin: true });
    const { app, cookie } = await setUp(hub);
    const walk = beginWalk(app.id, home);
    const code = await walkToCode(hub, cookie, walk);
    await askJson(hub, 'DELETE', '/api/assay/people/alice', { as: root });
    assert.equal(await errorOf(await sendCode(hub, walk, code)), 'invalid_grant');
    await askJson(hub, 'DELETE', '/api/assay/people/maker', { as: root });
    const rootCookie = await openBrowser(hub, root);
    assert.equal((await answerQuestion(hub, rootCookie, walk)).status, 404);
  }));
