import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccountName } from '../auth/accounts.ts';
import { HubError } from '../errors.ts';
import { isHubPath } from './hub-paths.ts';

const own = [
  '/api/models',
  '/api/assay/home',
  '/healthz',
  '/.well-known/openid-configuration',
  '/lfs/x',
  '/v1/telemetry',
  '/a/m.git/info/refs',
  '/a/m/info/refs',
  '/datasets/a/m/git-upload-pack',
  '/a/m.git/git-receive-pack',
  '/a/m.git/info/lfs/objects/batch',
  '/a/m/resolve/main/x',
  '/datasets/a/m/raw/main/x/y',
  '/spaces/a/m/resolve/main/x',
];
const pages = [
  '/',
  '/a/m',
  '/datasets/a/m',
  '/a/m/discussions/1',
  '/datasets/a/m/tree/main/resolve/x',
  '/apis',
  '/setup',
  '/_app/x.js',
];

test("the hub's own paths are told from pages", () => {
  for (const path of own) assert.equal(isHubPath(path), true, path);
  for (const path of pages) assert.equal(isHubPath(path), false, path);
});

test('no account can take the first word of a path of ours', () => {
  for (const path of [
    ...own,
    '/datasets/x',
    '/spaces/x',
    '/setup',
    '/login',
    '/settings',
    '/_app/x',
    '/benchmarks',
    '/results',
    '/evidence',
    '/models',
    '/new',
  ]) {
    const word = path.split('/')[1]!;
    if (word === 'a') continue;
    assert.throws(
      () => assertAccountName(word),
      (error) => error instanceof HubError && error.code === 'invalid-input',
      word,
    );
  }
});
