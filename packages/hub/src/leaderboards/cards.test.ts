import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askJson, commitFiles, entryText, evalYamlText, type Json, makeRepo } from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

const card = (lines: string) => `---\n${lines}---\n# M\n`;
const legacyCard = `model-index:
  - name: m
    results:
      - dataset: {type: Org/Sums, name: Sums}
        metrics: [{type: accuracy, value: 99}]
`;

test('numbers of a model card are legacy results: told as such, ranked on no board and known to no Hub client', () =>
  withHub(async (hub) => {
    const org = await hub.user('org');
    await makeRepo(hub, org, { type: 'dataset', name: 'sums' });
    await commitFiles(hub, org, { type: 'dataset', repo: 'org/sums', files: { 'eval.yaml': evalYamlText } });
    await makeRepo(hub, org, { name: 'm' });
    const files = {
      'README.md': card(legacyCard),
      '.eval_results/r.yaml': entryText({ dataset: 'org/sums', value: 50 }),
    };
    await commitFiles(hub, org, { repo: 'org/m', files });
    await makeRepo(hub, org, { name: 'hidden', private: true });
    await commitFiles(hub, org, { repo: 'org/hidden', files: { 'README.md': card(legacyCard) } });
    const get = async (path: string): Promise<Json> => (await askJson(hub, 'GET', path)).body;
    const { results, legacy } = await get('/api/assay/models/org/m/results');
    assert.deepEqual([results.length, legacy.length], [1, 1]);
    assert.deepEqual([legacy[0].legacy, legacy[0].value, legacy[0].dataset], [true, 99, 'Org/Sums']);
    const told = await get('/api/assay/benchmarks/org/sums/legacy');
    assert.deepEqual(
      told.legacy.map((row: Json) => row.model),
      ['org/m'],
    );
    const values = (rows: Json[]) => rows.map((row) => row.value);
    const board = await get('/api/assay/benchmarks/org/sums/board?include=community&all_setups=true');
    assert.deepEqual(values(board.rows), [50]);
    assert.deepEqual(values(await get('/api/datasets/org/sums/leaderboard?base_model=false')), [50]);
    assert.equal((await get('/api/models/org/m?expand=evalResults')).evalResults.length, 1);
  }));

test('models know what they were made from and what was made from them', () =>
  withHub(async (hub) => {
    const org = await hub.user('org');
    const make = async (name: string, lines: string, more = {}) => {
      await makeRepo(hub, org, { name, ...more });
      await commitFiles(hub, org, { repo: `org/${name}`, files: { 'README.md': card(lines) } });
    };
    await make('base', 'license: mit\n');
    await make('tuned', 'base_model: org/base\n');
    await make('small', 'base_model: [org/base]\nbase_model_relation: quantized\n');
    await make('both', 'base_model: [org/base, elsewhere/big]\n');
    await make('secret', 'base_model: org/base\n', { private: true });
    const relations = async (name: string): Promise<Json> =>
      (await askJson(hub, 'GET', `/api/assay/models/org/${name}/relations`)).body;
    const base = await relations('base');
    assert.deepEqual([base.relation, base.parents, base.childCount], [null, [], 3]);
    assert.deepEqual(
      base.children.map((child: Json) => [child.id, child.relation]),
      [
        ['org/both', 'merge'],
        ['org/small', 'quantized'],
        ['org/tuned', 'finetune'],
      ],
    );
    assert.deepEqual((await relations('both')).parents, [
      { id: 'org/base', here: true },
      { id: 'elsewhere/big', here: false },
    ]);
  }));
