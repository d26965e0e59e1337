import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrg, createRepo, setEndpoint } from '@assay/client';
import type { Page } from 'playwright-core';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { NARROW, openPage, overflow, seriousFaults, WIDE, withoutBrowser } from './browser.ts';
import { signIn } from './sign-in.ts';

const skip = await withoutBrowser();
const PICTURES = process.env.ASSAY_PICTURES;

test('a benchmark is run from its page, and followed to its pull request', { skip }, async (t) => {
  const hub = await startTestHub(t, { ASSAY_JOBS_SANDBOX: 'off' });
  await publishSmallBenchmark(hub.connection, 60);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, { type: 'model', name: 'makers/m' });
  const modelUrl = await startMockProcess(t, [
    '--personality',
    'always:The answer is 15',
    '--latency',
    '300',
  ]);
  await setEndpoint(hub.connection, 'local', { baseUrl: modelUrl, usdPerMillionTokens: 2 });
  const check = async (page: Page, name: string) => {
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
    assert.ok((await overflow(page)) <= 0, `${name} is wider than its window`);
    assert.deepEqual(await seriousFaults(page), [], name);
  };
  let address = '';

  await t.test('the form on the benchmark’s page; progress and output come by themselves', async (t) => {
    const { page, complaints } = await openPage(t, WIDE);
    await signIn(page, hub);
    await page.goto(`${hub.url}/datasets/${SMALL_BENCHMARK}`, { waitUntil: 'networkidle' });
    await page.getByText('Run this benchmark').click();
    await check(page, 'benchmark-wide');
    await page.getByLabel('Where the model is served').fill('local');
    await page.getByLabel('Model, as it is called there').fill('m');
    await page.getByLabel('Model repo that gets the pull request').fill('makers/m');
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.waitForURL(/\/jobs\/admin\/[0-9a-f]{24}$/);
    address = page.url();
    await page.getByRole('progressbar').waitFor();
    await check(page, 'job-running-wide');
    await page.locator('h1').getByText('completed').waitFor({ timeout: 90_000 });
    assert.equal(await page.getByRole('link', { name: '#1 of makers/m' }).count(), 1);
    assert.match(
      await page.getByRole('log').innerText(),
      /Job started[\s\S]*60 of 60 samples[\s\S]*pull request 1 is open/,
    );
    await check(page, 'job-wide');
    assert.deepEqual(complaints, []);
  });

  await t.test('without JavaScript the same is there, and a refused job says why', async (t) => {
    const { page } = await openPage(t, { ...NARROW, javaScript: false });
    await signIn(page, hub);
    await page.goto(address);
    assert.match(
      await page.locator('main').innerText(),
      /completed[\s\S]*60 of 60 samples[\s\S]*pull request 1 is open/,
    );
    await page.goto(`${hub.url}/jobs?show=all`);
    assert.equal(await page.getByRole('link', { name: `${SMALL_BENCHMARK}/sums` }).count(), 1);
    await page.goto(`${hub.url}/jobs/new?task=hf/${SMALL_BENCHMARK}/sums&repo=makers/none`);
    await page.getByLabel('Where the model is served').fill('local');
    await page.getByLabel('Model, as it is called there').fill('m');
    await page.getByRole('button', { name: 'Run it' }).click();
    assert.match(await page.getByRole('alert').innerText(), /makers\/none does not exist/);
    await page.goto(`${hub.url}/settings/endpoints`);
    await page.getByRole('button', { name: 'Remove local' }).click();
    assert.match(await page.locator('main').innerText(), /No endpoint yet/);
  });

  await t.test('narrow: every page fits', async (t) => {
    const { page } = await openPage(t, NARROW);
    await signIn(page, hub);
    await setEndpoint(hub.connection, 'local', { baseUrl: modelUrl });
    for (const [name, path] of [
      ['job-narrow', new URL(address).pathname],
      ['jobs-narrow', '/jobs?show=all'],
      ['new-job-narrow', '/jobs/new'],
      ['endpoints-narrow', '/settings/endpoints'],
      ['model-narrow', '/makers/m'],
    ] as const) {
      await page.goto(hub.url + path, { waitUntil: 'networkidle' });
      await check(page, name);
    }
  });
});
