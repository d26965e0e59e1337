import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createCommit,
  createOrg,
  createRepo,
  createToken,
  createUser,
  type HubConnection,
  mergePullRequest,
  readActs,
  readBoard,
  readEvalResults,
  readLeaderboard,
  readModelResults,
  readResult,
  setStatus,
} from '@assay/client';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

const MODEL = 'makers/m';
const repo = { type: 'model', name: MODEL } as const;

async function propose(hub: HubConnection, path: string, text: string): Promise<number> {
  const changes = [{ kind: 'put', path, content: text } as const];
  const done = await createCommit(hub, repo, { summary: 'Add a result', changes, createPullRequest: true });
  return done.pullRequest!.num;
}

const shown = async (hub: HubConnection): Promise<unknown[]> => {
  const board = await readBoard(hub, SMALL_BENCHMARK, {
    task: 'sums',
    includeCommunity: true,
    allSetups: true,
  });
  return board.rows.map((row) => [row.value, row.standing, row.pullRequest ?? null]);
};

test('a result goes from community to merged, another is closed: boards follow at once', async (t) => {
  const hub = await startTestHub(t);
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'makers' });
  await createRepo(hub.connection, repo);
  await createUser(hub.connection, { name: 'stranger' });
  const secret = await createToken(hub.connection, { displayName: 'flow', role: 'write' }, 'stranger');
  const stranger: HubConnection = { endpoint: hub.url, token: secret.token };

  const first = await propose(stranger, '.eval_results/sums.yaml', resultFile(0.5));
  assert.deepEqual(await shown(hub.connection), [[0.5, 'community', first]]);
  assert.equal((await readEvalResults(hub.connection, MODEL))[0]?.pullRequest, first);

  await assert.rejects(mergePullRequest(stranger, repo, first), { code: 'forbidden' });
  await mergePullRequest(hub.connection, repo, first);
  assert.deepEqual(await shown(hub.connection), [[0.5, 'merged', null]]);
  assert.deepEqual(
    (await readLeaderboard(hub.connection, SMALL_BENCHMARK)).map((row) => [
      row.modelId,
      row.value,
      row.verified,
    ]),
    [[MODEL, 0.5, false]],
  );

  const second = await propose(stranger, '.eval_results/sums_tools.yaml', resultFile(0.9, 'With tools'));
  assert.equal((await shown(hub.connection)).length, 2);
  await setStatus(hub.connection, repo, second, 'closed', {
    reason: 'wrong-configuration',
    comment: 'Not run as described.',
  });
  assert.deepEqual(await shown(hub.connection), [[0.5, 'merged', null]]);

  const { results } = await readModelResults(hub.connection, MODEL);
  assert.deepEqual(results.map((row) => [row.value, row.standing]).sort(), [
    [0.5, 'merged'],
    [0.9, 'closed'],
  ]);
  const closed = results.find((row) => row.standing === 'closed')!;
  const details = await readResult(hub.connection, closed.id);
  assert.equal(details.result.standing, 'closed');
  assert.deepEqual(
    details.acts.map((act) => act.kind),
    ['submitted', 'closed'],
  );

  await setStatus(stranger, repo, second, 'open');
  assert.equal((await shown(hub.connection)).length, 2);
  const kinds = (await readActs(hub.connection, MODEL)).map((act) => act.kind);
  assert.deepEqual(kinds.sort(), ['closed', 'merged', 'reopened', 'submitted', 'submitted']);
});
