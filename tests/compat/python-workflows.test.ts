import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrg } from '@assay/client';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { runPythonScript } from './python-script.ts';

const LARGE_BYTES = 30e6;

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
        board: [['py/talk', 0.75, 2]],
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
