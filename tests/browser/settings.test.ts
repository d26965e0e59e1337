import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '@assay/client';
import type { Page } from 'playwright-core';
import { startTestHub } from '../support/hub.ts';
import { NARROW, openPage, overflow, seriousFaults, type View, WIDE, withoutBrowser } from './browser.ts';
import { seed } from './seed.ts';
import { signIn } from './sign-in.ts';

const skip = await withoutBrowser();
const PICTURES = process.env.ASSAY_PICTURES;

test('what people set up, apply for and decide is done on pages, with and without JavaScript', {
  skip,
}, async (t) => {
  const hub = await startTestHub(t, { ASSAY_SIGN_UP: 'invite' });
  const found = await seed(hub.connection);
  const benchmark = `/datasets/${found.benchmark}`;
  const textOf = (page: Page) => page.locator('main').innerText();

  await t.test('without JavaScript: tokens, organisations, webhooks, invitations', async (t) => {
    const { page } = await openPage(t, { ...WIDE, javaScript: false });
    await signIn(page, hub);
    const send = async (path: string, button: string, fields: Record<string, string>) => {
      await page.goto(hub.url + path);
      for (const [label, value] of Object.entries(fields))
        await page.getByLabel(label, { exact: true }).fill(value);
      await page.getByRole('button', { name: button, exact: true }).click();
      assert.equal(await page.getByRole('alert').count(), 0, await textOf(page));
    };
    await send('/settings', 'Save', { 'Full name': 'Ada Admin', 'E-mail address': 'ada@example.org' });
    await send('/settings/tokens', 'Make the token', { Name: 'laptop' });
    const secret = await page.locator('.secret').innerText();
    const whoami = await fetch(`${hub.url}/api/whoami-v2`, {
      headers: { authorization: `Bearer ${secret.trim()}` },
    });
    assert.equal(((await whoami.json()) as { fullname: string }).fullname, 'Ada Admin');
    await page.goto(`${hub.url}/settings/tokens`);
    assert.doesNotMatch(await textOf(page), new RegExp(secret.trim()), 'a secret is shown once');
    await send('/settings/organisations', 'Make the organisation', { Name: 'ada-lab' });
    await page.goto(`${hub.url}/settings/organisations`);
    assert.match(await textOf(page), /ada-lab/);
    await send('/settings/webhooks', 'Make the webhook', {
      Address: 'https://example.org/hook',
      'It watches': 'org:ada-lab',
    });
    await page.goto(`${hub.url}/settings/webhooks`);
    await page.getByRole('link', { name: 'https://example.org/hook' }).click();
    assert.match(await textOf(page), /ada-lab/);
    await send('/administration/invitations', 'Make the link', { 'For whom': 'Bo' });
    assert.match(await page.locator('.secret').innerText(), /^http/);
  });

  await t.test('a benchmark is applied for, approved with a reason, and official from then on', async (t) => {
    const { page, complaints } = await openPage(t, WIDE);
    await signIn(page, hub);
    await page.goto(`${hub.url}${benchmark}/apply`, { waitUntil: 'networkidle' });
    await page.getByLabel('Your application').fill('It measures **sums**.');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/\/discussions\/\d+$/);
    await page.goto(`${hub.url}/registry`, { waitUntil: 'networkidle' });
    await check(page, 'registry-open');
    await page.getByLabel('Reason').fill('Sums are worth measuring.');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nobody waits for an answer').waitFor();
    assert.match(await textOf(page), /Sums are worth measuring/);
    await page.goto(hub.url + benchmark);
    assert.match(await textOf(page), /official/);
    assert.deepEqual(complaints, []);
  });

  const app = { name: 'Notebook', redirectUris: ['https://app.example.org/back'] };
  const { id } = await createApp(hub.connection, app);
  const question = (change: object) =>
    `/oauth/authorize?${new URLSearchParams({
      client_id: id,
      redirect_uri: app.redirectUris[0]!,
      response_type: 'code',
      scope: 'openid profile read-repos inference-api',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...change,
    })}`;

  const pages = [
    ...['', '/tokens', '/apps', '/organisations', '/organisations/ada-lab', '/webhooks', '/endpoints'].map(
      (part) => `/settings${part}`,
    ),
    ...['/invitations', '/people', '/audit'].map((part) => `/administration${part}`),
    ...['/new', '/registry', '/log', '/trust', '/verify', '/device', benchmark, `/${found.model}`],
    ...['/settings', '/access', '/discussions/new'].map((part) => `/${found.model}${part}`),
    `/${found.model}/discussions/${found.open}`,
    `/record/${found.model}`,
  ];
  for (const [name, view] of [
    ['wide', WIDE],
    ['narrow and dark', { ...NARROW, scheme: 'dark' }],
  ] as [string, View][])
    await t.test(`every page of someone who is signed in fits and can be read: ${name}`, async (t) => {
      const { page, complaints } = await openPage(t, view);
      await signIn(page, hub);
      for (const path of pages) {
        const answer = await page.goto(hub.url + path);
        assert.equal(answer?.status(), 200, path);
        await check(page, `${path.replaceAll('/', '_')}-${name}`);
      }
      for (const [what, change] of [
        ['asked', {}],
        ['asked wrongly', { response_type: 'token' }],
      ] as const) {
        assert.equal((await page.goto(hub.url + question(change)))?.status(), 200, what);
        await check(page, `app ${what}-${name}`);
      }
      await page.getByText('Menu of admin').click();
      await page.getByRole('link', { name: 'Administration' }).waitFor();
      await check(page, `menu-${name}`);
      assert.deepEqual(complaints, []);
    });
});

async function check(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
  assert.deepEqual(await seriousFaults(page), [], name);
}
