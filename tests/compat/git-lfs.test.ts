import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCommit, createOrg, createRepo, readPathsInfo } from '@assay/client';
import { cloneInto, commitAndPush, mustGit, runGit } from '../support/git.ts';
import { readyGitLfs } from '../support/git-lfs.ts';
import { startTestHub } from '../support/hub.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const repo = { type: 'model', name: 'org/m' } as const;
/** Two of them are more than a part. */
const SIZE = 40 * 2 ** 20;

// compat: accept.git, git.lfs, git.rest-same, lfs.batch, lfs.upload, lfs.verify, lfs.locks, lfs.download, auth.basic
test('git lfs: large files pushed, cloned, fetched again, and one that never came', async (t) => {
  const lacking = await readyGitLfs();
  if (lacking !== null) return t.skip(lacking);
  const hub = await startTestHub(t);
  await createOrg(hub.connection, { name: 'org' });
  await createRepo(hub.connection, repo);
  const folder = await createTemporaryFolder(t);
  const clone = join(folder, 'clone');
  await cloneInto(clone, hub.url, 'org/m', hub.token);
  await mustGit(clone, ['lfs', 'install', '--local']);
  const bytes = [randomBytes(SIZE), randomBytes(SIZE)];
  await writeFile(join(clone, 'a.safetensors'), bytes[0]!);
  await writeFile(join(clone, 'b.safetensors'), bytes[1]!);
  const pushed = await commitAndPush(clone, 'Weights');
  assert.equal(pushed.code, 0, pushed.stderr);

  const digests = bytes.map((one) => createHash('sha256').update(one).digest('hex'));
  const infos = await readPathsInfo(hub.connection, repo, ['a.safetensors', 'b.safetensors']);
  assert.deepEqual(
    infos.map(({ lfs }) => [lfs?.oid, lfs?.size]),
    digests.map((oid) => [oid, SIZE]),
  );

  // What REST writes, git reads: a clone gets the bytes behind the pointers of both.
  const small = Buffer.from([...Array(3000).keys()]);
  const change = { kind: 'put', path: 'c.safetensors', content: small } as const;
  await createCommit(hub.connection, repo, { summary: 'By REST', changes: [change] });
  const again = join(folder, 'again');
  await mustGit(folder, [
    '-c',
    'filter.lfs.smudge=git-lfs smudge -- %f',
    '-c',
    'filter.lfs.required=true',
    'clone',
    '--quiet',
    `${hub.url}/org/m.git`,
    again,
  ]);
  assert.deepEqual(await readFile(join(again, 'a.safetensors')), bytes[0]);
  assert.deepEqual(await readFile(join(again, 'c.safetensors')), small);
  await rm(join(again, '.git', 'lfs'), { recursive: true });
  await mustGit(again, ['lfs', 'fetch', '--all']);
  await mustGit(again, ['lfs', 'fsck']);

  // A pointer without its object: git itself would take it, the hub does not.
  await mustGit(clone, ['pull', '--quiet', '--rebase', 'origin', 'main']);
  await writeFile(join(clone, 'd.safetensors'), randomBytes(1000));
  await mustGit(clone, ['add', '--all']);
  await mustGit(clone, ['commit', '--quiet', '--message', 'A pointer to nothing']);
  const refused = await runGit(clone, ['push', '--no-verify', 'origin', 'HEAD:main']);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /d\.safetensors/);
  const whole = await runGit(clone, ['lfs', 'push', 'origin', 'HEAD']);
  assert.equal(whole.code, 0, whole.stderr);
  assert.equal((await runGit(clone, ['push', '--quiet', 'origin', 'HEAD:main'])).code, 0);
});
