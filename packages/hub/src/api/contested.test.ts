import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reindex } from '../index/reindex.ts';
import {
  askJson,
  commitFiles,
  entryText,
  evalYamlText,
  type Json,
  makeRepo,
  proposeFiles,
} from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const dataset = 'alice/sums';
const model = 'owner/m';

async function setUp(hub: TestHub): Promise<{ alice: TestUser; owner: TestUser; bob: TestUser }> {
  const [alice, owner, bob] = [await hub.user('alice'), await hub.user('owner'), await hub.user('bob')];
  await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
  await makeRepo(hub, owner, { name: 'm' });
  return { alice, owner, bob };
}

const propose = (hub: TestHub, as: TestUser, value: number, notes?: string) =>
  proposeFiles(hub, as, {
    repo: model,
    files: { [`.eval_results/v${value}.yaml`]: entryText({ dataset, value, ...(notes && { notes }) }) },
  });
const setStatus = (hub: TestHub, as: TestUser, num: number, json: object) =>
  askJson(hub, 'POST', `/api/models/${model}/discussions/${num}/status`, { as, json });
const readRecord = async (hub: TestHub, as?: TestUser): Promise<Json> =>
  (await askJson(hub, 'GET', `/api/assay/models/${model}/record`, as ? { as } : {})).body;
const readContested = async (hub: TestHub): Promise<Json> =>
  (await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/contested`)).body;
const readResult = (hub: TestHub, id: string) => askJson(hub, 'GET', `/api/assay/results/${id}`);

test('a closed result is contested: off the board, listed with its reason, and answered by its submitter', () =>
  withHub(async (hub) => {
    const { owner, bob } = await setUp(hub);
    const num = await propose(hub, bob, 41);
    const unstated = await propose(hub, bob, 43);
    const other = await setStatus(hub, owner, num, { status: 'closed', reason: 'other' });
    assert.equal(other.body.code, 'invalid-input');
    await setStatus(hub, owner, num, { status: 'closed', reason: 'disputed', comment: 'wrong prompt' });
    await setStatus(hub, owner, unstated, { status: 'closed' });
    const { hidden } = await readContested(hub);
    assert.deepEqual(
      hidden.map(({ how, why, by, words }: Json) => [how, why, by, words]),
      [
        ['contested', 'unstated', 'owner', undefined],
        ['contested', 'disputed', 'owner', 'wrong prompt'],
      ],
    );
    const { id } = hidden[1].result;
    const reply = (as: TestUser) =>
      askJson(hub, 'POST', `/api/assay/results/${id}/reply`, {
        as,
        json: { text: 'It is the prompt of the file.' },
      });
    assert.equal((await reply(owner)).body.code, 'forbidden');
    assert.equal((await reply(bob)).status, 201);
    const answered = (await readResult(hub, id)).body;
    assert.equal(answered.result.standing, 'closed');
    assert.equal(answered.hidden.replies[0].text, 'It is the prompt of the file.');
    assert.equal(answered.hidden.replies[0].by, 'bob');
    await setStatus(hub, owner, num, { status: 'open' });
    assert.equal((await reply(bob)).body.code, 'conflict');
    assert.equal((await readContested(hub)).hidden.length, 1);
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
  }));

test('what its submitter takes back is withdrawn; what stands elsewhere unchanged is not hidden', () =>
  withHub(async (hub) => {
    const { owner, bob } = await setUp(hub);
    const own = await propose(hub, bob, 10);
    await setStatus(hub, bob, own, { status: 'closed', reason: 'superseded' });
    const twice = await propose(hub, bob, 20);
    const again = await proposeFiles(hub, bob, {
      repo: model,
      files: { '.eval_results/same.yaml': entryText({ dataset, value: 20 }) },
    });
    await setStatus(hub, owner, twice, { status: 'closed', reason: 'superseded' });
    const before = await readRecord(hub);
    assert.deepEqual(
      before.hidden.map(({ how, result }: Json) => [how, result.value]),
      [['withdrawn', 10]],
    );
    assert.deepEqual(before.suppression, [
      {
        dataset,
        taskId: 'main',
        contested: 0,
        withdrawn: 1,
        shown: 1,
        hidden: 1,
        medianDifference: -10,
        bias: 5,
      },
    ]);
    await setStatus(hub, owner, again, { status: 'closed', reason: 'disputed' });
    assert.equal((await readRecord(hub)).hidden.length, 3);
  }));

test('an owner who hides the 5 worst of 20 is shown with what that changed', () =>
  withHub(async (hub) => {
    const { owner, bob } = await setUp(hub);
    const values = Array.from({ length: 20 }, (_, index) => 30 + ((index * 7) % 20) * 1.3);
    const nums = new Map<number, number>();
    for (const value of values) nums.set(value, await propose(hub, bob, value, `shots=${value}`));
    const sorted = values.toSorted((a, b) => a - b);
    const [worst, rest] = [sorted.slice(0, 5), sorted.slice(5)];
    for (const value of worst) await setStatus(hub, owner, nums.get(value)!, { status: 'closed' });
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const truth = mean(rest) - mean(values);
    const [task] = (await readRecord(hub)).suppression;
    assert.equal(task.contested, 5);
    assert.ok(Math.abs(task.bias - truth) <= 0.05 * truth, `${task.bias} for ${truth}`);
    assert.ok(Math.abs(task.medianDifference - (sorted[2]! - rest[7]!)) < 1e-9);
  }));

test('a private or deleted model does not take its published results along', () =>
  withHub(async (hub) => {
    const { owner, bob } = await setUp(hub);
    await propose(hub, bob, 50);
    const [{ id }] = (await askJson(hub, 'GET', `/api/assay/models/${model}/results`)).body.results;
    const settings = (json: object) =>
      askJson(hub, 'PUT', `/api/models/${model}/settings`, { as: owner, json });
    await settings({ private: true });
    await commitFiles(hub, owner, {
      repo: model,
      files: { '.eval_results/secret.yaml': entryText({ dataset, value: 99 }) },
    });
    const kept = (await readResult(hub, id)).body;
    assert.equal(kept.result.gone, 'hidden');
    assert.equal(kept.hidden.why, 'repo-private');
    assert.deepEqual(
      kept.acts.map(({ kind }: Json) => kind),
      ['submitted'],
    );
    const record = await readRecord(hub);
    assert.deepEqual([record.here, record.hidden.length], [false, 1]);
    assert.equal((await readContested(hub)).hidden.length, 1);
    const secret = (await askJson(hub, 'GET', `/api/assay/models/${model}/results`, { as: owner })).body
      .results;
    const secretId = secret.find(({ value }: Json) => value === 99).id;
    assert.equal((await readResult(hub, secretId)).status, 404);
    await settings({ private: false });
    assert.equal((await readResult(hub, secretId)).status, 200);
    assert.equal((await readRecord(hub)).hidden.length, 0);
    await askJson(hub, 'DELETE', '/api/repos/delete', { as: owner, json: { name: 'm' } });
    const gone = await readRecord(hub);
    assert.deepEqual(
      gone.hidden.map(({ why }: Json) => why),
      ['repo-deleted', 'repo-deleted'],
    );
    assert.equal((await askJson(hub, 'GET', '/api/assay/models/owner/never/record')).status, 401);
  }));

test('a redaction takes the words and leaves the fact', () =>
  withHub(async (hub) => {
    const { owner, bob } = await setUp(hub);
    const root = await hub.user('root', { isAdmin: true });
    const num = await propose(hub, bob, 66, 'buy pills');
    const [{ id }] = (await askJson(hub, 'GET', `/api/assay/models/${model}/results`)).body.results;
    const redact = (as: TestUser) =>
      askJson(hub, 'POST', `/api/assay/results/${id}/redact`, { as, json: { reason: 'advertising' } });
    assert.equal((await redact(owner)).status, 403);
    await hub.context.tlog.flush();
    assert.equal((await redact(root)).status, 200);
    assert.equal((await redact(root)).status, 200);
    const left = (await readResult(hub, id)).body;
    assert.equal(left.hidden.why, 'redacted');
    assert.ok(!JSON.stringify(left).includes('pills'));
    const { db, git } = hub.context;
    const { words } = await db.one<{ words: number }>(
      `SELECT count(*)::int AS words FROM record.acts a LEFT JOIN record.tlog_leaves l ON l.act_seq = a.seq
       WHERE a.entry::text || coalesce(l.content, '') LIKE '%pills%'`,
    );
    assert.equal(words, 0);
    const { repo_id } = await db.one<{ repo_id: string }>('SELECT repo_id FROM record.acts LIMIT 1');
    assert.equal(await git.reader(repo_id).ref(`refs/pr/${num}`), null);
    const details = (await askJson(hub, 'GET', `/api/models/${model}/discussions/${num}`)).body;
    assert.equal(details.status, 'closed');
    await assert.rejects(db.query("UPDATE record.acts SET kind = 'merged'"), { code: '23001' });
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
    const onMain = await commitFiles(hub, owner, {
      repo: model,
      files: { '.eval_results/main.yaml': entryText({ dataset, value: 1 }) },
    });
    assert.ok(onMain.commitOid);
    const [main] = (await askJson(hub, 'GET', `/api/assay/models/${model}/results`)).body.results;
    const refused = await askJson(hub, 'POST', `/api/assay/results/${main.id}/redact`, {
      as: root,
      json: { reason: 'x' },
    });
    assert.equal(refused.body.code, 'conflict');
  }));
