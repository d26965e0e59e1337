import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endJob, openSecrets } from '../jobs/change-job.ts';
import { appendLines } from '../jobs/job-lines.ts';
import { askJson, commitFiles, evalYamlText, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const secret = 'sk-marked-secret-of-a-user';

interface Stage {
  admin: TestUser;
  alice: TestUser;
  bob: TestUser;
}

/** A benchmark of Alice's, a model of Bob's, and an endpoint. */
async function setStage(hub: TestHub): Promise<Stage> {
  const admin = await hub.user('root', { isAdmin: true });
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  await makeRepo(hub, alice, { type: 'dataset', name: 'bench' });
  await commitFiles(hub, alice, {
    type: 'dataset',
    repo: 'alice/bench',
    files: { 'eval.yaml': evalYamlText },
  });
  await makeRepo(hub, bob, { name: 'm' });
  const endpoint = {
    baseUrl: 'http://10.0.0.7:8000/v1',
    apiKey: 'sk-key-of-the-endpoint',
    usdPerMillionTokens: 2,
  };
  const made = await askJson(hub, 'PUT', '/api/assay/endpoints/local', { as: admin, json: endpoint });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  return { admin, alice, bob };
}

const order = { task: 'hf/alice/bench/main', model: 'org/llama', provider: 'local', repo: 'bob/m' };

async function runEval(
  hub: TestHub,
  as: TestUser,
  more: object = {},
): Promise<{ status: number; body: Json }> {
  return askJson(hub, 'POST', '/api/assay/jobs/eval', { as, json: { ...order, ...more } });
}

test('an evaluation waits in its place, pinned to a commit; its secrets are sealed and never shown', () =>
  withHub(async (hub) => {
    const { bob } = await setStage(hub);
    const first = await runEval(hub, bob, { secrets: { LOCAL_API_KEY: secret }, limit: 5 });
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.deepEqual(first.body.secrets, ['LOCAL_API_KEY']);
    assert.match(first.body.assay.eval.task, /^hf\/alice\/bench\/main@[0-9a-f]{40}$/);
    const second = await runEval(hub, bob);
    assert.deepEqual(
      [first, second].map(({ body }) => body.assay.queuePosition),
      [1, 2],
    );

    const seen = await askJson(hub, 'GET', `/api/jobs/bob/${first.body.id}`, { as: bob });
    const rows = await hub.context.db.query<{ text: string }>(
      "SELECT row_to_json(j)::text || encode(coalesce(secrets, ''), 'escape') AS text FROM record.jobs j",
    );
    for (const text of [JSON.stringify(seen.body), ...rows.map((row) => row.text)])
      assert.ok(!text.includes(secret));
    assert.deepEqual(await openSecrets(hub.context, first.body.id), { LOCAL_API_KEY: secret });
    const cancelled = await askJson(hub, 'POST', `/api/jobs/bob/${first.body.id}/cancel`, { as: bob });
    assert.equal(cancelled.body.status.stage, 'CANCELED');
    assert.deepEqual(await openSecrets(hub.context, first.body.id), {});
    const again = await askJson(hub, 'GET', `/api/jobs/bob/${second.body.id}`, { as: bob });
    assert.equal(again.body.assay.queuePosition, 1);
  }));

test('where a model is served is an administrator’s word', () =>
  withHub(async (hub) => {
    const { admin, alice, bob } = await setStage(hub);
    const evil = { modelBaseUrl: 'http://169.254.169.254/v1', provider: 'x' };
    assert.equal((await runEval(hub, bob, evil)).status, 403);
    assert.equal((await runEval(hub, bob, { provider: 'nobody' })).status, 422);
    assert.equal((await runEval(hub, bob, { provider: undefined })).status, 422);
    assert.equal((await runEval(hub, admin, evil)).status, 201);
    assert.equal((await runEval(hub, admin, { modelBaseUrl: 'file:///etc/passwd' })).status, 422);
    for (const [method, path, json] of [
      ['PUT', '/api/assay/endpoints/mine', { baseUrl: 'http://x/v1' }],
      ['DELETE', '/api/assay/endpoints/local', undefined],
    ] as const)
      assert.equal((await askJson(hub, method, path, { as: alice, json })).status, 403);
    const mine = await askJson(hub, 'GET', '/api/assay/endpoints', { as: alice });
    assert.deepEqual(mine.body.endpoints, [{ name: 'local', usdPerMillionTokens: 2 }]);
    const all = await askJson(hub, 'GET', '/api/assay/endpoints', { as: admin });
    assert.equal(all.body.endpoints[0].hasKey, true);
    assert.ok(!JSON.stringify(all.body).includes('sk-key'));
  }));

test('a key is forgotten when its endpoint moves, so that it never goes to another server', () =>
  withHub(async (hub) => {
    const { admin } = await setStage(hub);
    const set = (baseUrl: string) =>
      askJson(hub, 'PUT', '/api/assay/endpoints/local', { as: admin, json: { baseUrl } });
    assert.equal((await set('http://10.0.0.7:8000/v1/')).body.hasKey, true);
    assert.equal((await set('http://10.0.0.8:8000/v1')).body.hasKey, false);
  }));

test('a job is asked for within a quota, by who may read the benchmark and propose to the model', () =>
  withHub(
    async (hub) => {
      const { admin, alice, bob } = await setStage(hub);
      assert.equal((await runEval(hub, bob, { repo: 'bob/none' })).status, 404);
      assert.equal((await runEval(hub, bob, { task: 'hf/alice/bench@nothing' })).status, 404);
      assert.equal((await runEval(hub, bob, { model: 'm; rm' })).status, 422);
      const answers = await Promise.all([1, 2, 3, 4].map(() => runEval(hub, alice)));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 403, 403]);
      assert.equal(answers.find(({ status }) => status === 403)!.body.code, 'quota-exceeded');
      assert.equal((await runEval(hub, admin)).status, 201);
    },
    { config: { jobsPerUser: '2' } },
  ));

test('jobs are seen by members of their namespace alone', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setStage(hub);
    const { body } = await runEval(hub, bob);
    for (const [method, path] of [
      ['GET', '/api/jobs/bob'],
      ['GET', `/api/jobs/bob/${body.id}`],
      ['GET', `/api/jobs/alice/${body.id}`],
      ['GET', `/api/jobs/bob/${body.id}/logs`],
      ['GET', `/api/jobs/bob/${body.id}/events`],
      ['POST', `/api/jobs/bob/${body.id}/cancel`],
      ['PUT', `/api/jobs/bob/${body.id}/labels`],
    ] as const)
      assert.equal((await askJson(hub, method, path, { as: alice })).status, 404, path);
    assert.equal((await askJson(hub, 'GET', '/api/jobs/bob')).status, 401);
    assert.equal((await runEval(hub, alice, { namespace: 'bob' })).status, 404);
  }));

test('lists go by stage and label, newest first, page by page', () =>
  withHub(async (hub) => {
    const { bob } = await setStage(hub);
    const ids: string[] = [];
    for (const n of ['1', '2', '3'])
      ids.unshift((await runEval(hub, bob, { labels: { n, all: 'yes' } })).body.id);
    await endJob(hub.context, ids[0]!, 'ERROR', 'for this test');
    const list = async (query: string) => askJson(hub, 'GET', `/api/jobs/bob?${query}`, { as: bob });
    const idsOf = ({ body }: { body: Json }) => body.map((job: Json) => job.id);
    assert.deepEqual(idsOf(await list('')), ids);
    assert.deepEqual(idsOf(await list('stage=SCHEDULING&stage=RUNNING')), ids.slice(1));
    assert.deepEqual(idsOf(await list('label=n%3D2&label=all%3Dyes')), [ids[1]]);
    const page = await list('limit=2');
    assert.deepEqual(idsOf(page), ids.slice(0, 2));
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link')!)![1]!;
    assert.deepEqual(
      idsOf(await askJson(hub, 'GET', new URL(next).pathname + new URL(next).search, { as: bob })),
      [ids[2]],
    );
  }));

test('a log is replayed from its beginning, in order, and ends with its job', () =>
  withHub(async (hub) => {
    const { bob } = await setStage(hub);
    const { id } = (await runEval(hub, bob)).body;
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => appendLines(hub.context.db, id, [`a${n}`, `b${n}`])),
    );
    const following = hub.ask('GET', `/api/jobs/bob/${id}/logs`, { as: bob }).then((answer) => answer.text());
    await appendLines(hub.context.db, id, ['the end\nwith \u0000 and a break']);
    await endJob(hub.context, id, 'COMPLETED', null);
    const live = await following;
    const replayed = await (await hub.ask('GET', `/api/jobs/bob/${id}/logs`, { as: bob })).text();
    assert.equal(live, replayed);
    const events = replayed.trim().split('\n\n');
    assert.equal(events.length, 17);
    assert.ok(events.every((event) => event.startsWith('data: {"data":"')));
    const texts = events.map((event) => JSON.parse(event.slice(6)).data as string);
    for (let n = 0; n < 8; n += 1) assert.equal(texts[texts.indexOf(`a${n}`) + 1], `b${n}`);
    const tail = await (await hub.ask('GET', `/api/jobs/bob/${id}/logs?tail=1`, { as: bob })).text();
    assert.equal(tail.trim().split('\n\n').length, 1);
  }));

test('commands are refused, with the reason, where nothing could hold them', () =>
  withHub(async (hub) => {
    const { bob } = await setStage(hub);
    const run = (json: object) => askJson(hub, 'POST', '/api/jobs/bob', { as: bob, json });
    const work = { dockerImage: 'python:3.12', command: ['true'], flavor: 'cpu-basic' };
    const none = await run(work);
    assert.deepEqual([none.status, none.body.code], [400, 'sandbox-missing']);
    const workers = `INSERT INTO record.workers (id, host, version, sandbox, sandbox_problem, images) VALUES ($1, 'h', '1', $2, $3, $4)`;
    await hub.context.db.query(workers, ['a'.repeat(24), null, 'bubblewrap: not installed', null]);
    assert.match((await run(work)).body.error_description, /not installed/);
    await hub.context.db.query(workers, ['b'.repeat(24), 'bubblewrap', null, ['python:3.12']]);
    const other = await run({ ...work, dockerImage: 'ubuntu' });
    assert.deepEqual([other.status, other.body.code], [400, 'sandbox-missing']);
    assert.equal((await run({ ...work, flavor: 'h200' })).status, 400);
    assert.equal(
      (await run({ ...work, volumes: [{ type: 'bucket', source: 'bob/none', mountPath: '/data' }] })).status,
      400,
    );
    assert.equal((await run({ ...work, environment: { 'A=B': '1' } })).status, 400);
    const fine = await run({ ...work, environment: { A: '1' }, secrets: { B: secret } });
    assert.equal(fine.status, 200, JSON.stringify(fine.body));
    assert.ok(!JSON.stringify(fine.body).includes(secret));
  }));

test('a bucket takes no path that leads out of it', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setStage(hub);
    assert.equal((await askJson(hub, 'POST', '/api/buckets/bob/b', { as: bob, json: {} })).status, 200);
    assert.equal((await askJson(hub, 'POST', '/api/buckets/bob/b', { as: bob, json: {} })).status, 409);
    assert.equal((await askJson(hub, 'POST', '/api/buckets/bob/c', { as: alice, json: {} })).status, 404);
    assert.equal(
      (await askJson(hub, 'GET', '/api/buckets/bob/b/xet-write-token', { as: alice })).status,
      404,
    );
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '.', 'a\\b', 'a\nb', '']) {
      const line = JSON.stringify({ type: 'deleteFile', path });
      const answer = await hub.ask('POST', '/api/buckets/bob/b/batch', { as: bob, body: line });
      assert.equal(answer.status, 400, path);
    }
  }));
