import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createOrg } from '@assay/client';
import {
  checkRepoAccess,
  countCommits,
  createBranch,
  createRepo,
  datasetInfo,
  deleteBranch,
  deleteFile,
  deleteRepo,
  downloadFile,
  fileExists,
  listCommits,
  listDatasets,
  listFiles,
  listModels,
  modelInfo,
  pathsInfo,
  type RepoDesignation,
  repoExists,
  snapshotDownload,
  uploadFile,
} from '@huggingface/hub';
import { startTestHub, type TestHub } from '../support/hub.ts';
import { publishSmallBenchmark, SMALL_BENCHMARK } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const repo: RepoDesignation = { type: 'model', name: 'js/m' };

interface Access {
  repo: RepoDesignation;
  accessToken: string;
  hubUrl: string;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

// compat: accept.javascript, repos.create, repos.delete, resolve.empty, raw, paths-info, commits, branches, revisions.raw
// compat: info.revision, info.expand, lists, base.ids
test('npm @huggingface/hub: files, history, lists and branches', async (t) => {
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'js' });
  await publishSmallBenchmark(hub.connection);
  const access: Access = { repo, accessToken: hub.token, hubUrl: hub.url };
  assert.equal(await repoExists(access), false);
  await createRepo({ ...access, license: 'mit' });
  assert.equal(await repoExists(access), true);
  await checkRepoAccess(access);
  await checkFiles(access);
  await checkHistory(access);
  await checkPullRequest(access);
  await checkSnapshot(t, access);
  await checkLists(hub, access);
  await deleteRepo(access);
  assert.equal(await repoExists(access), false);
});

async function checkFiles(access: Access): Promise<void> {
  await uploadFile({ ...access, file: { path: 'empty.txt', content: new Blob([]) } });
  await uploadFile({ ...access, file: { path: 'dir/a.txt', content: new Blob(['hello']) } });
  const empty = await downloadFile({ ...access, path: 'empty.txt' });
  assert.equal(await empty?.text(), '');
  const part = await downloadFile({ ...access, path: 'dir/a.txt' });
  assert.equal(await part?.slice(1, 3).text(), 'el');
  assert.equal(await fileExists({ ...access, path: 'dir/a.txt' }), true);
  assert.equal(await fileExists({ ...access, path: 'dir/b.txt' }), false);
  const [info] = await pathsInfo({ ...access, paths: ['dir/a.txt', 'nowhere'], expand: true });
  assert.deepEqual([info?.path, info?.size], ['dir/a.txt', 5]);
  assert.match(info!.lastCommit.id, /^[0-9a-f]{40}$/);
  await deleteFile({ ...access, path: 'empty.txt' });
  assert.equal(await fileExists({ ...access, path: 'empty.txt' }), false);
}

async function checkHistory(access: Access): Promise<void> {
  const commits = await collect(listCommits({ ...access, batchSize: 2 }));
  assert.equal(commits.length, 4);
  assert.deepEqual(commits[0]!.authors[0]!.username, 'admin');
  assert.equal(await countCommits(access), 4);
  await createBranch({ ...access, branch: 'feat/z', overwrite: true });
  assert.equal(await repoExists({ ...access, revision: 'feat/z' }), true);
  await deleteBranch({ ...access, branch: 'feat/z' });
}

async function checkPullRequest(access: Access): Promise<void> {
  const file = { path: '.eval_results/x.txt', content: new Blob(['x']) };
  const sent = await uploadFile({ ...access, file, isPullRequest: true, commitTitle: 'Proposed' });
  assert.equal(sent?.pullRequestUrl, `${access.hubUrl}/js/m/discussions/1`);
  const revision = 'refs/pr/1';
  const found = await collect(
    listFiles({ ...access, revision, path: '.eval_results', recursive: true, expand: true }),
  );
  assert.deepEqual(
    found.map(({ path }) => path),
    ['.eval_results/x.txt'],
  );
  const commits = await collect(listCommits({ ...access, revision }));
  assert.equal(commits[0]!.title, 'Proposed');
  assert.equal(await (await downloadFile({ ...access, path: file.path, revision }))?.text(), 'x');
}

async function checkSnapshot(t: TestContext, access: Access): Promise<void> {
  const cacheDir = await createTemporaryFolder(t);
  const folder = await snapshotDownload({ ...access, cacheDir });
  assert.equal(await readFile(join(folder, 'dir/a.txt'), 'utf8'), 'hello');
}

async function checkLists(hub: TestHub, access: Access): Promise<void> {
  const info = await modelInfo({ ...access, name: 'js/m', additionalFields: ['sha', 'author'] });
  assert.match(info.id, /^[0-9a-f]{24}$/);
  assert.deepEqual([info.name, info.author, info.private, info.gated], ['js/m', 'js', false, false]);
  const dataset = await datasetInfo({ ...access, name: SMALL_BENCHMARK, additionalFields: ['sha'] });
  assert.equal(dataset.name, SMALL_BENCHMARK);
  assert.match(dataset.sha, /^[0-9a-f]{40}$/);
  const { hubUrl } = access;
  const models = await collect(listModels({ hubUrl, search: { owner: 'js', query: 'm' }, limit: 3 }));
  assert.deepEqual(
    models.map(({ name }) => name),
    ['js/m'],
  );
  const none = { owner: SMALL_BENCHMARK.split('/')[0]!, tags: ['benchmark:official'] };
  assert.deepEqual(await collect(listDatasets({ hubUrl: hub.url, search: none })), []);
}
