import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const dataset = 'org/sums';
const file = '.eval_results/sums.yaml';

async function setUp(hub: TestHub): Promise<{ org: TestUser; alice: TestUser; bob: TestUser }> {
  const [org, alice, bob] = [await hub.user('org'), await hub.user('alice'), await hub.user('bob')];
  await makeRepo(hub, org, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, org, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
  return { org, alice, bob };
}

async function submit(hub: TestHub, as: TestUser, name: string, value: number, more = {}): Promise<void> {
  await makeRepo(hub, as, { name });
  const text = entryText({ dataset, value, date: '2026-01-01', ...more });
  await commitFiles(hub, as, { repo: `${as.actor.name}/${name}`, files: { [file]: text } });
}

async function board(hub: TestHub, query = '', as?: TestUser): Promise<Json> {
  const { status, body } = await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/board${query}`, {
    as,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const places = (rows: Json[]) => rows.map((row) => [row.rank, row.model ?? row.modelId, row.value]);

test('a result goes from community to merged, another is closed, and the board follows at once', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await makeRepo(hub, alice, { name: 'm' });
    const first = await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: { [file]: entryText({ dataset, value: '20.90' }) },
    });
    const second = await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: { '.eval_results/b.yaml': entryText({ dataset, value: 99, notes: 'shots=5' }) },
    });
    assert.deepEqual((await board(hub)).rows, []);
    const community = (await board(hub, '?include=community&all_setups=true')).rows;
    assert.deepEqual(places(community), [
      [1, 'alice/m', 99],
      [2, 'alice/m', 20.9],
    ]);
    assert.equal(community[1].valueText, '20.90');
    assert.equal(community[1].author, 'bob');
    assert.equal(community[1].pullRequest, first);
    await askJson(hub, 'POST', `/api/models/alice/m/discussions/${first}/merge`, { as: alice });
    await askJson(hub, 'POST', `/api/models/alice/m/discussions/${second}/status`, {
      as: alice,
      json: { status: 'closed', comment: 'wrong setup' },
    });
    const merged = (await board(hub, '?include=community')).rows;
    assert.deepEqual(
      merged.map((row: Json) => [row.valueText, row.standing, row.pullRequest]),
      [['20.90', 'merged', undefined]],
    );
    assert.equal(merged[0].id, community[1].id);
    const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
    assert.deepEqual(
      results.map((row: Json) => [row.value, row.standing]),
      [
        [20.9, 'merged'],
        [99, 'closed'],
      ],
    );
    const { acts } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/acts')).body;
    assert.deepEqual(
      acts.map((act: Json) => [act.kind, act.actor, act.pullRequest, act.entry.value]),
      [
        ['closed', 'alice', second, 99],
        ['merged', 'alice', first, 20.9],
        ['submitted', 'bob', second, 99],
        ['submitted', 'bob', first, 20.9],
      ],
    );
    assert.equal(acts[0].detail.reason, 'wrong setup');
  }));

test('equal values share a rank, and pages go on counting', () =>
  withHub(async (hub) => {
    const { alice } = await setUp(hub);
    for (const [name, value] of [
      ['a', 50],
      ['b', 70],
      ['c', 50],
      ['d', 10],
    ] as const)
      await submit(hub, alice, name, value);
    const whole = await board(hub);
    assert.deepEqual(
      whole.rows.map((row: Json) => [row.rank, row.value]),
      [
        [1, 70],
        [2, 50],
        [2, 50],
        [4, 10],
      ],
    );
    const seen: Json[] = [];
    for (let query = '?limit=1'; ; ) {
      const page = await board(hub, query);
      seen.push(...page.rows);
      if (!page.next) break;
      query = `?limit=1&cursor=${page.next}`;
    }
    assert.deepEqual(places(seen), places(whole.rows));
    const odd = await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/board?cursor=e30`);
    assert.equal(odd.body.code, 'invalid-input');
  }));

test('leaderboard.yaml turns the order, and taking it away turns it back', () =>
  withHub(async (hub) => {
    const { org, alice } = await setUp(hub);
    await submit(hub, alice, 'a', 5);
    await submit(hub, alice, 'b', 3);
    const put = (text: string | null) =>
      commitFiles(hub, org, { type: 'dataset', repo: dataset, files: { 'leaderboard.yaml': text } });
    assert.deepEqual(places((await board(hub)).rows), [
      [1, 'alice/a', 5],
      [2, 'alice/b', 3],
    ]);
    await put('tasks:\n  - id: main\n    lower_is_better: true\n    unit: points\n');
    const turned = await board(hub);
    assert.deepEqual(places(turned.rows), [
      [1, 'alice/b', 3],
      [2, 'alice/a', 5],
    ]);
    assert.equal(turned.lowerIsBetter, true);
    assert.equal(turned.unit, 'points');
    await put(null);
    assert.deepEqual(places((await board(hub)).rows)[0], [1, 'alice/a', 5]);
  }));

test("within a setup merged beats community and the newer the older; a model's best setup stands for it", () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await makeRepo(hub, alice, { name: 'm' });
    const text = [
      entryText({ dataset, value: 40, date: '2026-01-01' }),
      entryText({ dataset, value: 30, date: '2026-02-01' }),
      entryText({ dataset, value: 60, date: '2026-01-01', notes: 'shots=5' }),
    ].join('');
    await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: text } });
    await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: { '.eval_results/hers.yaml': entryText({ dataset, value: 90, date: '2026-03-01' }) },
    });
    const top = (await board(hub, '?include=community')).rows;
    assert.deepEqual(places(top), [[1, 'alice/m', 60]]);
    assert.equal(top[0].setup.shots, 5);
    const all = (await board(hub, '?include=community&all_setups=true')).rows;
    assert.deepEqual(places(all), [
      [1, 'alice/m', 60],
      [2, 'alice/m', 30],
    ]);
  }));

// compat: board, board.base-model
test("the Hub's own form: roots only unless told otherwise, author, source, pull request", () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await submit(hub, alice, 'root', 5, { url: 'http://elsewhere.example/run' });
    await submit(hub, alice, 'child', 7);
    await commitFiles(hub, alice, {
      repo: 'alice/child',
      files: { 'README.md': '---\nbase_model: alice/root\n---\n' },
    });
    await makeRepo(hub, bob, { name: 'new' });
    await proposeFiles(hub, alice, {
      repo: 'bob/new',
      files: { [file]: entryText({ dataset, value: 6, notes: 'x' }) },
    });
    const path = `/api/datasets/${dataset}/leaderboard`;
    const roots = (await askJson(hub, 'GET', path)).body;
    assert.deepEqual(places(roots), [
      [1, 'bob/new', 6],
      [2, 'alice/root', 5],
    ]);
    assert.equal(roots[0].pullRequest, 1);
    assert.equal(roots[0].author.name, 'bob');
    assert.equal(roots[0].verified, false);
    assert.deepEqual(roots[1].source, { url: 'http://elsewhere.example/run', isExternal: true });
    const every = (await askJson(hub, 'GET', `${path}?base_model=false`)).body;
    assert.deepEqual(places(every)[0], [1, 'alice/child', 7]);
    assert.deepEqual((await askJson(hub, 'GET', `${path}?base_model=false&max_params=7B`)).body, []);
    const none = await askJson(hub, 'GET', '/api/datasets/org/none/leaderboard', { as: bob });
    assert.equal(none.headers.get('x-error-code'), 'RepoNotFound');
    await makeRepo(hub, bob, { type: 'dataset', name: 'plain' });
    const plain = await askJson(hub, 'GET', '/api/datasets/bob/plain/leaderboard');
    assert.equal(plain.status, 404);
    assert.notEqual(plain.headers.get('x-error-code'), 'RepoNotFound');
  }));

// compat: board.visible
test('a private model is on the board of those who may see it, and nowhere else', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    await makeRepo(hub, alice, { name: 'secret', private: true });
    const made = entryText({ dataset, value: 8.125 });
    await commitFiles(hub, alice, { repo: 'alice/secret', files: { [file]: made } });
    const [mine] = (await board(hub, '', alice)).rows;
    assert.equal(mine.model, 'alice/secret');
    for (const path of [
      `/api/assay/benchmarks/${dataset}/board?include=community&all_setups=1`,
      `/api/datasets/${dataset}/leaderboard?base_model=false`,
      `/api/assay/benchmarks/${dataset}`,
      '/api/assay/benchmarks',
      '/api/assay/home',
      '/api/models?expand=evalResults&full=true',
      `/api/assay/results/${mine.id}`,
      '/api/assay/models/alice/secret/results',
      '/api/assay/models/alice/secret/acts',
      '/api/models/alice/secret/discussions',
      '/api/models/alice/secret',
    ]) {
      const answer = await hub.ask('GET', path, { as: bob });
      assert.ok(answer.status < 500, path);
      const text = await answer.text();
      assert.equal(
        /alice\/secret|8\.125/.test(text.replaceAll('alice/secret does not exist', '')),
        false,
        path + text,
      );
    }
    const described = (await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}`, { as: bob })).body;
    assert.deepEqual([described.tasks[0].models, described.tasks[0].results], [0, 0]);
  }));

// compat: board.visible
test('a private benchmark is hidden from board, lists and latest results', () =>
  withHub(async (hub) => {
    const { org, alice } = await setUp(hub);
    await submit(hub, alice, 'a', 5);
    assert.equal((await askJson(hub, 'GET', '/api/assay/home')).body.latest.length, 1);
    await askJson(hub, 'PUT', `/api/datasets/${dataset}/settings`, { as: org, json: { private: true } });
    const home = (await askJson(hub, 'GET', '/api/assay/home')).body;
    assert.deepEqual([home.latest, home.benchmarks, home.counts.benchmarks], [[], [], 0]);
    const hidden = await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/board`, { as: alice });
    assert.equal(hidden.status, 404);
    assert.equal((await board(hub, '', org)).rows.length, 1);
  }));
