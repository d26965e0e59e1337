import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrg, createRepo, createUser, readText } from '@assay/client';
import { mustAssay, runAssay } from '../support/assay.ts';
import { startTestHub } from '../support/hub.ts';
import { startMockProcess } from '../support/mock-process.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

const repo = { type: 'model', name: 'makers/m' } as const;

test('assay jobs: a user runs, follows, inspects and cancels, within what an administrator set up', async (t) => {
  const hub = await startTestHub(t, { ASSAY_JOBS_SANDBOX: 'off' });
  await publishSmallBenchmark(hub.connection, 40);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  await createUser(hub.connection, { name: 'alice' });
  const made = await fetch(`${hub.url}/api/assay/users/alice/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'write' }),
  });
  const { token } = (await made.json()) as { token: string };
  const modelUrl = await startMockProcess(t, [
    '--personality',
    'always:The answer is 15',
    '--latency',
    '500',
  ]);
  const admin = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token };
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: token, MODEL_KEY: 'sk-marked-key' };
  const work = ['jobs', 'run', 'eval', `hf/${SMALL_BENCHMARK}/sums`, '--model', 'm', '--repo', repo.name];

  const refused = await runAssay([...work, '--model-base-url', modelUrl], { env });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /only an administrator/);
  assert.equal((await runAssay(['jobs', 'endpoint', 'set', 'local', modelUrl], { env })).code, 1);
  const set = ['jobs', 'endpoint', 'set', 'local', modelUrl, '--key-from', 'MODEL_KEY', '--price', '2'];
  await mustAssay(set, { env: { ...admin, MODEL_KEY: 'sk-marked-key' } });
  assert.doesNotMatch(await mustAssay(['jobs', 'endpoint', 'list'], { env: admin }), /sk-marked/);
  assert.doesNotMatch(await mustAssay(['jobs', 'endpoint', 'list'], { env }), /127\.0\.0\.1/);

  // A part of the samples is attested too, and says how many they are.
  const done = await runAssay([...work, '--provider', 'local', '--limit', '5', '--wait'], { env });
  assert.equal(done.code, 0, done.stdout + done.stderr);
  assert.match(done.stdout, /^Samples +5 \(the first 5 only\)$/m);
  assert.match(done.stdout, /^Statement +[0-9a-f]{64}$/m);
  assert.match(done.stdout, /^In the log +covered by the checkpoint of size \d+$/m);
  assert.match(done.stdout, /^Cost +\$0\.0+\d+$/m);
  assert.doesNotMatch(done.stdout + done.stderr, /sk-marked/);
  const num = /discussions\/(\d+)/.exec(done.stdout)![1];
  const entry = (await readText(hub.connection, repo, '.eval_results/sums.yaml', `refs/pr/${num}`))!.text;
  assert.match(entry, /notes: "?limit: 5"?\n/);
  assert.match(entry, /verifyToken: /);

  const dear = await runAssay(
    [...work, '--provider', 'local', '--max-connections', '1', '--max-tokens', '20', '--wait'],
    { env },
  );
  assert.equal(dear.code, 1);
  assert.match(dear.stdout, /^Stage +ERROR \(stopped at the ceiling on its cost\)$/m);

  const slow = ['--provider', 'local', '--max-connections', '1', '--secret', 'LOCAL_API_KEY=sk-marked-own'];
  const [id = ''] = /[0-9a-f]{24}/.exec(await mustAssay([...work, ...slow], { env })) ?? [];
  assert.match(await mustAssay(['jobs', 'ps'], { env }), new RegExp(`^${id} +(SCHEDULING|RUNNING) `, 'm'));
  await mustAssay(['jobs', 'cancel', id], { env });
  const lines = await mustAssay(['jobs', 'logs', `alice/${id}`], { env });
  assert.doesNotMatch(lines, /sk-marked/);
  const { status, secrets } = JSON.parse(await mustAssay(['jobs', 'inspect', id, '--json'], { env }));
  assert.deepEqual([status.stage, secrets], ['CANCELED', ['LOCAL_API_KEY']]);
  const all = await mustAssay(['jobs', 'ps', '--all'], { env });
  assert.deepEqual(all.match(/COMPLETED|ERROR|CANCELED/g)?.sort(), ['CANCELED', 'COMPLETED', 'ERROR']);
  assert.equal((await runAssay(['jobs', 'inspect', `admin/${id}`], { env })).code, 1);
});
