import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureWebBuild } from '../../packages/cli/src/web-build.ts';
import { listen } from '../../packages/hub/src/http/server.ts';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { askJson, commitFiles } from '../../packages/hub/src/testing/hub-client.ts';
import { withHub } from '../../packages/hub/src/testing/with-hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { NARROW, openPage, overflow, seriousFaults, WIDE, withoutBrowser } from './browser.ts';

const skip = await withoutBrowser();

test('a proof is shown step by step, checked in the page, and a forged one fails there', {
  skip,
}, async (t) => {
  const webDir = await ensureWebBuild(() => {});
  const folder = await createTemporaryFolder(t);
  await withHub(async (hub) => {
    const alice = await hub.user('alice');
    const { entry } = await attestResult(hub, alice);
    await commitFiles(hub, alice, { repo: 'alice/m', files: { '.eval_results/sums.yaml': entry } });
    await hub.context.tlog.flush();
    const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
    const { id } = results[0];
    const server = await listen(hub, { port: 0, host: '127.0.0.1', webDir });
    const url = server.url;
    const shots = process.env.ASSAY_SHOTS;
    try {
      for (const view of [WIDE, NARROW, { ...WIDE, scheme: 'dark' as const }]) {
        const { page, complaints } = await openPage(t, view);
        for (const path of [`/results/${id}`, '/trust', '/log', '/log/0', '/verify']) {
          const answer = await page.goto(url + path, { waitUntil: 'networkidle' });
          assert.equal(answer?.status(), 200, path);
          assert.ok((await overflow(page)) <= 0, `${path} is wider than its window`);
          assert.deepEqual(await seriousFaults(page), [], path);
          assert.deepEqual(complaints.splice(0), [], path);
          if (shots)
            await page.screenshot({
              path: join(shots, `${view.width}-${view.scheme}${path.replaceAll('/', '_')}.png`),
              fullPage: true,
            });
        }
      }
      const plain = await openPage(t, { ...WIDE, javaScript: false });
      await plain.page.goto(`${url}/results/${id}`);
      const proof = await plain.page.locator('section[aria-labelledby=proof]').innerText();
      assert.match(proof, /Verified: [\s\S]*The statement is signed done[\s\S]*Both are in the log done/);

      const { page } = await openPage(t, WIDE);
      const asked: string[] = [];
      await page.goto(`${url}/verify`, { waitUntil: 'networkidle' });
      page.on('request', (request) => asked.push(request.url()));
      const bundle = join(folder, 'b.json');
      const text = await (await hub.ask('GET', `/api/assay/results/${id}/bundle`)).text();
      await writeFile(bundle, text);
      await page.getByLabel('Logs that you trust').fill(hub.context.tlog.verifierKey);
      await page.getByLabel('Choose a bundle').setInputFiles(bundle);
      await page.getByRole('heading', { name: 'It holds, as far as it could be checked' }).waitFor();
      assert.equal(await page.locator('li.done').count(), 6);
      await page.getByLabel('or paste it').fill(text.replace('"value":0.7', '"value":0.9'));
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByRole('heading', { name: 'It does not hold' }).waitFor();
      assert.match(await page.locator('li.failed').innerText(), /other-value/);
      assert.deepEqual(asked, []);
    } finally {
      await server.close();
    }
  });
});
