import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAttestableLog } from '../../packages/hub/src/testing/attested-result.ts';
import {
  askJson,
  commitFiles,
  entryText,
  evalYamlText,
  type Json,
  makeRepo,
  proposeFiles,
} from '../../packages/hub/src/testing/hub-client.ts';
import { type TestHub, visitHub } from '../../packages/hub/src/testing/with-hub.ts';
import { mustAssay } from '../support/assay.ts';
import { mustGit } from '../support/git.ts';
import { startHubProcess } from '../support/hub-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const [dataset, model] = ['alice/sums', 'owner/m'];
const words = 'buy my pills';

interface Doomed {
  id: string;
  num: number;
  evidence: string;
}

test('kill -9 in the middle of a redaction: after a restart all of it is gone, and what stays is whole', async (t) => {
  // One process: of two hubs the other would finish the request.
  const hub = await startHubProcess(t);
  const folder = await createTemporaryFolder(t);
  let visit = await visitHub(hub);
  t.after(() => visit.close());
  const [alice, owner, bob] = [await visit.user('alice'), await visit.user('owner'), await visit.user('bob')];
  const root = await visit.user('root', { isAdmin: true });
  await makeRepo(visit, alice, { type: 'dataset', name: 'sums' });
  await commitFiles(visit, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
  const repoId = await makeRepo(visit, owner, { name: 'm' });
  await commitFiles(visit, owner, {
    repo: model,
    files: { '.eval_results/fine.yaml': entryText({ dataset, value: 50 }) },
  });
  const dir = visit.context.git.dir(repoId);
  const mark = () => readFile(join(dir, 'assay-purged'), 'utf8').catch(() => '');

  /** When the hub dies: by what of the redaction can be seen on the disk. */
  const moments: ((one: Doomed, before: string) => Promise<boolean>)[] = [
    async ({ num }) => !existsSync(join(dir, `refs/pr/${num}`)),
    // Some time later: in the record, or on the way to the log.
    async ({ num }) => !existsSync(join(dir, `refs/pr/${num}`)) && (await sleep(20, true)),
    async (_one, before) => (await mark()) !== before,
  ];
  const doomed: Doomed[] = [];
  for (const [at, reached] of moments.entries()) {
    const one = await propose(visit, { bob, folder, at });
    doomed.push(one);
    // Half of the objects lie in a pack.
    await mustGit(dir, ['--git-dir=.', 'repack', '-dq']);
    await commitFiles(visit, bob, {
      repo: model,
      to: `refs/pr/${one.num}`,
      files: { 'x.txt': `${words} ${at}` },
    });
    assert.ok(existsSync(join(dir, `refs/pr/${one.num}`)));
    const before = await mark();
    await visit.close(); // what is open in a database that dies would wait for it
    const url = `${hub.url}/api/assay/results/${one.id}/redact`;
    const headers = { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' };
    let answered = 0;
    const asked = fetch(url, { method: 'POST', headers, body: '{"reason":"spam"}' }).then(
      ({ status }) => {
        answered = status;
      },
      () => undefined,
    );
    while (!(await reached(one, before)) && answered === 0) await sleep(1);
    assert.ok(answered === 0 || answered === 200, `refused with ${answered}`);
    await hub.kill();
    await asked;
    await hub.restart();
    visit = await visitHub(hub);
    // Nobody says it again. (Who pushes to the repo meanwhile is told to try again.)
    while (!(await isFinished(visit, one))) await sleep(200);
  }

  const all = await mustGit(dir, ['--git-dir=.', 'cat-file', '--batch-all-objects', '--batch', '--buffer']);
  assert.doesNotMatch(all, /pills/);
  await mustGit(dir, ['--git-dir=.', 'fsck', '--strict', '--full']);
  const clone = join(folder, 'clone.git');
  await mustGit(folder, ['clone', '-q', '--mirror', `${hub.url}/${model}`, clone]);
  await mustGit(clone, ['fsck', '--strict']);
  assert.match(await mustGit(clone, ['show', 'main:.eval_results/fine.yaml']), /value: 50/);
  for (const { num, evidence, id } of doomed) {
    assert.equal(await visit.context.git.reader(repoId).ref(`refs/pr/${num}`), null);
    const { status } = (await askJson(visit, 'GET', `/api/models/${model}/discussions/${num}`, { as: owner }))
      .body;
    assert.equal(status, 'closed');
    assert.equal(await visit.context.blobs.has(evidence), false);
    for (const path of [`models/${model}/discussions/${num}`, `assay/results/${id}`])
      assert.doesNotMatch(
        await (await visit.ask('GET', `/api/${path}`, { as: owner })).text(),
        /pills/,
        path,
      );
  }
  await hub.stop();
  await mustAssay(['reindex', '--data', hub.dataDir, '--check']);
  assert.ok(existsSync(dir));
});

/** A pull request of a result with its log, different bytes each time. */
async function propose(visit: TestHub, given: { bob: Json; folder: string; at: number }): Promise<Doomed> {
  const { bob, folder, at } = given;
  const log = await makeAttestableLog(folder, { dataset, commit: 'a'.repeat(40), right: at + 1 });
  const sent = await visit.ask('POST', `/api/assay/evidence?model=${model}&dataset=${dataset}`, {
    as: bob,
    body: new Uint8Array(await readFile(log)),
  });
  const { url, digest } = (await sent.json()) as { url: string; digest: string };
  const value = 60 + at;
  const entry = `${entryText({ dataset, value, notes: words })}  source: {url: "${url}"}\n`;
  const files = { [`.eval_results/bad-${at}.yaml`]: entry, 'more/pills.txt': `${words} ${at}\n` };
  const num = await proposeFiles(visit, bob, { repo: model, title: words, files });
  const { results } = (await askJson(visit, 'GET', `/api/assay/models/${model}/results`)).body;
  return { id: results.find((row: Json) => row.value === value).id, num, evidence: digest };
}

async function isFinished(visit: TestHub, { id, evidence }: Doomed): Promise<boolean> {
  const left = await visit.context.db.maybe(
    `SELECT 1 WHERE NOT EXISTS (SELECT FROM record.redactions WHERE result_id = $1)
        OR EXISTS (SELECT FROM record.redacted_objects WHERE result_id = $1 AND removed_at IS NULL)
        OR EXISTS (SELECT FROM record.evidence WHERE digest = $2)`,
    [id, evidence],
  );
  return !left && !(await visit.context.blobs.has(evidence));
}
