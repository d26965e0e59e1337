import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRepo, readModelResults } from '@assay/client';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { NARROW, openPage, overflow, seriousFaults, type View, WIDE, withoutBrowser } from './browser.ts';
import { type Seed, seed } from './seed.ts';

const skip = await withoutBrowser();

test('the pages', { skip }, async (t) => {
  const hub = await startTestHub(t);
  const found = await seed(hub.connection);
  const paths = await pathsOf(hub, found);

  const views: View[] = [WIDE, NARROW, { ...WIDE, scheme: 'dark' }, { ...NARROW, scheme: 'dark' }];
  for (const view of views) {
    await t.test(`${view.width} ${view.scheme}: fit, and free of serious faults`, async (t) => {
      const { page, complaints } = await openPage(t, view);
      for (const path of paths) {
        // Once with patience, so that the scripts' own complaints are heard as well.
        const waitUntil = view === WIDE ? 'networkidle' : 'load';
        const answer = await page.goto(hub.url + path, { waitUntil });
        assert.equal(answer?.status(), 200, path);
        assert.ok((await overflow(page)) <= 0, `${path} is wider than its window`);
        assert.deepEqual(await seriousFaults(page), [], path);
        assert.deepEqual(complaints.splice(0), [], path);
      }
    });
  }

  await t.test('without JavaScript each page says the same', async (t) => {
    const plain = await openPage(t, { ...WIDE, javaScript: false });
    const enhanced = await openPage(t, WIDE);
    for (const path of paths) {
      await plain.page.goto(hub.url + path);
      await enhanced.page.goto(hub.url + path, { waitUntil: 'networkidle' });
      const text = (page: typeof plain.page) => page.locator('main').innerText();
      assert.equal(await text(plain.page), await text(enhanced.page), path);
    }
  });

  await t.test('a number leads from the board to its samples', async (t) => {
    const { page } = await openPage(t, { ...NARROW, javaScript: false });
    await page.goto(`${hub.url}/datasets/${found.benchmark}`);
    // The file writes 0.750, with its last nought.
    await page.getByRole('link', { name: `result 0.750 of ${found.model}` }).click();
    assert.match(await page.locator('main').innerText(), /0\.750[\s\S]*15[\s\S]*0\.5313 to 0\.8881/);
    await page.getByRole('link', { name: 'Open the log and its samples' }).click();
    await page.getByRole('link', { name: 'incorrect', exact: true }).click();
    assert.equal(await page.locator('tbody').last().locator('tr').count(), 5);
    await page.getByRole('link', { name: '3', exact: true }).click();
    assert.match(await page.locator('main').innerText(), /What is 3 plus 3\?[\s\S]*ANSWER: 0/);
  });

  await t.test('a card shows no HTML and no picture from elsewhere', async (t) => {
    const { page } = await openPage(t, WIDE);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).host));
    await page.goto(`${hub.url}/${found.model}`, { waitUntil: 'networkidle' });
    assert.match(await page.locator('article.prose').innerText(), /<b>HTML stays text\.<\/b>/);
    assert.deepEqual([...new Set(asked)], [new URL(hub.url).host]);
  });

  await t.test('what is not there says what next, in the status too', async (t) => {
    const { page } = await openPage(t, { ...WIDE, javaScript: false });
    for (const path of [
      '/no/such-model',
      '/datasets/no/such',
      '/results/000000000000000000000000',
      '/a/b/c/d',
    ]) {
      const answer = await page.goto(hub.url + path);
      assert.ok([401, 404].includes(answer!.status()), path);
      assert.ok(await page.getByRole('main').getByRole('link', { name: 'Benchmarks' }).isVisible(), path);
    }
  });

  // compat: base.casing, repos.move
  await t.test('a repo that was renamed, or is spelt in another way, leads to its own address', async () => {
    const lead = async (path: string) => {
      const answer = await fetch(hub.url + path, { redirect: 'manual' });
      await answer.body?.cancel();
      return [answer.status, answer.headers.get('location')];
    };
    await createRepo(hub.connection, { type: 'dataset', name: 'makers/old' });
    const moved = await fetch(`${hub.url}/api/repos/move`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ fromRepo: 'makers/old', toRepo: 'makers/new', type: 'dataset' }),
    });
    assert.equal(moved.status, 200);
    assert.deepEqual(await lead('/Makers/TINY?a=1'), [307, '/makers/tiny?a=1']);
    assert.deepEqual(await lead('/MAKERS/tiny/tree/main'), [307, '/makers/tiny/tree/main']);
    assert.deepEqual(await lead('/datasets/makers/old/discussions'), [
      307,
      '/datasets/makers/new/discussions',
    ]);
  });

  // compat: board.embed
  await t.test('only the embeddable board may be framed', async () => {
    const policy = async (path: string) =>
      (await fetch(hub.url + path)).headers.get('content-security-policy') ?? '';
    assert.match(await policy('/'), /frame-ancestors 'none'/);
    assert.match(await policy(`/datasets/${found.benchmark}/embed/leaderboard`), /frame-ancestors \*/);
    assert.doesNotMatch(await policy('/'), /unsafe-inline/);
  });
});

/** One of each kind of page. */
async function pathsOf(hub: TestHub, found: Seed): Promise<string[]> {
  const { results } = await readModelResults(hub.connection, found.model);
  const model = `/${found.model}`;
  const benchmark = `/datasets/${found.benchmark}`;
  const evidence = `/evidence/${found.digest}`;
  return [
    ...['/', '/benchmarks', '/models', '/datasets', '/login', '/sign-up', `/${found.model.split('/')[0]}`],
    ...['', '/card', '/tree/main', '/embed/leaderboard'].map((part) => benchmark + part),
    ...['', '/tree/main', '/blob/main/.eval_results/sums.yaml', '/commits/main'].map((part) => model + part),
    ...['/discussions', `/discussions/${found.open}`, `/commit/${results[0]!.commit}`].map(
      (part) => model + part,
    ),
    `/results/${results[0]!.id}`,
    ...[evidence, `${evidence}/samples/1/1`],
  ];
}
