import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askJson,
  commitFiles,
  evalYamlText,
  type Json,
  makeRepo,
  proposeFiles,
} from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

const dataset = 'alice/sums';

function entry(value: string, extra: string[] = [], revision?: string): string {
  const id = revision
    ? `{id: ${dataset}, task_id: main, revision: ${revision}}`
    : `{id: ${dataset}, task_id: main}`;
  return [`- dataset: ${id}`, `  value: ${value}`, ...extra.map((line) => `  ${line}`), ''].join('\n');
}

test('findings stand on the row, the result and the pull request, and block nothing', () =>
  withHub(async (hub) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
    const leaderboard = 'tasks:\n  - {id: main, metric: accuracy, unit: percent, items: 1319}\n';
    const files = { 'eval.yaml': evalYamlText, 'leaderboard.yaml': leaderboard };
    const { commitOid } = await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files });
    await makeRepo(hub, alice, { name: 'm' });
    await commitFiles(hub, alice, {
      repo: 'alice/m',
      files: {
        '.eval_results/good.yaml': entry('56.25', ['notes: "shots=5"'], commitOid),
        'README.md': [
          '---',
          'model-index:',
          '- results:',
          `  - {dataset: {type: ${dataset}}, metrics: [{type: accuracy, value: 0.5625}, {type: acc, value: 56.25}]}`,
          '---',
          '',
        ].join('\n'),
      },
    });
    const num = await proposeFiles(hub, bob, {
      repo: 'alice/m',
      files: {
        '.eval_results/bad.yaml': entry('56.22', ['date: "2019-01-01"'], 'b'.repeat(40)),
        '.eval_results/twin.yaml': entry('56.25', ['notes: "shots=5"', 'source: {url: "https://x.org"}']),
      },
    });
    const read = async (path: string): Promise<Json> =>
      (await askJson(hub, 'GET', `/api/assay/${path}`)).body;
    const codes = (rows: Json[], value: string) =>
      rows
        .filter((row) => row.valueText === value)
        .map((row) => row.findings.map(({ code }: Json) => code).sort());
    const { rows } = await read(`benchmarks/${dataset}/board?include=community&all_setups=true`);
    const ofRow = ['card-conflict', 'grim', 'revision-unknown'];
    assert.deepEqual(codes(rows, '56.22'), [ofRow]);
    assert.deepEqual(codes(rows, '56.25'), [['duplicate']]);
    const { results } = await read('models/alice/m/results');
    assert.deepEqual(codes(results, '56.22'), [ofRow]);
    const pull = await read(`models/alice/m/pulls/${num}/findings`);
    assert.deepEqual(codes(pull.results, '56.22'), [
      [...ofRow, 'date-before-benchmark', 'date-before-model'].sort(),
    ]);
    assert.deepEqual(codes(pull.results, '56.25'), [['duplicate', 'revision-unstated']]);
    const bad = results.find((row: Json) => row.valueText === '56.22');
    const one = await read(`results/${bad.id}`);
    assert.equal(one.findings.length, 5);
    assert.equal(
      (await askJson(hub, 'POST', `/api/models/alice/m/discussions/${num}/merge`, { as: alice })).status,
      200,
    );
  }));
