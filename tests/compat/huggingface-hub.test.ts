import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrg, decideStanding, readPathsInfo, repoInfo } from '@assay/client';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK, smallRows } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT_LINES, readyPython } from './python-clients.ts';
import { runPythonScript } from './python-script.ts';

interface Seen {
  whoami: string;
  create_repo: string;
  create_repo_again: string;
  upload_file: string;
  create_pr: number;
  list_repo_files: string[];
  list_repo_files_pr: string[];
  hf_hub_download: boolean;
  details: [title: string, status: string, isPullRequest: boolean, showsDiff: boolean];
  board_before: unknown[];
  status_after: string;
  board_after: unknown[];
  eval_results: unknown[];
  is_benchmark: boolean;
  large: boolean;
}

const MODEL = 'py/m';

for (const line of Object.keys(CLIENT_LINES) as (keyof typeof CLIENT_LINES)[]) {
  test(`unmodified huggingface_hub and datasets, ${line}: ${CLIENT_LINES[line].join(', ')}`, async (t) => {
    const python = await readyPython(line).catch((error: Error) => error.message);
    if (!python.startsWith('/')) return t.skip(python);
    const hub = await startTestHub(t);
    const place = { python, hub, home: await createTemporaryFolder(t) };
    await publishSmallBenchmark(hub.connection, 30);
    await decideStanding(hub.connection, SMALL_BENCHMARK, 'official', 'A test.');
    await createOrg(hub.connection, { name: 'py' });

    const seen = await runPythonScript<Seen>(place, 'acceptance.py', [MODEL, SMALL_BENCHMARK]);
    assert.equal(seen.whoami, 'admin');
    assert.equal(seen.create_repo, `${hub.url}/${MODEL}`);
    assert.equal(seen.create_repo_again, seen.create_repo);
    assert.match(seen.upload_file, /^[0-9a-f]{40}$/);
    assert.equal(seen.create_pr, 1);
    assert.deepEqual(seen.list_repo_files, ['.gitattributes', 'README.md']);
    assert.deepEqual(seen.list_repo_files_pr, ['.eval_results/sums.yaml', '.gitattributes', 'README.md']);
    assert.equal(seen.hf_hub_download, true);
    assert.deepEqual(seen.details, ['Add a result', 'open', true, true]);
    assert.deepEqual(seen.board_before, [[MODEL, 0.5, 1, false]]);
    assert.equal(seen.status_after, 'merged');
    assert.deepEqual(seen.board_after, [[MODEL, 0.5, null, false]]);
    assert.deepEqual(seen.eval_results, [[SMALL_BENCHMARK, 'sums', 0.5]]);
    assert.equal(seen.is_benchmark, true);
    assert.equal(seen.large, true);
    const [large] = await readPathsInfo(hub.connection, { type: 'model', name: MODEL }, ['weights.bin']);
    assert.equal(large?.lfs?.size, 1 << 20);

    const { sha } = await repoInfo(hub.connection, { type: 'dataset', name: SMALL_BENCHMARK });
    const read = await runPythonScript(place, 'read_dataset.py', [SMALL_BENCHMARK, sha!]);
    const [first] = smallRows(1);
    assert.deepEqual(read, { rows: 30, first, streamed: first, pinned: 30 });
  });
}
