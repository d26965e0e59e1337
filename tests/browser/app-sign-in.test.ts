import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createApp } from '@assay/client';
import { oauthHandleRedirect, oauthLoginUrl } from '@huggingface/hub';
import { startTestHub } from '../support/hub.ts';
import { NARROW, openPage, WIDE, withoutBrowser } from './browser.ts';
import { signIn } from './sign-in.ts';

const skip = await withoutBrowser();

test('a person lets an app in, in a browser, with and without JavaScript, and is back at the app', {
  skip,
}, async (t) => {
  const hub = await startTestHub(t);
  // An app that sends its people on: browsers hold that hop, too, to the policy of the page with the form.
  const server = createServer((request, response) => {
    const moved = request.url!.startsWith('/back');
    response.writeHead(moved ? 302 : 200, moved ? { location: `/landed${request.url!.slice(5)}` } : {});
    response.end('welcome');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const redirectUrl = `http://localhost:${(server.address() as AddressInfo).port}/back`;
  const app = await createApp(hub.connection, { name: 'Game', redirectUris: [redirectUrl] });

  for (const view of [WIDE, { ...NARROW, javaScript: false }]) {
    const { page } = await openPage(t, view);
    const kept: { codeVerifier?: string; nonce?: string } = {};
    const wish = { clientId: app.id, hubUrl: hub.url, redirectUrl, localStorage: kept };
    const asked = await oauthLoginUrl({ ...wish, scopes: 'openid profile' });
    // Signed out: the question leads through the login, and stays the same.
    await page.goto(asked);
    assert.match(page.url(), /\/login\?next=/);
    await signIn(page, hub);
    await page.goto(asked);
    assert.match(await page.locator('main').innerText(), /Let Game in\?[\s\S]*localhost:/);
    await page.getByRole('button', { name: 'Let it in' }).click();
    await page.waitForURL(/\/landed\?/);
    const result = await oauthHandleRedirect({ hubUrl: hub.url, redirectedUrl: page.url(), ...kept });
    assert.equal(result.userInfo.preferred_username, 'admin');
    await page.goto(`${hub.url}/settings/tokens`);
    await page.getByRole('button', { name: 'Revoke Game' }).first().click();
    await page.waitForURL((url) => url.search === '');
    const headers = { authorization: `Bearer ${result.accessToken}` };
    await page.getByText('Access tokens').first().waitFor();
    assert.equal((await fetch(`${hub.url}/oauth/userinfo`, { headers })).status, 401, 'revoked');
  }
});
