import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createOrg, createRepo, readPathsInfo, repoInfo } from '@assay/client';
import { mustAssay } from '../support/assay.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { commitAndPush, mustGit } from '../support/git.ts';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { watchMemory } from '../support/memory.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { runPythonScript } from './python-script.ts';

const LARGE_BYTES = 30e6;
/** Of Parquet, in one file. */
const DATASET_MEGABYTES = 200;
/** What the hub may hold beyond what it held: pieces on their way, whatever the size of the whole. */
const FLAT_MIB = 400;

for (const line of Object.keys(CLIENT_LINES) as (keyof typeof CLIENT_LINES)[]) {
  test(`large files, pushed datasets and discussions with the ${line} Python clients`, async (t) => {
    const python = await readyPython(line).catch((error: Error) => error.message);
    if (!python.startsWith('/')) return t.skip(python);
    const hub = await startTestHub(t);
    const place = { python, hub, home: await createTemporaryFolder(t) };
    await createOrg(hub.connection, { name: 'py' });
    await publishSmallBenchmark(hub.connection);

    for (const xet of [true, false]) {
      await t.test(`30 MB by ${xet ? 'Xet' : 'LFS'}, from a path and from a file object`, async () => {
        const repo = `py/large-${xet ? 'xet' : 'lfs'}`;
        const seen = await runPythonScript({ ...place, xet }, 'large_files.py', [repo, String(LARGE_BYTES)]);
        const whole = [true, true, LARGE_BYTES];
        assert.deepEqual(seen, { 'path.bin': whole, 'object.bin': whole });
      });

      await t.test(`a dataset is pushed twice and read, by ${xet ? 'Xet' : 'LFS'}`, async () => {
        const repo = `py/pushed-${xet ? 'xet' : 'lfs'}`;
        const seen = await runPythonScript<{ commits: number }>({ ...place, xet }, 'push_dataset.py', [repo]);
        const { commits, ...read } = seen;
        assert.ok(commits >= 3, `${commits} commits`);
        assert.deepEqual(read, {
          pushed_twice: [500, 'zero', '998'],
          files: ['.gitattributes', 'README.md', 'data/train-00000-of-00001.parquet'],
          csv: [1, 2],
          jsonl: [1, 2],
          parquet: [1, 2],
          gated: 'DatasetNotFoundError',
          private: 'DatasetNotFoundError',
          missing: 'DatasetNotFoundError',
        });
      });
    }

    for (const xet of [true, false]) {
      await t.test(`folders, and results as mteb proposes them, by ${xet ? 'Xet' : 'LFS'}`, async () => {
        const repo = `py/folder-${xet ? 'xet' : 'lfs'}`;
        const seen = await runPythonScript({ ...place, xet }, 'folders.py', [repo, SMALL_BENCHMARK]);
        assert.deepEqual(seen, {
          upload_folder: [true, true],
          other_case: true,
          delete_folder: 0,
          ...(line === 'newest' ? {} : { upload_large_folder: true }),
          hf_file: true,
          hf_glob: [['deep/er/data.parquet'], 1_000_004],
          hf_rm: false,
          repo_exists: [true, false, false],
          ...(line === 'newest' ? { card: 'apache-2.0' } : {}),
          proposed: ['open', [[0.25, 1, '.eval_results/Sums.yaml']]],
          changed: [0.5],
          read: true,
        });
      });

      // Each way once: the lines differ in smaller things.
      if (xet !== (line === 'newest')) continue;
      await t.test(
        `200 MB of Parquet while the hub's memory stays flat, by ${xet ? 'Xet' : 'LFS'}`,
        async (t) => {
          const memory = await watchMemory(hub.pid());
          const args = [`py/big-${xet ? 'xet' : 'lfs'}`, String(DATASET_MEGABYTES)];
          const seen = await runPythonScript({ ...place, xet }, 'push_large_dataset.py', args);
          const path = 'data/train-00000-of-00001.parquet';
          assert.deepEqual(seen, { path, lfs: true, megabytes: DATASET_MEGABYTES });
          const grown = (await memory.peak()) - memory.before;
          t.diagnostic(`the hub grew by ${grown.toFixed(0)} MiB from ${memory.before.toFixed(0)} MiB`);
          assert.ok(grown < FLAT_MIB, `${grown} MiB`);
        },
      );
    }

    await t.test('a broken result file that came from elsewhere is in nobody’s way', async (t) => {
      await importBrokenResults(t, hub, 'py/imported');
      const seen = await runPythonScript(place, 'broken_results.py', ['py/imported']);
      assert.deepEqual(seen, [[SMALL_BENCHMARK, 0.5]]);
    });

    await t.test('a download goes on where its connection broke', async (t) => {
      const proxy = await startCuttingProxy(t, hub.url);
      const repo = { type: 'model', name: 'py/large-xet' } as const;
      const [info] = await readPathsInfo(hub.connection, repo, ['path.bin']);
      proxy.cutAfter(LARGE_BYTES / 2);
      const through = { ...place, hub: { ...hub, url: proxy.url } };
      const args = [repo.name, 'path.bin', info!.lfs!.oid];
      assert.equal(await runPythonScript(through, 'resumed_download.py', args), true);
      assert.deepEqual([proxy.cuts(), proxy.resumed()], [1, 1]);
    });

    await t.test('discussions and pull requests, more than a page of them', async () => {
      const seen = await runPythonScript(place, 'discussions.py', ['py/talk', SMALL_BENCHMARK]);
      assert.deepEqual(seen, {
        edited: ['Because of this.', true],
        hidden: true,
        renamed: ['A question', 'Another question'],
        closed: 'closed',
        reopened: 'open',
        draft: ['draft', 'refs/pr/2', 'refs/heads/main', []],
        opened: 'open',
        board: [[0.75, 2]],
        merged: ['merged', true],
        merged_again: 409,
        eval_results: [0.75],
        all: [57, 57],
        open: 55,
        pulls: [[2, 'merged', true]],
      });
    });
  });
}

/** Writes below the hub, as an import of another hub's repo does: a push of a broken file would be refused. */
async function importBrokenResults(t: TestContext, hub: TestHub, name: string): Promise<void> {
  const repo = { type: 'model', name } as const;
  await createRepo(hub.connection, repo);
  const { _id: id, sha } = await repoInfo(hub.connection, repo);
  const bare = join(hub.dataDir, 'repos', id!.slice(0, 2), `${id}.git`);
  const work = await createTemporaryFolder(t);
  await mustGit(work, ['clone', '--quiet', bare, 'work']);
  const results = join(work, 'work', '.eval_results');
  await mkdir(results);
  await writeFile(join(results, 'good.yaml'), resultFile(0.5));
  await writeFile(join(results, 'no-list.yaml'), 'value: 1\n');
  await writeFile(join(results, 'no-task.yaml'), '- dataset: {id: a/b}\n  value: 1\n');
  await writeFile(
    join(results, 'no-url.yaml'),
    '- dataset: {id: a/b, task_id: t}\n  value: 1\n  source: {name: x}\n',
  );
  await mustGit(join(work, 'work'), ['checkout', '--quiet', '-B', 'main', sha!]);
  const pushed = await commitAndPush(join(work, 'work'), 'From elsewhere');
  assert.equal(pushed.code, 0, pushed.stderr);
  await mustAssay(['reindex', '--data', hub.dataDir]);
}
