import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBoard, readDiscussion } from '@assay/client';
import type { Page } from 'playwright-core';
import { startTestHub } from '../support/hub.ts';
import { NARROW, openPage, seriousFaults, WIDE, withoutBrowser } from './browser.ts';
import { proposeResult, seed } from './seed.ts';

const skip = await withoutBrowser();

test('a pull request, by its forms', { skip }, async (t) => {
  const hub = await startTestHub(t);
  const found = await seed(hub.connection);
  const repo = { type: 'model', name: found.model } as const;
  const statusOf = async (num: number) => (await readDiscussion(hub.connection, repo, num)).status;
  const standings = async () => {
    const options = { task: 'sums', includeCommunity: true, allSetups: true };
    const { rows } = await readBoard(hub.connection, found.benchmark, options);
    return rows.map(({ valueText, standing }) => `${valueText} ${standing}`).sort();
  };

  async function logIn(page: Page, next: string) {
    await page.goto(`${hub.url}${next}`);
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click();
    await page.getByText('Use an access token instead').click();
    await page.getByLabel('Access token').fill(hub.token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Menu of admin').waitFor();
    assert.equal(new URL(page.url()).pathname, next);
  }

  for (const javaScript of [false, true]) {
    const words = javaScript ? 'with' : 'without';

    await t.test(`is commented on and merged ${words} JavaScript`, async (t) => {
      const num = await proposeResult(hub.connection, `merge-${javaScript}`, javaScript ? '0.61' : '0.62');
      const value = javaScript ? '0.61' : '0.62';
      const address = `/${found.model}/discussions/${num}`;
      const { page } = await openPage(t, { ...NARROW, javaScript });
      await logIn(page, address);
      assert.match(
        await page.getByRole('region', { name: 'Results it brings' }).innerText(),
        new RegExp(value),
      );
      assert.match(await page.locator('.change').innerText(), /value: 0\.6/);
      await page.getByLabel('Comment').fill('Looks **right**.');
      await page.getByRole('button', { name: 'Comment' }).click();
      await page.locator('.comment strong', { hasText: 'right' }).waitFor();
      await page.getByRole('button', { name: 'Merge pull request' }).click();
      await page.getByText('PR merged').waitFor();
      assert.equal(await statusOf(num), 'merged');
      assert.ok((await standings()).includes(`${value} merged`));
    });

    await t.test(`is closed with a reason and reopened ${words} JavaScript`, async (t) => {
      const value = javaScript ? '0.31' : '0.32';
      const num = await proposeResult(hub.connection, `close-${javaScript}`, value);
      const { page } = await openPage(t, { ...WIDE, javaScript });
      await logIn(page, `/${found.model}/discussions/${num}`);
      await page.getByText('Close without merging').click();
      await page.getByLabel('Reason').selectOption('Disputed');
      await page.getByLabel('In words').fill('see the log');
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByText('PR closed').waitFor();
      assert.equal(await statusOf(num), 'closed');
      assert.match(await page.getByRole('main').innerText(), /see the log[\s\S]*Disputed/);
      assert.ok(!(await standings()).some((row) => row.startsWith(value)));
      await page.goto(`${hub.url}/${found.model}`);
      assert.match(
        await page.getByRole('region', { name: 'Contested or withdrawn' }).innerText(),
        new RegExp(value),
      );
      await page.goto(`${hub.url}/${found.model}/discussions/${num}`);
      await page.getByRole('button', { name: 'Reopen' }).click();
      await page.getByText('PR open').waitFor();
      assert.ok((await standings()).includes(`${value} community`));
    });
  }

  await t.test('strangers see no button, and their forms are refused', async (t) => {
    const { page } = await openPage(t, WIDE);
    const address = `${hub.url}/${found.model}/discussions/${found.open}`;
    await page.goto(address);
    assert.equal(await page.getByRole('button', { name: 'Merge pull request' }).count(), 0);
    const posted = await fetch(`${address}?/merge`, {
      method: 'POST',
      headers: { origin: hub.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    assert.equal(posted.status, 401);
    assert.equal(await statusOf(found.open), 'open');
  });

  await t.test('a form of another site is refused', async () => {
    const posted = await fetch(`${hub.url}/logout`, {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example', 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(posted.status, 403);
  });

  await t.test('forms of a logged-in visitor are free of serious faults', async (t) => {
    const { page } = await openPage(t, { ...NARROW, scheme: 'dark' });
    await logIn(page, '/benchmarks');
    for (const path of [
      '/settings/tokens',
      '/new',
      `/${found.model}/discussions/new`,
      `/${found.model}/discussions/${found.open}`,
    ]) {
      await page.goto(hub.url + path, { waitUntil: 'networkidle' });
      assert.deepEqual(await seriousFaults(page), [], path);
    }
  });

  await t.test('a token is shown once, and revoked', async (t) => {
    const { page } = await openPage(t, { ...WIDE, javaScript: false });
    await logIn(page, '/benchmarks');
    await page.goto(`${hub.url}/settings/tokens`);
    await page.getByLabel('Name').fill('from the page');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const secret = await page.locator('.secret').innerText();
    assert.match(secret, /^hf_\w{20,}$/);
    const whoami = () =>
      fetch(`${hub.url}/api/whoami-v2`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal((await whoami()).status, 200);
    await page.goto(`${hub.url}/settings/tokens`);
    assert.doesNotMatch(await page.content(), new RegExp(secret));
    await page.getByRole('button', { name: 'Revoke from the page' }).click();
    assert.equal((await whoami()).status, 401);
  });
});
