import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attestResult } from '../testing/attested-result.ts';
import { commitFiles, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';
import { followVerdictsIn } from './follow-verdicts.ts';

test('a verified place in one edition is not stale because the model has an unverified one in another', () =>
  withHub(
    async (hub) => {
      const { db, git, tlog } = hub.context;
      const alice = await hub.user('alice');
      await makeRepo(hub, alice, { name: 'm' });
      await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
      const { id: datasetId } = await db.one<{ id: string }>(
        "SELECT id FROM record.repos WHERE type = 'dataset'",
      );
      const { id } = await db.one<{ id: string }>("SELECT id FROM record.repos WHERE type = 'model'");
      const commitData = async (files: Record<string, string>) => {
        await commitFiles(hub, alice, { type: 'dataset', repo: 'alice/sums', files });
        return (await git.reader(datasetId).resolve('refs/heads/main'))!;
      };
      const one = await commitData({ 'eval.yaml': evalYamlText });
      const two = await commitData({ 'test.jsonl': '{}\n' });
      await commitData({
        'leaderboard.yaml': `tasks:\n  - id: main\n    revisions:\n      - {since: ${two}, name: fixed, reason: "Targets mended."}\n`,
      });
      const { entry } = await attestResult(hub, alice);
      const old = `- dataset: {id: alice/sums, task_id: main, revision: "${one}"}\n  value: 0.9\n`;
      const files = { '.eval_results/sums.yaml': entry, '.eval_results/old.yaml': old };
      await commitFiles(hub, alice, { repo: 'alice/m', files });
      await tlog.flush();
      const places = await db.query('SELECT edition, verified FROM derived.best ORDER BY verified');
      assert.deepEqual(places, [
        { edition: 'first', verified: false },
        { edition: two, verified: true },
      ]);
      const version = () => db.one('SELECT version FROM derived.versions WHERE repo_id = $1', [id]);
      const before = await version();
      await db.tx((tx) => followVerdictsIn(tx, [id]));
      assert.deepEqual(await version(), before);
      await db.query('UPDATE derived.best SET verified = false WHERE repo_id = $1', [id]);
      await db.tx((tx) => followVerdictsIn(tx, [id]));
      assert.notDeepEqual(await version(), before);
      assert.deepEqual(
        await db.query('SELECT edition, verified FROM derived.best ORDER BY verified'),
        places,
      );
    },
    { purpose: 'visit' },
  ));
