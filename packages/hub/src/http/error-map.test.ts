import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../errors.ts';
import { GitError } from '../git/git-error.ts';
import { toErrorResponse } from './error-map.ts';

const site = { anonymous: false, path: '/api/models/a/m', search: '', base: 'http://h:1', requestId: 'r1' };

// compat: auth.missing-repo
test('a missing repo is 404 for those who say who they are and 401 for the others, with the code that clients read', () => {
  const error = new HubError('repo-not-found', 'model a/m does not exist');
  for (const [anonymous, status] of [
    [false, 404],
    [true, 401],
  ] as const) {
    const response = toErrorResponse(error, { ...site, anonymous });
    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-error-code'), 'RepoNotFound');
    assert.equal(response.headers.get('www-authenticate'), null);
  }
});

// compat: git.login
test('git is asked for credentials, whatever the reason for 401', () => {
  for (const path of [
    '/a/m.git/info/refs',
    '/a/m/git-receive-pack',
    '/datasets/a/m.git/info/lfs/objects/batch',
  ]) {
    const response = toErrorResponse(new HubError('repo-not-found', 'x'), { ...site, path, anonymous: true });
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic realm=/);
  }
});

// compat: errors.codes
test('header texts are one line of ASCII', () => {
  const response = toErrorResponse(new HubError('invalid-input', 'bad\nnäme'), site);
  assert.equal(response.headers.get('x-error-message'), 'bad n?me');
  assert.equal(response.status, 400);
});

test('our own API says 422 for what it understood and cannot take', () => {
  const response = toErrorResponse(new HubError('invalid-input', 'x'), { ...site, path: '/api/assay/users' });
  assert.equal(response.status, 422);
});

// compat: errors.body
test('facts become headers and fields', async () => {
  const missing = toErrorResponse(new HubError('entry-not-found', 'x', { commit: 'c'.repeat(40) }), site);
  assert.equal(missing.headers.get('x-repo-commit'), 'c'.repeat(40));
  assert.equal(missing.headers.get('x-error-code'), 'EntryNotFound');
  const limited = toErrorResponse(new HubError('rate-limited', 'x', { retryAfterSeconds: 7 }), site);
  assert.equal(limited.headers.get('retry-after'), '7');
  const range = toErrorResponse(new HubError('range-not-satisfiable', 'x', { totalBytes: 5 }), site);
  assert.equal(range.headers.get('content-range'), 'bytes */5');
  const exists = toErrorResponse(
    new HubError('repo-exists', 'x', { existing: '/a/m', existingId: 'i' }),
    site,
  );
  assert.deepEqual(await exists.json(), { error: 'x', code: 'repo-exists', url: 'http://h:1/a/m', id: 'i' });
});

// compat: repos.move
test('a moved repo redirects to the same place under its new name, query included', () => {
  const moved = { from: 'Old/m', to: 'new/n' };
  const path = '/api/models/old/m/tree/main/old/m';
  const response = toErrorResponse(new HubError('repo-moved', 'x', { moved }), {
    ...site,
    path,
    search: '?a=1',
  });
  assert.equal(response.status, 307);
  assert.equal(response.headers.get('location'), 'http://h:1/api/models/new/n/tree/main/old/m?a=1');
});

// compat: base.retry
test('an error of the git room has a status too, but not one that git itself did not explain', () => {
  assert.equal(toErrorResponse(new GitError('bad-pack', 'x'), site).status, 400);
  assert.equal(toErrorResponse(new GitError('git-failed', 'fatal: /data/repos/x'), site).status, 500);
});

test('a fault of ours tells nothing but the request', async () => {
  const response = toErrorResponse(new Error('password hunter2 at /data'), site);
  assert.equal(response.status, 500);
  const text = (await response.text()) + JSON.stringify([...response.headers]);
  assert.ok(text.includes('r1') && !text.includes('hunter2'));
});
