import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reindex } from '../index/reindex.ts';
import { askJson, commitFiles, evalYamlText, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const dataset = 'org/sums';
const board = async (hub: TestHub, query = ''): Promise<Json> =>
  (await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/board${query}`)).body;
const models = (body: Json): string[] => body.rows.map((row: Json) => row.model.split('/')[1]);

async function commit(hub: TestHub, as: TestUser, files: Record<string, string>): Promise<string> {
  return (await commitFiles(hub, as, { type: 'dataset', repo: dataset, files })).commitOid;
}

async function submit(
  hub: TestHub,
  as: TestUser,
  name: string,
  value: number,
  revision?: string,
): Promise<void> {
  await makeRepo(hub, as, { name });
  const bound = revision === undefined ? '' : `, revision: "${revision}"`;
  const text = `- dataset: {id: ${dataset}, task_id: main${bound}}\n  value: ${value}\n  date: "2026-01-01"\n`;
  await commitFiles(hub, as, { repo: `org/${name}`, files: { '.eval_results/r.yaml': text } });
}

test('a board shows one edition of its benchmark at a time, and never mixes those it calls incompatible', () =>
  withHub(async (hub) => {
    const org = await hub.user('org');
    await submit(hub, org, 'early', 0.9, 'f'.repeat(40)); // the benchmark is not here yet
    await makeRepo(hub, org, { type: 'dataset', name: 'sums' });
    const one = await commit(hub, org, { 'eval.yaml': evalYamlText });
    await submit(hub, org, 'old', 0.8, one);
    await submit(hub, org, 'short', 0.7, one.slice(0, 10));
    await submit(hub, org, 'silent', 0.95);
    const all = await board(hub);
    assert.deepEqual(models(all), ['silent', 'early', 'old', 'short']);
    assert.equal(all.revisions, undefined);
    assert.deepEqual(
      all.rows.map((row: Json) => row.revisionCommit),
      [undefined, undefined, one, one],
    );

    const two = await commit(hub, org, { 'test.jsonl': '{}\n' });
    await submit(hub, org, 'new', 0.5, two);
    assert.equal(models(await board(hub)).length, 5);
    const rules = (more = '') =>
      `tasks:\n  - id: main\n    revisions:\n      - {since: ${two.slice(0, 12)}, name: fixed, reason: "Targets mended."}\n${more}`;
    await commit(hub, org, { 'leaderboard.yaml': rules() });
    const now = await board(hub);
    assert.deepEqual([models(now), now.rows[0].rank, now.revision.name], [['new'], 1, 'fixed']);
    assert.deepEqual(
      now.revisions.map((edition: Json) => [edition.id, edition.current, edition.models]),
      [
        ['first', false, 2],
        [two, true, 1],
        ['unknown', false, 2],
      ],
    );
    assert.deepEqual(models(await board(hub, '?revision=first')), ['old', 'short']);
    assert.deepEqual(models(await board(hub, '?revision=fixed')), ['new']);
    assert.deepEqual(models(await board(hub, `?revision=${two.slice(0, 8)}`)), ['new']);
    assert.deepEqual(models(await board(hub, '?revision=unknown')), ['silent', 'early']);
    assert.equal(
      (await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/board?revision=x`)).status,
      404,
    );
    const wire = (await askJson(hub, 'GET', `/api/datasets/${dataset}/leaderboard`)).body;
    assert.deepEqual(
      wire.map((row: Json) => row.modelId),
      ['org/new'],
    );
    // The same model in both editions has a row in each.
    await commitFiles(hub, org, {
      repo: 'org/old',
      files: {
        '.eval_results/again.yaml': `- dataset: {id: ${dataset}, task_id: main, revision: "${two}"}\n  value: 0.6\n`,
      },
    });
    assert.deepEqual(models(await board(hub)), ['old', 'new']);
    assert.deepEqual(models(await board(hub, '?revision=first')), ['old', 'short']);
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
    await reindex(hub.context, { check: false });
    assert.deepEqual(models(await board(hub)), ['old', 'new']);
    await askJson(hub, 'POST', '/api/repos/move', {
      as: org,
      json: { fromRepo: dataset, toRepo: 'org/other', type: 'dataset' },
    });
    assert.deepEqual(await reindex(hub.context, { check: true }), []);
  }));

test('setups that a benchmark does not rank stand on no default board; errata are acts, each told once', () =>
  withHub(async (hub) => {
    const org = await hub.user('org');
    await makeRepo(hub, org, { type: 'dataset', name: 'sums' });
    await commit(hub, org, { 'eval.yaml': evalYamlText });
    const write = async (name: string, notes: string, value: number) => {
      await makeRepo(hub, org, { name });
      const text = `- dataset: {id: ${dataset}, task_id: main}\n  value: ${value}\n  notes: "${notes}"\n`;
      await commitFiles(hub, org, { repo: `org/${name}`, files: { '.eval_results/r.yaml': text } });
    };
    await write('five', 'shots=5', 0.5);
    await write('none', 'shots=0', 0.9);
    const errata = '    errata:\n      - {date: "2026-02-01", text: "Item 7 has two answers."}\n';
    const file = (more: string) => `tasks:\n  - id: main\n    setups: ["shots=5"]\n${more}`;
    await commit(hub, org, { 'leaderboard.yaml': file(errata) });
    assert.deepEqual(models(await board(hub)), ['five']);
    const every = await board(hub, '?all_setups=true');
    assert.deepEqual(
      every.rows.map((row: Json) => [row.model, row.setupNotRanked ?? false]),
      [
        ['org/none', true],
        ['org/five', false],
      ],
    );
    await commit(hub, org, { 'README.md': '# Again\n' });
    await reindex(hub.context, { check: false });
    await commit(hub, org, { 'leaderboard.yaml': file('') });
    const { acts } = (await askJson(hub, 'GET', `/api/assay/benchmarks/${dataset}/registration`)).body;
    assert.deepEqual(
      acts.map((act: Json) => [act.kind, act.actor, act.detail.text, act.detail.taskId]),
      [
        ['erratum-withdrawn', 'org', 'Item 7 has two answers.', 'main'],
        ['erratum', 'org', 'Item 7 has two answers.', 'main'],
      ],
    );
  }));
