import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addComment,
  createCommit,
  createOrg,
  createRepo,
  mergePullRequest,
  readBoard,
  readDiscussion,
  readModelResults,
  readRefs,
  resolveFile,
} from '@assay/client';
import { mustAssay, runAssay } from '../support/assay.ts';
import { cloneInto, mustGit, runGit } from '../support/git.ts';
import { startHubProcess, type TestHub } from '../support/hub-process.ts';
import { createSharedPlace, type SharedPlace, stackEnds } from '../support/shared-place.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const MODELS = 2;
const PUSHES_EACH = 5;
/** A hub is killed when so many pushes were acknowledged: the first, then the second. */
const KILL_AFTER = [3, 7];
const AT_ONCE = 12;

type Place = Pick<TestContext, 'after'>;

interface Pair extends SharedPlace {
  hubs: [TestHub, TestHub];
}

/** Two hub processes on one database, one data folder and one bucket. */
async function startPair(t: Place): Promise<Pair> {
  const place = await createSharedPlace(t);
  // Both at once, on nothing: one makes schema, keys and administrator, and the other finds them.
  const [first, second] = await Promise.all([0, 1].map(() => startHubProcess(t, {}, place)));
  return { ...place, hubs: [first!, second!] };
}

test('two hubs on one database, folder and bucket are one hub, and either may die', async (context) => {
  // The database goes after the hubs that use it.
  const t = stackEnds(context);
  const pair = await startPair(t);
  const [a, b] = pair.hubs;
  const step = (name: string) => context.diagnostic(name);
  step('hubs are up');
  await publishSmallBenchmark(a.connection);
  await createOrg(b.connection, { name: 'makers' });

  await shareEverything(pair);
  step('shareEverything');
  await pushWhileDying(t, pair);
  step('pushWhileDying');
  await pushAtOnce(t, pair);
  step('pushAtOnce');

  const checked = await runAssay(['reindex', '--check', '--data', pair.dataDir], { env: pair.env });
  assert.equal(checked.code, 0, `${checked.stdout}${checked.stderr}`);
  await backUpAndRestore(t, pair);
});

/** What one hub was told the other one knows at once: files, large files, pull requests, boards. */
async function shareEverything({ hubs: [a, b], countObjects }: Pair): Promise<void> {
  const repo = { type: 'model', name: 'makers/shared' } as const;
  await createRepo(a.connection, repo);
  const weights = new Uint8Array(3_000_000).fill(7);
  const readme = { kind: 'put', path: 'README.md', content: '---\nlicense: mit\n---\n' } as const;
  await createCommit(b.connection, repo, {
    summary: 'Weights',
    changes: [readme, { kind: 'put', path: 'model.safetensors', content: weights }],
  });
  assert.ok((await countObjects()) > 0, 'the weights are in the bucket');
  const file = await resolveFile(a.connection, repo, 'model.safetensors', {
    range: { start: 10, end: 1_000_009 },
  });
  assert.equal((await new Response(file.stream).arrayBuffer()).byteLength, 1_000_000);

  const result = { kind: 'put', path: '.eval_results/sums.yaml', content: resultFile(0.5) } as const;
  const { pullRequest } = await createCommit(a.connection, repo, {
    summary: 'A result',
    changes: [result],
    createPullRequest: true,
  });
  const { num } = pullRequest!;
  await addComment(b.connection, repo, num, 'Looks right');
  await mergePullRequest(a.connection, repo, num);
  assert.equal((await readDiscussion(b.connection, repo, num)).status, 'merged');
  const board = await readBoard(b.connection, SMALL_BENCHMARK, {});
  assert.deepEqual(
    board.rows.map((row) => [row.model, row.value, row.standing]),
    [['makers/shared', 0.5, 'merged']],
  );
}

/** Pushes to both, one after the other for each model, while now one and now the other is killed and comes back. */
async function pushWhileDying(t: Place, { hubs }: Pair): Promise<void> {
  const folder = await createTemporaryFolder(t);
  const kills = [...KILL_AFTER];
  let [acknowledged, turn] = [0, 0];
  let reviving: Promise<void> = Promise.resolve();
  const killOne = async () => {
    const hub = hubs[(KILL_AFTER.length - kills.length - 1) % 2]!;
    await reviving;
    await hub.kill();
    await hub.restart();
  };
  const pushMany = async (name: string, clone: string) => {
    await createRepo(hubs[0].connection, { type: 'model', name });
    await cloneInto(clone, hubs[1].url, name, hubs[1].token);
    await mkdir(join(clone, '.eval_results'));
    for (let at = 0; at < PUSHES_EACH; at += 1) {
      await writeFile(join(clone, '.eval_results', `run-${at}.yaml`), resultFile(at / 100, `Variant ${at}`));
      await mustGit(clone, ['add', '--all']);
      await mustGit(clone, ['commit', '--quiet', '--message', `Add run ${at}`]);
      // Whoever finds a hub dead goes to the other one.
      for (let tries = 0; ; tries += 1) {
        assert.ok(tries < 60, `never acknowledged: ${name} ${at}`);
        turn += 1;
        const pushed = await push(clone, hubs[turn % 2]!, name, 'HEAD:refs/heads/main');
        if (pushed.code === 0) break;
        await sleep(100);
      }
      acknowledged += 1;
      if (kills[0] !== undefined && acknowledged >= kills[0]) {
        kills.shift();
        reviving = killOne();
      }
    }
  };
  const names = Array.from({ length: MODELS }, (_, at) => `makers/dying-${at}`);
  await Promise.all(names.map((name, at) => pushMany(name, join(folder, String(at)))));
  await reviving;
  assert.deepEqual(kills, []);
  for (const hub of hubs) {
    for (const name of names)
      assert.equal((await readModelResults(hub.connection, name)).results.length, PUSHES_EACH);
  }
}

function push(clone: string, hub: TestHub, name: string, ...refs: string[]) {
  const url = `${hub.url.replace('://', `://user:${hub.token}@`)}/${name}`;
  return runGit(clone, ['push', '--quiet', url, ...refs]);
}

/** Many clients push to one repo at the same moment, through both hubs: each its own branch, and all the same one. */
async function pushAtOnce(t: Place, { hubs }: Pair): Promise<void> {
  const repo = { type: 'model', name: 'makers/busy' } as const;
  const clone = await createTemporaryFolder(t);
  await createRepo(hubs[0].connection, repo);
  await cloneInto(join(clone, 'work'), hubs[0].url, repo.name, hubs[0].token);
  const work = join(clone, 'work');
  const tips: string[] = [];
  for (let at = 0; at < AT_ONCE; at += 1) {
    await mustGit(work, ['commit', '--quiet', '--allow-empty', '--message', `Tip ${at}`]);
    tips.push(await mustGit(work, ['rev-parse', 'HEAD']));
    await mustGit(work, ['reset', '--quiet', '--hard', 'origin/main']);
  }
  const branches = await Promise.all(
    tips.map((tip, at) => push(work, hubs[at % 2]!, repo.name, `${tip}:refs/heads/branch-${at}`)),
  );
  assert.deepEqual(
    branches.filter(({ code }) => code !== 0).map(({ stderr }) => stderr),
    [],
  );
  const heads = await Promise.all(
    tips.map((tip, at) => push(work, hubs[at % 2]!, repo.name, `${tip}:refs/heads/main`)),
  );
  const won = tips.filter((_, at) => heads[at]!.code === 0);
  assert.equal(
    won.length,
    1,
    'of those who pushed from the same place one comes first, and the others are told',
  );
  for (const hub of hubs) {
    const refs = await readRefs(hub.connection, repo);
    const found = new Map(refs.branches.map((branch) => [branch.name, branch.targetCommit]));
    assert.equal(found.get('main'), won[0]);
    for (const [at, tip] of tips.entries()) assert.equal(found.get(`branch-${at}`), tip);
  }
  await cloneInto(join(clone, 'again'), hubs[1].url, repo.name, hubs[1].token);
  await mustGit(join(clone, 'again'), ['fsck', '--strict']);
}

/** A backup of the running pair becomes one hub of its own: embedded database, no bucket. */
async function backUpAndRestore(t: Place, { hubs, env, dataDir }: Pair): Promise<void> {
  const folder = await createTemporaryFolder(t);
  await mustAssay(['backup', join(folder, 'backup'), '--data', dataDir], { env });
  await mustAssay(['restore', join(folder, 'backup'), '--data', join(folder, 'data')]);
  const restored = await startHubProcess(t, {}, { dataDir: join(folder, 'data'), token: hubs[0].token });
  const questions = [
    `/api/assay/benchmarks/${SMALL_BENCHMARK}/board`,
    '/api/models?limit=100',
    '/api/models/makers/busy/refs',
    '/api/models/makers/shared/discussions/1',
    '/api/models/makers/shared/tree/main',
  ];
  for (const path of questions) {
    const answers = await Promise.all(
      [hubs[1], restored].map(async (hub) => {
        const answer = await fetch(hub.url + path, { headers: { authorization: `Bearer ${hub.token}` } });
        return `${answer.status} ${(await answer.text()).replaceAll(hub.url, 'HUB')}`;
      }),
    );
    assert.equal(answers[1], answers[0], path);
  }
  const repo = { type: 'model', name: 'makers/shared' } as const;
  const file = await resolveFile(restored.connection, repo, 'model.safetensors');
  assert.equal((await new Response(file.stream).arrayBuffer()).byteLength, 3_000_000);
}
