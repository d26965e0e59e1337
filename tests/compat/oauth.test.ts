import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '@assay/client';
import {
  createRepo,
  oauthHandleRedirect,
  oauthHandleRedirectIfPresent,
  oauthLoginUrl,
  uploadFile,
  whoAmI,
} from '@huggingface/hub';
import { startTestHub } from '../support/hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createCookieJar } from './cookie-jar.ts';
import { readyEnvironment } from './python-clients.ts';
import { runPythonScript } from './python-script.ts';

const PYTHON_OAUTH = ['huggingface_hub[oauth]==2.4.0'];

// compat: login.oauth
test('npm @huggingface/hub logs a page in, unmodified', async (t) => {
  const hub = await startTestHub(t);
  const redirectUrl = 'https://app.example.org/play?from=hub';
  const app = await createApp(hub.connection, { name: 'Player', redirectUris: [redirectUrl] });
  const browser = createCookieJar(hub.url);

  // Where a program cannot keep anything: what must be kept is handed in and out.
  const kept: { codeVerifier?: string; nonce?: string } = {};
  const scopes = 'openid profile write-repos';
  const wish = { clientId: app.id, hubUrl: hub.url, redirectUrl, scopes, state: 'level 3' };
  const asked = await oauthLoginUrl({ ...wish, localStorage: kept });
  const signedOut = await browser.visit(asked);
  assert.match(
    signedOut.headers.get('location') ?? '',
    /^\/login\?next=/,
    'who is signed out signs in first',
  );
  const login = await browser.visit(signedOut.headers.get('location')!, { token: hub.token });
  assert.equal(
    new URL(login.headers.get('location')!, hub.url).href,
    asked,
    'and comes back to the question',
  );
  const page = await browser.visit(asked);
  assert.equal(page.status, 200);
  const back = await allow(browser, asked);
  assert.ok(back.startsWith(redirectUrl));
  const result = await oauthHandleRedirect({ hubUrl: hub.url, redirectedUrl: back, ...kept });
  assert.deepEqual(
    [result.userInfo.preferred_username, result.userInfo.isPro, result.state, result.scope],
    ['admin', false, 'level 3', scopes],
  );
  const hours = (result.accessTokenExpiresAt.getTime() - Date.now()) / 3_600_000;
  assert.ok(hours > 7 && hours <= 8, `${hours} hours`);
  const access = { accessToken: result.accessToken, hubUrl: hub.url };
  assert.equal((await whoAmI(access)).name, 'admin');
  const repo = { type: 'model' as const, name: 'admin/played' };
  await createRepo({ ...access, repo });
  await uploadFile({ ...access, repo, file: { path: 'a.txt', content: new Blob(['one']) } });
  await assert.rejects(oauthHandleRedirect({ hubUrl: hub.url, redirectedUrl: back, ...kept }), 'once');

  // In a page, with the browser's own memory.
  const memory = new Map<string, string>();
  const window = { location: { href: redirectUrl, search: '' } };
  stub(t, 'window', window);
  stub(t, 'localStorage', {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => memory.set(key, value),
    removeItem: (key: string) => memory.delete(key),
  });
  assert.equal(await oauthHandleRedirectIfPresent({ hubUrl: hub.url }), false, 'nobody came back yet');
  const again = await oauthLoginUrl({ clientId: app.id, hubUrl: hub.url });
  const href = await allow(browser, again);
  window.location = { href, search: new URL(href).search };
  const second = await oauthHandleRedirectIfPresent({ hubUrl: hub.url });
  assert.equal(second ? second.userInfo.name : undefined, 'admin');
  const denied = await browser.visit(
    await oauthLoginUrl({ clientId: app.id, hubUrl: hub.url, redirectUrl }),
    {
      answer: 'deny',
    },
  );
  const refused = denied.headers.get('location')!;
  window.location = { href: refused, search: new URL(refused).search };
  await assert.rejects(oauthHandleRedirectIfPresent({ hubUrl: hub.url }), /access_denied/);
});

// compat: login.oauth
test('the OAuth helpers of Python huggingface_hub log a server’s visitors in, unmodified', async (t) => {
  const python = await readyEnvironment('huggingface_hub-oauth-2.4.0', [
    [...PYTHON_OAUTH, 'fastapi', 'httpx'],
  ]).catch((error: Error) => error.message);
  if (!python.startsWith('/')) {
    assert.ok(!process.env.CI, python);
    return t.skip(python);
  }
  const hub = await startTestHub(t);
  // As the helper makes it from the page it is asked on.
  const redirectUri = 'https://space.example.org/oauth/huggingface/callback?_target_url=%2F%3F';
  const wish = { name: 'Space', redirectUris: [redirectUri], confidential: true };
  const app = await createApp(hub.connection, wish);
  const place = { python, hub, home: await createTemporaryFolder(t) };
  const found = await runPythonScript<Record<string, unknown>>(place, 'oauth_server.py', [
    app.id,
    app.secret!,
  ]);
  assert.deepEqual(found, { name: 'admin', scope: 'openid profile', whoami: 'admin', orgs: null });
});

async function allow(browser: ReturnType<typeof createCookieJar>, asked: string): Promise<string> {
  const answer = await browser.visit(asked, { answer: 'allow' });
  assert.equal(answer.status, 303);
  return answer.headers.get('location')!;
}

function stub(t: { after(fn: () => void): void }, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  });
}
