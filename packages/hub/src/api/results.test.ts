import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askJson,
  commitFiles,
  entryText,
  evalYamlText,
  makeRepo,
  proposeFiles,
} from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

const file = '.eval_results/sums.yaml';
const dataset = 'alice/sums';

test('what was once public is answered for ever: changed, deleted, or with its repo gone', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
    await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
    await makeRepo(hub, alice, { name: 'm' });
    const write = (value: string | null) =>
      commitFiles(hub, alice, {
        repo: 'alice/m',
        files: { [file]: value === null ? null : entryText({ dataset, value, notes: 'shots=5' }) },
      });
    const read = async (id: string) => askJson(hub, 'GET', `/api/assay/results/${id}`);
    await write('20.90');
    const first = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body.results[0];
    const standing = (await read(first.id)).body;
    assert.deepEqual({ ...standing.result, findings: first.findings }, first);
    assert.deepEqual(standing.standings, [{ scope: 0, standing: 'merged' }]);
    assert.equal(standing.benchmark.name, 'Sums');
    await write('21');
    const changed = (await read(first.id)).body;
    assert.equal(changed.result.gone, 'changed');
    assert.equal(changed.result.value, 20.9);
    assert.equal(changed.result.setup.shots, 5);
    assert.deepEqual(changed.standings, []);
    assert.deepEqual(
      changed.acts.map((act: { kind: string }) => act.kind),
      ['submitted', 'changed'],
    );
    const second = (await read(changed.result.replacedBy)).body;
    assert.equal(second.result.value, 21);
    await write(null);
    assert.equal((await read(second.result.id)).body.result.gone, 'deleted');
    await write('21');
    assert.equal((await read(second.result.id)).body.result.gone, undefined);
    const gone = await askJson(hub, 'DELETE', '/api/repos/delete', { as: alice, json: { name: 'm' } });
    assert.equal(gone.status, 200);
    const kept = await read(second.result.id);
    assert.equal(kept.status, 200);
    assert.equal(kept.body.acts.at(-1).detail.repoDeleted, true);
    assert.equal((await read('0'.repeat(24))).status, 404);
  }));

test('the same claim has one id in the pull request and on main', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    const files = { [file]: entryText({ dataset: 'else/where', value: 3 }) };
    const num = await proposeFiles(hub, bob, { repo: 'alice/m', files });
    await proposeFiles(hub, alice, { repo: 'alice/m', files, title: 'The same again' });
    const { results } = (await askJson(hub, 'GET', '/api/assay/models/alice/m/results')).body;
    assert.equal(results[0].id, results[1].id);
    await askJson(hub, 'POST', `/api/models/alice/m/discussions/${num}/merge`, { as: alice });
    const { standings, benchmark } = (await askJson(hub, 'GET', `/api/assay/results/${results[0].id}`)).body;
    assert.deepEqual(standings, [
      { scope: 0, standing: 'merged' },
      { scope: 2, standing: 'community' },
    ]);
    assert.equal(benchmark, undefined);
  }));

// compat: lists.benchmarks
test('an administrator decides what is official; lists and tags follow', () =>
  withHub(async (hub) => {
    const [alice, root] = [await hub.user('alice'), await hub.user('root', { isAdmin: true })];
    await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
    const path = `/api/assay/benchmarks/${dataset}`;
    const early = await askJson(hub, 'PUT', `${path}/standing`, { as: root, json: { standing: 'official' } });
    assert.equal(early.body.code, 'not-found');
    const readme = '---\ntags: [benchmark, "benchmark:official"]\n---\n';
    const files = { 'eval.yaml': evalYamlText, 'README.md': readme };
    await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files });
    const official = async () =>
      (await askJson(hub, 'GET', '/api/datasets?filter=benchmark%3Aofficial')).body.map(
        (row: { id: string }) => row.id,
      );
    assert.deepEqual(await official(), []);
    assert.equal((await askJson(hub, 'GET', path)).body.standing, 'candidate');
    const decide = (as: typeof alice, json: object) => askJson(hub, 'PUT', `${path}/standing`, { as, json });
    assert.equal((await decide(alice, { standing: 'official' })).status, 403);
    assert.equal((await decide(root, { standing: 'official', reason: 'sound' })).status, 200);
    assert.deepEqual(await official(), [dataset]);
    const info = (await askJson(hub, 'GET', `/api/datasets/${dataset}`)).body;
    assert.deepEqual(info.tags, ['benchmark', 'benchmark:official']);
    assert.equal((await decide(root, { standing: 'retired' })).body.code, 'invalid-input');
    assert.equal((await decide(root, { standing: 'retired', reason: 'saturated' })).status, 200);
    assert.deepEqual(await official(), []);
    const { benchmarks } = (await askJson(hub, 'GET', '/api/assay/benchmarks?standing=retired&search=small'))
      .body;
    assert.deepEqual(
      benchmarks.map((card: { id: string; tasks: string[] }) => [card.id, card.tasks]),
      [[dataset, ['main']]],
    );
    const { count } = await hub.context.db.one<{ count: number }>(
      "SELECT count(*)::int AS count FROM record.audit WHERE action = 'benchmark-standing'",
    );
    assert.equal(count, 2);
  }));
