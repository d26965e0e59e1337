import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readEvidenceFile } from '@assay/client';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { askJson, commitFiles, evalYamlText, makeRepo } from '../../packages/hub/src/testing/hub-client.ts';
import { type TestHub, visitHub } from '../../packages/hub/src/testing/with-hub.ts';
import { assayHere as assay, stepsOf } from '../support/assay-here.ts';
import { startTestHub } from '../support/hub.ts';
import { stackEnds } from '../support/shared-place.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const file = '.eval_results/sums.yaml';

/** A hub, and a visit beside it: statements of workers are made by code, everything else is asked over HTTP. */
async function startVisitedHub(t: Pick<TestContext, 'after'>): Promise<{ url: string; visit: TestHub }> {
  const hub = await startTestHub(t);
  const visit = await visitHub(hub);
  t.after(visit.close);
  return { url: hub.url, visit };
}

test('a result is checked on the hub, offline from its bundle, and on another hub that pulled it', async (context) => {
  const t = stackEnds(context);
  const { url: there, visit: origin } = await startVisitedHub(t);
  const { url: here, visit: hub } = await startVisitedHub(t);
  const folder = await createTemporaryFolder(t);
  const alice = await origin.user('alice');
  const { entry, evidence } = await attestResult(origin, alice);
  await commitFiles(origin, alice, { repo: 'alice/m', files: { [file]: entry } });
  await origin.context.tlog.flush();
  const env = { HF_ENDPOINT: there };
  const vkey = origin.context.tlog.verifierKey;

  const online = await assay(['verify', 'alice/m', '--vkey', vkey], env);
  assert.equal(online.code, 0, online.text);
  const done = ['statement', 'token', 'entry', 'key', 'leaves', 'checkpoint', 'log', 'samples', 'score'];
  assert.deepEqual(
    stepsOf(online.text),
    Object.fromEntries([...done.map((name) => [name, 'done']), ['witnesses', 'not possible']]),
  );
  assert.equal((await assay(['verify', 'alice/m', '--vkey', vkey, '--strict'], env)).code, 1);

  const { results } = (await askJson(origin, 'GET', '/api/assay/models/alice/m/results')).body;
  const bundle = join(folder, 'b.json');
  const log = join(folder, 'run.eval');
  assert.equal((await assay(['bundle', results[0].id, '--out', bundle], env)).code, 0);
  await writeFile(log, await new Response(await readEvidenceFile({ endpoint: there }, evidence)).bytes());
  const yaml = join(folder, 'sums.yaml');
  await writeFile(yaml, entry);
  const fromFile = await assay(['verify', yaml, '--vkey', vkey], env);
  assert.deepEqual([fromFile.code, stepsOf(fromFile.text).score], [0, 'done'], fromFile.text);
  await writeFile(yaml, entry.replace('value: 0.7', 'value: 0.8'));
  const raised = await assay(['verify', yaml, '--vkey', vkey], env);
  assert.deepEqual([raised.code, stepsOf(raised.text).entry], [1, 'FAILED'], raised.text);
  assert.equal((await assay(['verify', yaml, '--offline'], env)).code, 2);

  const many = join(folder, 'many');
  await mkdir(many);
  // More than are checked before threads start; each answer must be of its own file.
  for (let at = 100; at < 500; at += 1) await copyFile(bundle, join(many, `${at}.json`));
  const forgery = (await readFile(bundle, 'utf8')).replace('"value":0.7', '"value":0.8');
  for (const at of [130, 377, 499]) await writeFile(join(many, `${at}.json`), forgery);
  const all = await assay(['verify', many, bundle, '--offline', '--vkey', vkey, '--json'], {});
  const verdicts = JSON.parse(all.text) as { name: string; holds: boolean }[];
  const wrong = verdicts.flatMap(({ name, holds }) => (holds ? [] : [basename(name)]));
  assert.deepEqual([all.code, verdicts.length, wrong], [1, 401, ['130.json', '377.json', '499.json']]);

  const offline = ['verify', bundle, '--offline', '--vkey', vkey];
  assert.equal((await assay([...offline, '--log', log], {})).code, 0);
  assert.equal(stepsOf((await assay(offline, {})).text).log, 'not possible');
  const bent = (await readFile(bundle, 'utf8')).replace('"value":0.7', '"value":0.8');
  await writeFile(bundle, bent);
  const forged = await assay(offline, {});
  assert.deepEqual([forged.code, stepsOf(forged.text).entry], [1, 'FAILED']);
  await writeFile(log, 'no log of this run');

  const [bob, root] = [await hub.user('alice'), await hub.user('root', { isAdmin: true })];
  await makeRepo(hub, bob, { name: 'm' });
  await makeRepo(hub, bob, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, bob, {
    type: 'dataset',
    repo: 'alice/sums',
    files: { 'eval.yaml': evalYamlText },
  });
  const asBob = { HF_ENDPOINT: here, HF_TOKEN: bob.token };
  assert.equal((await assay(['pull', there, 'alice/m', '--direct'], asBob)).code, 1);
  const asRoot = { HF_ENDPOINT: here, HF_TOKEN: root.token };
  const added = await assay(
    ['issuers', 'add', 'hub', there, '--name', 'Origin', '--level', 'worker'],
    asRoot,
  );
  assert.equal(added.code, 0, added.text);
  const pulled = await assay(['pull', there, 'alice/m', '--direct'], asBob);
  assert.equal(pulled.code, 0, pulled.text);
  await hub.context.tlog.flush();
  const mine = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body.results[0];
  assert.deepEqual([mine.standing, mine.verification.issuer], ['verified', 'Origin']);
  const again = await assay(['verify', 'alice/m', '--vkey', vkey], { HF_ENDPOINT: here });
  assert.equal(again.code, 0, again.text);
  assert.equal(stepsOf(again.text).checkpoint, 'done');
  assert.match((await assay(['keys', 'list'], env)).text, /current/);
});
