import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Benchmark, HubConnection } from '@assay/client';
import { readBoardView } from './board.ts';

const task = (id: string) => ({
  id,
  config: 'default',
  split: 'test',
  lowerIsBetter: false,
  results: 0,
  models: 0,
});
const benchmark = { id: 'org/set', tasks: [task('first'), task('second')] } as unknown as Benchmark;

/** What the hub is asked when a page is opened with this query. */
async function askedFor(query: string) {
  const asked: URL[] = [];
  const hub: HubConnection = {
    endpoint: 'http://hub',
    fetch: async (input) => {
      asked.push(new URL(String(input)));
      return Response.json({ task: 'first', lowerIsBetter: false, rows: [] });
    },
  };
  const view = await readBoardView(hub, benchmark, new URL(`http://hub/datasets/org/set${query}`));
  return { view, query: asked[0]!.searchParams };
}

test('a bare address shows the first task, one row a model, community included', async () => {
  const { view, query } = await askedFor('');
  assert.equal(query.get('task'), 'first');
  assert.equal(query.get('include'), 'community');
  assert.equal(query.get('all_setups'), 'false');
  assert.equal(view.later, false);
});

test('the names of our own pages and of the Hub are understood', async () => {
  const ours = await askedFor('?task=second&setups=all&community=off&cursor=abc');
  assert.deepEqual(
    ['task', 'all_setups', 'include', 'cursor'].map((name) => ours.query.get(name)),
    ['second', 'true', null, 'abc'],
  );
  assert.equal(ours.view.later, true);
  const theirs = await askedFor('?leaderboard_task_id=second&eval_result=a/b');
  assert.deepEqual([theirs.query.get('task'), theirs.view.marked], ['second', 'a/b']);
});

test('an unknown task falls back to the first', async () => {
  assert.equal((await askedFor('?task=third')).query.get('task'), 'first');
});
