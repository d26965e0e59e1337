import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRepoName, repoPath } from './ids.ts';
import { newId } from './new-id.ts';
import { isCommitId, isCommitPrefix, pullRequestOfRef, revisionNameProblem } from './revision-names.ts';

test('repo names as the clients check them', () => {
  for (const name of ['a/b', 'Org-1/model_2.5', '0/0', `${'a'.repeat(96)}/b`])
    assert.ok(parseRepoName(name).ok, name);
  const bad = [
    'a',
    'a/b/c',
    '/b',
    'a/',
    'a b/c',
    'a/-b',
    'a/b-',
    '.a/b',
    'a/b.',
    'a--b/c',
    'a/b..c',
    'a/b.git',
    `${'a'.repeat(97)}/b`,
    'ä/b',
    'a/b\n',
    '../b',
    'a/b%2f',
  ];
  for (const name of bad) {
    const parsed = parseRepoName(name);
    assert.ok(!parsed.ok, name);
    assert.equal(parsed.issues[0]?.code, 'invalid-repo-name');
  }
});

test('a repo has one path', () => {
  assert.equal(repoPath('model', 'a/b'), 'a/b');
  assert.equal(repoPath('dataset', { namespace: 'a', name: 'b' }), 'datasets/a/b');
  assert.equal(repoPath('space', 'a/b'), 'spaces/a/b');
});

test('ids are 24 lowercase hex digits and do not repeat', () => {
  const ids = Array.from({ length: 1_000 }, newId);
  assert.ok(ids.every((id) => /^[0-9a-f]{24}$/.test(id)));
  assert.equal(new Set(ids).size, ids.length);
});

test('branch and tag names', () => {
  for (const name of ['main', 'v1.0', 'feature/x', 'a-b_c', 'deadbeef', '#1', 'ünï'])
    assert.equal(revisionNameProblem(name), null, name);
  const bad = [
    '',
    'a b',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?b',
    'a*',
    'a[b',
    'a\\b',
    '/a',
    'a/',
    'a//b',
    'a.',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    '@',
    'a@{b',
    '-a',
    'HEAD',
    'refs/pr/1',
    'refs',
    'a\u0007',
    'a'.repeat(201),
    '0'.repeat(40),
  ];
  for (const name of bad) assert.notEqual(revisionNameProblem(name), null, name);
});

test('commit ids and refs of pull requests', () => {
  assert.ok(
    isCommitId('0123456789abcdef0123456789abcdef01234567') &&
      !isCommitId('0123456') &&
      !isCommitId('G'.repeat(40)),
  );
  assert.ok(isCommitPrefix('df154a5') && !isCommitPrefix('df154a') && !isCommitPrefix('DF154A5'));
  assert.equal(pullRequestOfRef('refs/pr/12'), 12);
  for (const ref of ['refs/pr/0', 'refs/pr/', 'refs/pr/1/x', 'refs/heads/pr/1', 'refs/pr/01'])
    assert.equal(pullRequestOfRef(ref), null, ref);
});
