import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrg, readDiscussion, readLeaderboard } from '@assay/client';
import {
  createRepo,
  downloadFile,
  listFiles,
  type RepoDesignation,
  uploadFiles,
  whoAmI,
} from '@huggingface/hub';
import { startTestHub } from '../support/hub.ts';
import { publishSmallBenchmark, resultFile, SMALL_BENCHMARK } from '../support/small-benchmark.ts';

// compat: accept.javascript, whoami, repos.create, repos.create.files, base.self-urls, base.ids, commit.pull-request, tree
// compat: resolve, resolve.range, errors.entry, preupload, lfs.batch, lfs.upload, lfs.multipart, board, resolve.no-xet
test('npm @huggingface/hub, unmodified', async (t) => {
  const hub = await startTestHub(t, { ASSAY_LFS_PART_MIB: '1' });
  await publishSmallBenchmark(hub.connection);
  await createOrg(hub.connection, { name: 'js' });
  const repo: RepoDesignation = { type: 'model', name: 'js/m' };
  const access = { repo, accessToken: hub.token, hubUrl: hub.url };

  const me = await whoAmI({ accessToken: hub.token, hubUrl: hub.url });
  assert.equal(me.type === 'user' && me.name, 'admin');
  const created = await createRepo({ ...access, files: [{ path: 'x.txt', content: new Blob(['hi']) }] });
  assert.equal(created.repoUrl, `${hub.url}/js/m`);

  const text = resultFile(0.25);
  const file = { path: '.eval_results/sums.yaml', content: new Blob([text]) };
  const sent = await uploadFiles({
    ...access,
    files: [file],
    isPullRequest: true,
    commitTitle: 'Add a result',
  });
  assert.equal(sent?.pullRequestUrl, `${hub.url}/js/m/discussions/1`);
  const details = await readDiscussion(hub.connection, { type: 'model', name: 'js/m' }, 1);
  assert.deepEqual([details.title, details.status], ['Add a result', 'open']);

  const paths = async (revision: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const entry of listFiles({ ...access, revision, recursive: true })) {
      if (entry.type === 'file') found.push(entry.path);
    }
    return found.sort();
  };
  assert.deepEqual(await paths('main'), ['.gitattributes', 'x.txt']);
  assert.deepEqual(await paths('refs/pr/1'), ['.eval_results/sums.yaml', '.gitattributes', 'x.txt']);
  const read = await downloadFile({ ...access, path: '.eval_results/sums.yaml', revision: 'refs/pr/1' });
  assert.equal(await read?.text(), text);
  assert.equal(await downloadFile({ ...access, path: 'missing.txt' }), null);
  const rows = await readLeaderboard(hub.connection, SMALL_BENCHMARK);
  assert.deepEqual(
    rows.map((row) => [row.modelId, row.pullRequest]),
    [['js/m', 1]],
  );

  // Whole, and in three parts.
  for (const size of [1 << 20, 5 << 19]) {
    const bytes = new Uint8Array(size).map((_, at) => at % 251);
    await uploadFiles({ ...access, files: [{ path: 'weights.bin', content: new Blob([bytes]) }] });
    const large = await downloadFile({ ...access, path: 'weights.bin' });
    assert.deepEqual(new Uint8Array(await large!.arrayBuffer()), bytes);
  }
});
