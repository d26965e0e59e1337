import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCommit, createOrg, createRepo, readDiscussion, readRefs } from '@assay/client';
import { cloneInto, commitAndPush, mustGit, runGit } from '../support/git.ts';
import { startTestHub } from '../support/hub.ts';
import { resultFile } from '../support/small-benchmark.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const repo = { type: 'dataset', name: 'org/d' } as const;
const PIECE = 5e6;

// compat: accept.git, git.addresses, git.large-push, git.login, git.pull-requests, git.rest-same
test('git: three forms of the address, 20 MB in one push, the ref of a pull request', async (t) => {
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'org' });
  await createRepo(hub.connection, repo);
  const folder = await createTemporaryFolder(t);
  const clone = join(folder, 'clone');
  await cloneInto(clone, hub.url, 'datasets/org/d', hub.token);
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(join(clone, name), randomBytes(PIECE));
  const pushed = await commitAndPush(clone, 'Twenty megabytes');
  assert.equal(pushed.code, 0, pushed.stderr);
  const head = await mustGit(clone, ['rev-parse', 'HEAD']);

  for (const [at, form] of ['datasets/org/d', 'datasets/org/d.git', 'datasets/org/d/'].entries()) {
    const again = join(folder, `again-${at}`);
    await mustGit(folder, ['clone', '--quiet', `${hub.url}/${form}`, again]);
    assert.equal(await mustGit(again, ['rev-parse', 'HEAD']), head, form);
  }
  await writeFile(join(folder, 'again-0', 'more.txt'), 'more');
  const anonymous = await commitAndPush(join(folder, 'again-0'), 'Without a name');
  assert.notEqual(anonymous.code, 0);
  assert.match(anonymous.stderr, /could not read Username|Authentication failed/);

  const proposal = { summary: 'Propose', createPullRequest: true } as const;
  const change = { kind: 'put', path: 'notes.txt', content: 'one\n' } as const;
  await createCommit(hub.connection, repo, { ...proposal, changes: [change] });
  await mustGit(clone, ['fetch', '--quiet', 'origin', 'refs/pr/1:pr-1']);
  await mustGit(clone, ['checkout', '--quiet', 'pr-1']);
  await mkdir(join(clone, '.eval_results'));
  await writeFile(join(clone, '.eval_results', 'sums.yaml'), resultFile(0.5));
  const proposed = await commitAndPush(clone, 'More of it', 'HEAD:refs/pr/1');
  assert.equal(proposed.code, 0, proposed.stderr);
  const { pullRequests } = await readRefs(hub.connection, repo, { pullRequests: true });
  assert.equal(pullRequests?.[0]?.targetCommit, await mustGit(clone, ['rev-parse', 'HEAD']));
  assert.equal((await readDiscussion(hub.connection, repo, 1)).status, 'open');
  const unknown = await runGit(clone, ['push', '--quiet', 'origin', 'HEAD:refs/pr/9']);
  assert.notEqual(unknown.code, 0);
});
