import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogWriter } from '@assay/engine';
import type { EvalLogHeader, EvalSample } from '@assay/spec';
import { askJson, commitFiles, entryText, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const start = {
  version: 2,
  eval: {
    eval_id: 'eval1',
    run_id: 'run1',
    created: '2026-01-01T00:00:00+00:00',
    task: 'hf/alice/sums',
    task_id: 'task1',
    task_version: 0,
    dataset: { name: 'alice/sums', samples: 30 },
    model: 'openai-api/mock/m',
    model_args: {},
    config: {},
  },
  plan: { name: 'plan', steps: [], config: {} },
};

function toSample(id: number | string): EvalSample {
  const wrong = Number(id) % 3 === 0;
  const error = Number(id) === 30 ? { message: 'it broke', traceback: '', traceback_ansi: '' } : undefined;
  return {
    id,
    epoch: 1,
    input: `What is ${id}? <script>alert(1)</script>`,
    target: String(id),
    ...(error ? { error } : { scores: { match: { value: wrong ? 'I' : 'C' } } }),
  };
}

/** A log of 30 samples and one with a slash in its id; 20 of 30 right, one broken. */
async function makeLog(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-log-'));
  try {
    const path = join(folder, 'a.eval');
    const writer = await createLogWriter(path, start);
    for (let id = 1; id <= 30; id += 1) await writer.writeSample(toSample(id));
    await writer.writeSample({ ...toSample('a/b'), scores: { match: { value: 'C' } } });
    const metrics = { accuracy: { name: 'accuracy', value: 0.7 }, stderr: { name: 'stderr', value: 0.1 } };
    const score = { name: 'match', scorer: 'match', scored_samples: 30, params: {}, metrics };
    const header: EvalLogHeader = {
      ...start,
      status: 'success',
      results: { total_samples: 31, completed_samples: 30, scores: [score] },
      stats: { started_at: '', completed_at: '', model_usage: {} },
    };
    await writer.finish(header, []);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function setUp(hub: TestHub, options: { private?: boolean } = {}) {
  const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
  await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, alice, {
    type: 'dataset',
    repo: 'alice/sums',
    files: { 'eval.yaml': evalYamlText },
  });
  await makeRepo(hub, alice, { name: 'm', ...options });
  return { alice, bob, log: await makeLog() };
}

const about = 'model=alice/m&dataset=alice/sums';

async function upload(hub: TestHub, as: TestUser | undefined, body: Buffer, query = about) {
  const answer = await hub.ask('POST', `/api/assay/evidence?${query}`, { as, body: new Uint8Array(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

test('a log is kept under its digest, paged, filtered, read by sample, and given back', () =>
  withHub(async (hub) => {
    const { bob, log } = await setUp(hub);
    const { status, body } = await upload(hub, bob, log);
    assert.equal(status, 201);
    const digest = createHash('sha256').update(log).digest('hex');
    assert.deepEqual(body, { digest, url: `http://hub.test/evidence/${digest}`, size: log.length });
    assert.deepEqual((await upload(hub, bob, log)).body, body);
    const path = `/api/assay/evidence/${digest}`;
    const header = (await askJson(hub, 'GET', path)).body;
    assert.equal(header.sampleCount, 31);
    assert.equal(header.log.eval.task, 'hf/alice/sums');
    const page = (await askJson(hub, 'GET', `${path}/samples?offset=28&limit=2`)).body;
    assert.deepEqual([page.total, page.samples.map((one: EvalSample) => one.id)], [31, [29, 30]]);
    const totalOf = async (filter: string) =>
      (await askJson(hub, 'GET', `${path}/samples?filter=${filter}&limit=1`)).body.total;
    assert.deepEqual(
      [
        await totalOf('correct'),
        await totalOf('incorrect'),
        await totalOf('error'),
        await totalOf('unscored'),
      ],
      [21, 9, 1, 0],
    );
    assert.equal((await askJson(hub, 'GET', `${path}/samples?filter=odd`)).status, 422);
    assert.equal((await askJson(hub, 'GET', `${path}/samples/a%2Fb/1`)).body.target, 'a/b');
    assert.equal((await askJson(hub, 'GET', `${path}/samples/99/1`)).status, 404);
    const file = await hub.ask('GET', `${path}/file`);
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), log);
    assert.match(
      file.headers.get('content-disposition') ?? '',
      /^attachment; filename="[0-9a-f]{64}\.eval"$/,
    );
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
    for (const tail of ['', '/samples', '/samples/1/1']) {
      const answer = await hub.ask('GET', path + tail);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, tail);
    }
  }));

test('what is no log is refused, and leaves nothing behind', () =>
  withHub(async (hub) => {
    const { bob, log } = await setUp(hub);
    for (const bytes of ['', 'hello', '{"a": 1}', log.subarray(0, 40), Buffer.from('PK nothing')]) {
      const { status, body } = await upload(hub, bob, Buffer.from(bytes));
      assert.deepEqual([status, body.code], [422, 'invalid-input'], String(bytes.length));
    }
    assert.equal((await hub.context.db.query('SELECT 1 FROM record.evidence')).length, 0);
    assert.equal((await upload(hub, undefined, log)).status, 401);
    assert.equal((await upload(hub, bob, log, 'dataset=alice/sums')).body.code, 'invalid-input');
    assert.equal((await upload(hub, bob, log, 'model=alice/none')).body.code, 'repo-not-found');
  }));

test('a log too large is refused while it comes', () =>
  withHub(
    async (hub) => {
      const { bob } = await setUp(hub);
      const { status, body } = await upload(hub, bob, Buffer.alloc(1024 * 1024 + 1));
      assert.deepEqual([status, body.code], [413, 'too-large']);
    },
    { config: { maxEvidenceMib: '1' } },
  ));

test('knowing a digest grants nothing: a log is as open as its model and its benchmark', () =>
  withHub(async (hub) => {
    const { alice, bob, log } = await setUp(hub, { private: true });
    const { digest } = (await upload(hub, alice, log)).body;
    const statuses = async (as?: TestUser) =>
      Promise.all(
        ['', '/samples', '/samples/1/1', '/file'].map(
          async (tail) => (await hub.ask('GET', `/api/assay/evidence/${digest}${tail}`, { as })).status,
        ),
      );
    assert.deepEqual(await statuses(alice), [200, 200, 200, 200]);
    assert.deepEqual(await statuses(bob), [404, 404, 404, 404]);
    const forbidden = await hub.ask('GET', `/api/assay/evidence/${digest}`, { as: bob });
    const unknown = await hub.ask('GET', `/api/assay/evidence/${'0'.repeat(64)}`, { as: bob });
    assert.deepEqual(await forbidden.json(), await unknown.json());
    const put = (path: string, json: object) =>
      askJson(hub, 'PUT', `/api/${path}/settings`, { as: alice, json });
    await put('models/alice/m', { private: false });
    assert.deepEqual(await statuses(), [200, 200, 200, 200]);
    await put('datasets/alice/sums', { gated: 'manual' });
    assert.deepEqual(await statuses(bob), [200, 404, 404, 404]);
    await put('datasets/alice/sums', { gated: false, private: true });
    assert.deepEqual(await statuses(bob), [404, 404, 404, 404]);
  }));

test('a result counts on a log only when that was uploaded for its model and its benchmark', () =>
  withHub(async (hub) => {
    const { alice, bob, log } = await setUp(hub);
    const { digest, url } = (await upload(hub, alice, log)).body;
    await makeRepo(hub, bob, { name: 'other' });
    const files = { '.eval_results/a.yaml': entryText({ dataset: 'alice/sums', value: '70.0', url }) };
    await commitFiles(hub, alice, { repo: 'alice/m', files });
    await commitFiles(hub, bob, { repo: 'bob/other', files });
    const read = async (model: string) =>
      (await askJson(hub, 'GET', `/api/assay/models/${model}/results`)).body.results[0];
    const { evidence, n, correct, stderr, id } = await read('alice/m');
    assert.deepEqual({ evidence, n, correct, stderr }, { evidence: digest, n: 30, correct: 21, stderr: 10 });
    assert.equal((await read('bob/other')).evidence, undefined);
    const details = (await askJson(hub, 'GET', `/api/assay/results/${id}`)).body;
    assert.equal(details.evidence.digest, digest);
  }));

test('a log that nobody could read is refused, and a sample too large to show is no fault of the hub', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    const send = (log: object) =>
      askJson(hub, 'POST', '/api/assay/evidence?model=alice/m', {
        as: alice,
        json: log,
      });
    for (const samples of [5, [null], [{ id: {} }]])
      assert.equal((await send({ ...start, samples })).status, 422);
    const folder = await mkdtemp(join(tmpdir(), 'assay-log-'));
    const path = join(folder, 'bomb.eval');
    const writer = await createLogWriter(path, start);
    await writer.writeSample({ ...toSample(1), input: ' '.repeat(129 * 2 ** 20) });
    await writer.finish(
      { ...start, status: 'success', stats: { started_at: '', completed_at: '', model_usage: {} } },
      [],
    );
    const body = await readFile(path);
    await rm(folder, { recursive: true });
    const sent = await hub.ask('POST', '/api/assay/evidence?model=alice/m', {
      as: alice,
      body: new Uint8Array(body),
    });
    assert.equal(sent.status, 201);
    const { digest } = (await sent.json()) as { digest: string };
    assert.equal((await hub.ask('GET', `/api/assay/evidence/${digest}/samples/1/1`)).status, 413);
    assert.equal((await hub.ask('GET', `/api/assay/evidence/${digest}/samples`)).status, 200);
  }));
